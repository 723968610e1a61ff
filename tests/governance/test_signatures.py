"""Every kind of signature, wherever it is drawn: changed since signing, withdrawn, and what then no longer counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from governance import actions
from governance import facts as effects
from governance.models import Closure, ClosureSecond, DueItem, EffectVerdict, Pack, PackRelease
from governance.packs import contents
from incidents import actions as actions_of_cases
from incidents.models import TaskRestriction
from records import times
from records.acting import acting_as
from records.models import Signed
from records.refusals import NotAllowed, Refused
from records.registry import signed_models
from records.signing import sign
from remediation import facts, facts_practice, register, signatures
from remediation.actions.signatures import withdraw_signature
from remediation.models import (
    AttemptSignOff,
    FollowUp,
    PlanApproval,
    Reauthorisation,
    RemediationPlan,
    SecondDecision,
    TaskAuthorisation,
)
from remediation.plan_snapshot import snapshot
from tests.governance import promises
from tests.governance.signing import SIGNED, freshly_signed_in, signature
from tests.governance.test_closing import close, save
from tests.remediation import build
from tests.remediation.scene import Scene, scene

pytestmark = pytest.mark.django_db
Made = tuple[Signed, Callable[[], object]]
WHY = "Signed in the wrong case"


def _attempt(cast: Any) -> Made:
    on = scene(cast)
    on.signed("P1")
    return AttemptSignOff.objects.get(), lambda: None


def _start(cast: Any) -> Made:
    build.started(cast)
    return PlanApproval.objects.get(), lambda: None


def _decision(cast: Any) -> Made:
    on = scene(cast)
    on.pass_all()
    return on.decide(), lambda: None


def _second(cast: Any) -> Made:
    on = scene(cast)
    on.pass_all()
    return on.second(on.decide()), lambda: None


def _verdict(cast: Any) -> Made:
    case = promises.ready_to_close(cast)
    return EffectVerdict.objects.get(case=case), lambda: promises.measure(case, cast.manager)


def _told_another(cast: Any, case: Any) -> object:
    return promises.duty(case, cast.manager, times.now(), body="ico")


def _closing(cast: Any) -> Made:
    case = promises.ready_to_close(cast)
    return close(cast, case), lambda: _told_another(cast, case)


def _second_closing(cast: Any) -> Made:
    case = promises.ready_to_close(cast, level=3)
    first = close(cast, case)
    given = {"agrees": True, "reason": "Read it all", "signature": signature()}
    signed = actions.second_close(by=cast.nominated_individual, closure=first, **given)
    return signed, lambda: _told_another(cast, case)


def _release(cast: Any) -> Made:
    case = cast.case(rated=True)
    pack = Pack(
        case=case, reader="commissioner", version=1, status=Pack.Status.READY, asked_by=cast.manager,
        asked_at=times.now(), sha256="a" * 64,
    )  # fmt: skip
    save(pack, cast.manager)
    signed = actions.release_pack(
        by=cast.manager, pack=pack, recipient="Northshire Council", purpose="Monitoring", checked=True,
        expires_on=times.today() + timedelta(days=30), signature=signature(),
    )  # fmt: skip
    return signed, lambda: save(pack, cast.manager, sha256="b" * 64)


KINDS: dict[type[Signed], Callable[[Any], Made]] = {
    AttemptSignOff: _attempt,
    PlanApproval: _start,
    Reauthorisation: _decision,
    SecondDecision: _second,
    EffectVerdict: _verdict,
    Closure: _closing,
    ClosureSecond: _second_closing,
    PackRelease: _release,
}


def pages_of(record: Any) -> list[str]:
    """Every page on which a signature of this kind is drawn."""
    history = reverse("case-history", args=[record.case_id])
    found = [signatures.kind_of(record).url(record), history, f"{history}?record={record.pk}", f"{history}?before=2"]
    match record:
        case AttemptSignOff():
            found.append(reverse("practice-test", args=[record.attempt.test_id]))
        case Reauthorisation():
            found += [reverse("second-decision", args=[record.pk]), reverse("plan", args=[record.plan_id])]
        case SecondDecision():
            found.append(reverse("plan-reauthorisation", args=[record.first.plan_id]))
        case PackRelease():
            found.append(reverse("case-packs", args=[record.case_id]))
    return found


def said(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(answer.content.decode().split())


#: Signatures that have a line in the chronology.
TOLD_IN_THE_CHRONOLOGY = (AttemptSignOff, Reauthorisation, SecondDecision, EffectVerdict, Closure, ClosureSecond)


def lines_of(client: Client, record: Any) -> list[str]:
    """What is told of it in lines: in the table of the history and, where it has one, in the chronology."""
    table = client.get(reverse("case-history-csv", args=[record.case_id]) + f"?record={record.pk}")
    found = [b"".join(table.streaming_content).decode()]
    if isinstance(record, TOLD_IN_THE_CHRONOLOGY):
        found.append(said(client, reverse("case-chronology", args=[record.case_id])))
    return found


def in_pack(cast: Any, record: Any) -> str:
    return str(contents.build(record.case, asked_by=cast.manager))


def test_every_signed_record_has_its_kind_and_its_case_here() -> None:
    assert set(signed_models()) == {kind.model for kind in signatures.kinds()} == set(KINDS)


#: Signatures on what the database itself keeps fixed: only its owner could change that, behind the product's back.
FIXED_BY_THE_DATABASE = (AttemptSignOff, PlanApproval, Reauthorisation, SecondDecision)


def as_signed(client: Client, url: str, record: Any) -> None:
    before = said(client, url)
    assert "As signed" in before, url
    assert record.meaning.replace("'", "&#x27;") in before, url
    assert record.sha256 in before, url
    assert "Declared: “I have no conflict of interest”" in before, url
    assert "Changed since signing" not in before, url


@pytest.mark.feature("F47")
@pytest.mark.parametrize(
    "model", [kind for kind in KINDS if kind not in FIXED_BY_THE_DATABASE], ids=lambda model: model.__name__
)
def test_what_changes_after_signing_shows_on_every_page_and_in_the_pack(cast: Any, model: type[Signed]) -> None:
    record, change = KINDS[model](cast)
    manager = freshly_signed_in(Client(), cast.manager)
    pages = pages_of(record)
    for url in pages:
        as_signed(manager, url, record)
    assert "Changed since signing" not in in_pack(cast, record)
    assert not any("Changed since signing" in told for told in lines_of(manager, record))
    assert "As signed" in lines_of(manager, record)[0]
    change()
    lines = lines_of(manager, record)
    assert all("Changed since signing" in told for told in lines)
    if model is ClosureSecond:  # the closing was signed on the same: both lines of the chronology say it
        assert lines[-1].count("Changed since signing") == 2
    for url in pages:
        assert "Changed since signing" in said(manager, url), url
    assert "Changed since signing" in in_pack(cast, record)


@pytest.mark.feature("F48")
@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_a_signature_is_withdrawn_by_a_new_reasoned_entry_and_stays_where_it_was(
    cast: Any, model: type[Signed]
) -> None:
    record, _ = KINDS[model](cast)
    pages = pages_of(record)
    before = model.objects.count()
    client = freshly_signed_in(Client(), cast.manager if model is not EffectVerdict else cast.quality_lead)
    url = reverse("signature-withdraw", args=[model._meta.model_name, record.pk])
    assert client.post(url, SIGNED).status_code == 422, "a reason is needed"
    assert model.objects.count() == before
    answer = client.post(url, SIGNED | {"reason": WHY})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    again = model.objects.get(pk=record.pk)
    assert again.is_intact and again.sha256 == record.sha256 and not again.stands
    assert not again.withdrawn_by.is_changed_since
    manager = freshly_signed_in(Client(), cast.manager)
    for page in pages:
        shown = said(manager, page)
        assert f"because: {WHY}" in shown, page
        assert url not in shown, page
    assert f"because: {WHY}" in in_pack(cast, record)
    assert "Withdrawn" in lines_of(manager, record)[0]
    with pytest.raises(Refused, match="F48"):
        withdraw_signature(
            by=cast.manager if model is not EffectVerdict else cast.quality_lead,
            signed=again,
            reason="Again",
            signature=signature(),
        )
    assert (
        client.get(reverse("signature-withdraw", args=[model._meta.model_name, again.withdrawn_by.pk])).status_code
        == 404
    )


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_whoever_may_not_decide_there_neither_sees_the_way_nor_takes_it(cast: Any, model: type[Signed]) -> None:
    record, _ = KINDS[model](cast)
    url = reverse("signature-withdraw", args=[model._meta.model_name, record.pk])
    for who in (cast.stranger, cast.worker_user, cast.senior):
        client = freshly_signed_in(Client(), who)
        assert client.get(url).status_code == 404, who
        with pytest.raises(NotAllowed):
            withdraw_signature(by=who, signed=record, reason=WHY, signature=signature())


def approve(on: Scene) -> PlanApproval:
    """The plan of the scene, which stands started already, with the signature that started it."""
    with transaction.atomic(), acting_as(on.cast.manager, "test.given"):
        return sign(
            PlanApproval,
            role="Registered manager",
            meaning="I start this plan.",
            snapshot=snapshot(on.plan),
            signature=signature(),
            case=on.case,
            plan=on.plan,
        )


# --- What no longer counts --------------------------------------------------------------------------------------


def withdraw(by: Any, signed: Any, **more: Any) -> Any:
    return withdraw_signature(by=by, signed=signed, **({"reason": WHY, "signature": signature()} | more))


def low(cast: Any) -> Scene:
    """A case of level 2, in which one decision is enough; T1 is the only task of the plan."""
    on = scene(cast)
    on.set(on.case, level=2)
    for task in on.plan.tasks.exclude(task="T1"):
        on.set(task, removed_at=times.now(), removed_by=cast.manager)
    on.pass_all()
    return on


def state(on: Scene) -> str:
    return register.cell_of(on.plan.worker, "T1").state


def test_a_decision_withdrawn_restricts_the_task_again_and_the_plan_runs_on(cast: Any) -> None:
    on = low(cast)
    made = on.decide()
    assert state(on) == register.MAY
    assert RemediationPlan.objects.get(pk=on.plan.pk).ended_how == "decided"
    withdraw(cast.manager, made)
    assert state(on) == register.MAY_NOT
    assert RemediationPlan.objects.get(pk=on.plan.pk).ended_at is None
    assert TaskRestriction.objects.filter(worker=on.plan.worker, task="T1", ended_at=None).count() == 1
    assert on.decide().stands, "it can be decided anew"
    assert state(on) == register.MAY
    assert FollowUp.objects.filter(plan=on.plan).count() == 6


def test_a_second_decision_withdrawn_takes_the_task_away_and_it_is_decided_anew(cast: Any) -> None:
    on = scene(cast)
    on.pass_all()
    first = on.decide()
    second = on.second(first)
    assert state(on) == register.MAY
    withdraw(cast.nominated_individual, second)
    assert state(on) == register.MAY_NOT
    assert not DueItem.objects.filter(kind="second_decision").exists()
    assert "T1" in [one.task for one in facts_practice.undecided_of(on.plan)]
    with pytest.raises(Refused, match="S3"):
        on.second(first)
    assert on.second(on.decide()).agrees
    assert state(on) == register.MAY


def test_a_decision_withdrawn_before_the_second_signs_waits_for_nobody(cast: Any) -> None:
    on = scene(cast)
    on.pass_all()
    first = on.decide()
    withdraw(cast.manager, first)
    assert not DueItem.objects.filter(kind="second_decision").exists()
    assert facts_practice.practice_state(on.case).waiting_seconds == []
    with pytest.raises(Refused, match="F48"):
        on.second(first)


def test_a_task_given_back_on_a_test_withdrawn_since_is_to_be_decided_again(cast: Any) -> None:
    on = low(cast)
    on.decide()
    sign_off = AttemptSignOff.objects.get(attempt__test=on.tests["P1"])
    assert state(on) == register.MAY
    withdraw(cast.manager, sign_off)
    assert state(on) == register.MAY_NOT, "nobody stands behind the test any more"
    assert TaskRestriction.objects.filter(worker=on.plan.worker, task="T1", ended_at=None).count() == 1
    assert WHY in TaskAuthorisation.objects.get().ended_reason
    assert Reauthorisation.objects.get().stands, "what was signed stays as it was signed"
    assert [one.task for one in facts_practice.undecided_of(on.plan)] == ["T1"]
    plan = RemediationPlan.objects.get(pk=on.plan.pk)
    assert plan.ended_at is None, "so that the test can be taken again"
    assert on.decide("not_authorised").stands
    assert state(on) == register.MAY_NOT


def test_a_test_that_no_decision_rests_on_takes_nothing_away(cast: Any) -> None:
    on = scene(cast)
    on.set(on.case, level=2)
    on.pass_all()
    on.decide()
    on.test("P3", "scenario", {"stars": "all"})
    on.signed("P3")
    withdraw(cast.manager, AttemptSignOff.objects.get(attempt__test=on.tests["P3"]))
    assert state(on) == register.MAY


def test_which_conflict_was_declared_is_told_only_to_whoever_may_know_the_reporter(cast: Any) -> None:
    on = scene(cast)
    on.signed("O")
    actions_of_cases.end_staff(
        by=cast.nominated_individual,
        link=actions_of_cases.add_staff(
            by=cast.nominated_individual, case=on.case, staff=cast.staff["quality_lead"], involvement="implicated"
        ),
        reason="Not so",
    )
    given = signature("reporter")
    taken = withdraw(cast.manager, AttemptSignOff.objects.get(), signature=given)
    manager, implicated = (User.objects.get(pk=one.pk) for one in (cast.manager, cast.quality_lead))
    assert "I reported this" in signatures.declared(taken, manager)
    assert "I reported this" in signatures.in_words(taken, manager)
    assert signatures.declared(taken, implicated) == signatures.A_CONFLICT
    assert "I reported this" not in signatures.in_words(taken, implicated)
    url = reverse("case-history-csv", args=[on.case.pk])
    read = {
        who: b"".join(freshly_signed_in(Client(), who).get(url).streaming_content).decode()
        for who in (manager, implicated)
    }
    assert "I reported this" in read[manager] and "I reported this" not in read[implicated]


def test_a_result_that_was_not_passed_is_not_taken_back_by_somebody_with_a_conflict(cast: Any) -> None:
    on = scene(cast)
    on.signed("P1", marks="00000")
    failed = AttemptSignOff.objects.get()
    with pytest.raises(Refused, match="S5"):
        withdraw(cast.manager, failed, signature=signature("relative"))
    on.signed("O")
    passed = AttemptSignOff.objects.get(attempt__test=on.tests["O"])
    assert withdraw(cast.manager, passed, signature=signature("relative")).conflict == "relative"


@pytest.mark.feature("F43")
def test_nor_by_whoever_the_case_records_as_witness_even_when_they_declare_nothing(cast: Any) -> None:
    on = scene(cast)
    on.signed("P1", marks="00000")
    failed = AttemptSignOff.objects.get()
    actions_of_cases.add_staff(
        by=cast.nominated_individual, case=on.case, staff=cast.manager_staff, involvement="witness"
    )
    with pytest.raises(Refused, match="^S5"):
        withdraw(cast.manager, failed)
    on.signed("O")
    passed = AttemptSignOff.objects.get(attempt__test=on.tests["O"])
    assert not withdraw(cast.manager, passed).stands, "what only makes it stricter, they may"


def test_a_start_withdrawn_ends_the_plan_and_another_is_written(cast: Any) -> None:
    plan = build.started(cast)
    withdraw(cast.manager, PlanApproval.objects.get())
    plan = RemediationPlan.objects.get(pk=plan.pk)
    assert plan.ended_how == "start_withdrawn"
    assert any("write the remediation plan" in one.text for one in facts.response_lacks(plan.response))


def test_a_start_is_withdrawn_after_the_decisions_that_gave_tasks_back_under_it(cast: Any) -> None:
    on = low(cast)
    approval = approve(on)
    first = on.decide()
    with pytest.raises(Refused, match="rest on this one") as refused:
        withdraw(cast.manager, approval)
    assert refused.value.missing[0].url == reverse("plan-reauthorisation", args=[on.plan.pk])
    withdraw(cast.manager, first)
    withdraw(cast.manager, approval)
    assert RemediationPlan.objects.get(pk=on.plan.pk).ended_how == "start_withdrawn"
    assert state(on) == register.MAY_NOT


@pytest.mark.parametrize("model", [Closure, ClosureSecond, EffectVerdict], ids=lambda model: model.__name__)
def test_a_case_closed_on_a_signature_that_is_withdrawn_is_open_again(cast: Any, model: type[Signed]) -> None:
    record, _ = KINDS[ClosureSecond](cast)
    case = record.case
    case.refresh_from_db()
    assert case.closed_at is not None
    withdraw(cast.nominated_individual, model.objects.get(case=case, withdraws=None))
    case.refresh_from_db()
    assert case.closed_at is None
    assert WHY in case.reopenings.get().reason


def test_a_closing_withdrawn_waits_for_no_second_person(cast: Any) -> None:
    case = promises.ready_to_close(cast, level=3)
    first = close(cast, case)
    assert DueItem.objects.filter(kind="second_closure").exists()
    withdraw(cast.manager, first)
    assert not DueItem.objects.filter(kind="second_closure").exists()
    assert close(cast, case).stands, "it can be signed anew"


def test_a_verdict_withdrawn_gives_its_place_back_to_the_one_before(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    soon = times.today() + timedelta(days=14)
    before = promises.verdict(
        case, cast.quality_lead, "not_yet_shown", next_reaudit_on=soon, signed_at=times.now() - timedelta(days=3)
    )
    newest = EffectVerdict.objects.filter(case=case).exclude(pk=before.pk).get()
    assert not DueItem.objects.filter(kind="reaudit").exists()
    withdraw(cast.quality_lead, newest)
    assert effects.standing_verdict(case) == before
    assert DueItem.objects.get(kind="reaudit").record == before.pk


def test_a_release_withdrawn_opens_no_file(cast: Any, client: Client) -> None:
    record, _ = _release(cast)
    freshly_signed_in(client, cast.manager)
    assert reverse("pack-pdf", args=[record.pack_id]) in said(client, reverse("pack", args=[record.pack_id]))
    withdraw(cast.manager, record)
    assert client.get(reverse("pack-pdf", args=[record.pack_id])).status_code == 404
    assert reverse("pack-pdf", args=[record.pack_id]) not in said(client, reverse("pack", args=[record.pack_id]))
