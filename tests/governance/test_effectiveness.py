"""A measure fixed first, looks with results, and a verdict by somebody who owns none of the actions (§10, A11, S9)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance import actions, facts
from governance.models import EffectCheck, EffectVerdict, Measure, MeasurePoint, Reopening
from governance.run_rules import read
from governance.silence import says_only_silence
from records import times
from records.refusals import NotAllowed, Refused
from tests.governance import promises
from tests.governance.signing import SIGNED, freshly_signed_in, signature

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)

MEASURE: dict[str, Any] = {
    "title": "Hours from noticing to reporting",
    "unit": "hours",
    "better": "lower",
    "baseline": Decimal("41.5"),
    "baseline_n": 12,
    "baseline_period": "The 12 weeks before 12 October 2026",
    "target": Decimal("1"),
}


def measured(cast: Any, case: Any, points: int = 0, value: str = "0.5") -> Measure:
    measure = actions.fix_measure(by=cast.manager, case=case, **MEASURE)
    for number in range(points):
        actions.add_point(
            by=cast.quality_lead,
            measure=measure,
            on=times.today() - number * WEEK,
            value=Decimal(value),
            n=4,
            source="Concern log",
        )
    return measure


def looked(cast: Any, case: Any, kind: str = "reaudit", verdict: str = "changed", week: int = 12) -> EffectCheck:
    check = promises.effect_check(case, cast.quality_lead, times.today(), kind=kind, week=week)
    return actions.record_check(
        by=cast.quality_lead,
        check=check,
        what_was_looked_at="Five body maps and twelve daily notes written since, picked by seed",
        result="Eleven of twelve were passed on within the same shift",
        verdict=verdict,
    )


def started(cast: Any, case: Any) -> Any:
    """Work on the case has started: a system action was done."""
    return promises.system_action(case, cast.deputy, times.today(), done_at=times.now(), done_by=cast.deputy)


# --- F69: measure first ---------------------------------------------------------------------------------------


def test_a_measure_is_fixed_with_baseline_and_target_before_the_change(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    client.force_login(cast.manager)
    answer = client.post(reverse("measure-new", args=[case.pk]), MEASURE)
    assert answer.status_code == 302
    measure = Measure.objects.get(case=case)
    assert (measure.baseline, measure.target, measure.fixed_late) == (Decimal("41.5"), Decimal("1"), False)


def test_a_target_on_the_wrong_side_of_the_baseline_is_refused(cast: Any) -> None:
    with pytest.raises(Refused, match="below the baseline"):
        actions.fix_measure(by=cast.manager, case=promises.case(cast), **(MEASURE | {"target": Decimal("50")}))


def test_a_measure_may_change_until_work_starts_and_is_locked_from_then_on(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    measure = measured(cast, case)
    changed = MEASURE | {"baseline": "39", "reason": "Two referrals were missed in the count"}
    client.force_login(cast.manager)
    url = reverse("measure-change", args=[measure.pk])
    assert client.post(url, changed).status_code == 302
    started(cast, case)
    answer = client.post(url, changed | {"baseline": "5"})
    assert answer.status_code == 422
    assert "this measure is locked" in answer.content.decode()
    measure.refresh_from_db()
    assert measure.baseline == Decimal("39")


def test_a_measure_fixed_after_work_started_says_so_wherever_it_is_shown(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    started(cast, case)
    assert measured(cast, case).fixed_late
    client.force_login(cast.manager)
    assert "Fixed after work had started" in client.get(reverse("case-effectiveness", args=[case.pk])).content.decode()


def test_a_point_of_a_day_to_come_or_a_second_one_of_a_day_is_refused(cast: Any) -> None:
    measure = measured(cast, promises.case(cast), points=1)
    for on in (times.today(), times.today() + timedelta(days=1)):
        with pytest.raises(Refused):
            actions.add_point(by=cast.manager, measure=measure, on=on, value=Decimal(1), n=1, source="Log")
    assert MeasurePoint.objects.count() == 1


def test_a_point_below_nought_is_refused_where_the_measure_is_never_so(cast: Any) -> None:
    measure = measured(cast, promises.case(cast))
    more: dict[str, Any] = {"on": times.today(), "n": 1, "source": "Log"}
    with pytest.raises(Refused, match="Leave out the minus sign"):
        actions.add_point(by=cast.manager, measure=measure, value=Decimal("-4"), **more)
    assert not MeasurePoint.objects.exists()
    assert actions.add_point(by=cast.manager, measure=measure, value=Decimal(0), **more)


# --- A11: the looks ------------------------------------------------------------------------------------------


def test_the_usual_looks_are_booked_for_weeks_4_8_and_12(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    client.force_login(cast.manager)
    today = times.today()
    answer = client.post(
        reverse("effect-checks-usual", args=[case.pk]),
        {
            "kinds": ["reaudit", "observation"],
            "starts_on-day": today.day,
            "starts_on-month": today.month,
            "starts_on-year": today.year,
            "owner": cast.quality_lead.pk,
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    booked = EffectCheck.objects.filter(case=case).order_by("kind", "week").values_list("kind", "week", "due_on")
    assert list(booked) == [
        (kind, week, today + week * WEEK) for kind in ("observation", "reaudit") for week in (4, 8, 12)
    ]


def test_a_look_long_before_its_day_is_refused_because_it_shows_nothing_yet(cast: Any) -> None:
    check = promises.effect_check(promises.case(cast), cast.quality_lead, times.today() + 8 * WEEK)
    with pytest.raises(Refused, match="show nothing yet") as refused:
        actions.record_check(
            by=cast.quality_lead, check=check, what_was_looked_at="Notes", result="All same shift", verdict="changed"
        )
    assert refused.value.code == "F71"


def test_the_owner_of_an_action_does_not_say_whether_it_worked(cast: Any) -> None:
    case = promises.case(cast)
    promises.system_action(case, cast.quality_lead, times.today())
    with pytest.raises(Refused) as booking:
        actions.book_check(by=cast.manager, case=case, kind="reaudit", due_on=times.today(), owner=cast.quality_lead)
    check = promises.effect_check(case, cast.quality_lead, times.today())
    with pytest.raises(NotAllowed) as looking:
        actions.record_check(
            by=cast.quality_lead, check=check, what_was_looked_at="Notes", result="All same shift", verdict="changed"
        )
    measured(cast, case)
    looked_by_other = promises.effect_check(case, cast.nominated_individual, times.today())
    actions.record_check(
        by=cast.nominated_individual,
        check=looked_by_other,
        what_was_looked_at="Twelve notes",
        result="Ten of twelve passed on the same shift",
        verdict="not_yet_shown",
    )
    with pytest.raises(NotAllowed) as judging:
        actions.give_verdict(
            by=cast.quality_lead, case=case, verdict="not_changed", reason="Read all of it", signature=signature()
        )
    assert {one.value.code for one in (booking, looking, judging)} == {"S9"}


@pytest.mark.parametrize(
    "text",
    [
        "No concerns since.",
        "There have been no further incidents reported",
        "Zero concerns raised to date, all quiet",
        "Nothing reported since then",
    ],
)
def test_no_concerns_since_is_no_result(cast: Any, text: str) -> None:
    assert says_only_silence(text)
    check = promises.effect_check(promises.case(cast), cast.quality_lead, times.today())
    with pytest.raises(Refused) as refused:
        actions.record_check(
            by=cast.quality_lead, check=check, what_was_looked_at="The log", result=text, verdict="changed"
        )
    assert refused.value.code == "C8"


@pytest.mark.parametrize(
    "text",
    [
        "No concerns since; in 5 observed calls every mark was passed on within the hour",
        "Eleven of twelve same shift",
        "No incidents, and the re-audit of 12 notes scored 18 of 20 on average",
    ],
)
def test_silence_beside_something_looked_at_is_a_result(text: str) -> None:
    assert not says_only_silence(text)


# --- The verdict ---------------------------------------------------------------------------------------------


def test_fewer_than_ten_points_claim_nothing_even_with_the_target_met() -> None:
    days = [date(2026, 9, 7) + number * WEEK for number in range(9)]
    queries = [Decimal(value) for value in (9, 7, 12, 11, 4, 3, 2, 3, 2)]
    said = read(
        list(zip(days, queries, strict=True)),
        change_on=days[4],
        baseline=Decimal("9.75"),
        target=Decimal(4),
        higher=False,
    )
    assert said.verdict == "not_yet_shown"
    assert "Too few points to say: 9" in said.words


def test_six_points_in_a_row_beyond_the_median_are_a_shift_and_five_are_not() -> None:
    days = [date(2026, 8, 17) + number * WEEK for number in range(17)]
    sessions = [Decimal(value) for value in (1, 0, 0, 1, 0, 0, 0, 1, 0, 2, 3, 3, 4, 4, 3, 4, 4)]

    def verdict(count: int) -> str:
        return read(
            list(zip(days, sessions, strict=True))[:count],
            change_on=days[9],
            baseline=Decimal(0),
            target=Decimal(3),
            higher=True,
        ).verdict

    assert verdict(14) == "not_changed"
    assert verdict(15) == "changed"
    assert verdict(17) == "changed"


def test_points_on_the_median_are_passed_over() -> None:
    days = [date(2026, 8, 17) + number * WEEK for number in range(12)]
    values = [Decimal(value) for value in (5, 5, 5, 6, 6, 5, 6, 6, 6, 5, 6, 5)]
    said = read(
        list(zip(days, values, strict=True)), change_on=days[3], baseline=Decimal(5), target=Decimal(6), higher=True
    )
    assert said.verdict == "not_yet_shown"  # a shift of six, but the newest point is not at the target


def verdict_refused(cast: Any, case: Any, word: str, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        actions.give_verdict(
            by=cast.quality_lead,
            case=case,
            verdict=word,
            reason="Read against the re-audit of twelve notes",
            signature=signature(),
            **more,
        )
    return refused.value


def test_a_verdict_needs_a_measure_and_a_re_audit_whatever_it_says(cast: Any) -> None:
    case = promises.case(cast)
    refused = verdict_refused(cast, case, "not_yet_shown", next_reaudit_on=times.today() + WEEK)
    assert [one.text for one in refused.missing] == [
        "Fix what would show that practice changed: a measure, its baseline and its target",
        "Hold a re-audit and record its result",
    ]


def test_changed_needs_all_three_looks_ten_points_and_no_look_for_the_worse(cast: Any) -> None:
    case = promises.case(cast)
    measured(cast, case, points=9)
    looked(cast, case)
    looked(cast, case, kind="observation", verdict="not_changed")
    texts = " ".join(one.text for one in verdict_refused(cast, case, "changed").missing)
    assert "Still missing: a follow-up supervision" in texts
    assert "the verdict cannot say changed" in texts
    assert "Fewer than 10 claim nothing" in texts


def test_changed_is_signed_when_everything_shows_it(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    measured(cast, case, points=10)
    for kind in EffectCheck.Kind.values:
        looked(cast, case, kind=kind)
    freshly_signed_in(client, cast.quality_lead)
    answer = client.post(
        reverse("effect-verdict", args=[case.pk]),
        {"verdict": "changed", "reason": "Ten weeks under one hour; 33 of 36 notes the same shift", **SIGNED},
    )
    assert answer.status_code == 302, answer.content.decode()
    signed = EffectVerdict.objects.get(case=case)
    assert (signed.name, signed.role) == (cast.quality_lead.name, "Quality lead")
    assert not signed.is_changed_since
    actions.add_point(
        by=cast.manager,
        measure=Measure.objects.get(case=case),
        on=times.today() - 20 * WEEK,
        value=Decimal(9),
        n=1,
        source="Log",
    )
    assert EffectVerdict.objects.get(case=case).is_changed_since


def test_not_yet_shown_needs_the_day_of_the_next_re_audit(cast: Any) -> None:
    case = promises.case(cast)
    measured(cast, case)
    looked(cast, case, verdict="not_yet_shown")
    assert verdict_refused(cast, case, "not_yet_shown").field == "next_reaudit_on"
    assert verdict_refused(cast, case, "not_yet_shown", next_reaudit_on=times.today() - WEEK).code == "DATE"


def test_a_declared_conflict_or_a_stale_identity_cannot_sign_a_verdict(cast: Any) -> None:
    from records.signing import Signature

    case = promises.case(cast)
    measured(cast, case)
    looked(cast, case, verdict="not_changed")
    for given, code in (
        (signature("relative"), "S5"),
        (Signature("none", times.now() - timedelta(hours=1)), "SIGN"),
    ):
        with pytest.raises(Refused) as refused:
            actions.give_verdict(
                by=cast.quality_lead, case=case, verdict="not_changed", reason="Twelve notes read", signature=given
            )
        assert refused.value.code == code


def test_nobody_without_the_right_gives_a_verdict_and_a_stranger_finds_no_page(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    for user in (cast.manager, cast.senior, cast.worker_user, cast.stranger):
        freshly_signed_in(client, user)
        assert client.get(reverse("effect-verdict", args=[case.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        actions.give_verdict(by=cast.manager, case=case, verdict="changed", reason="It did", signature=signature())


@pytest.mark.parametrize(("word", "opens"), [("worse", True), ("not_changed", True), ("changed_later", False)])
def test_a_re_audit_after_closing_that_fails_opens_the_case_again(cast: Any, word: str, opens: bool) -> None:
    case = promises.case(cast)
    measured(cast, case)
    looked(cast, case, verdict="not_yet_shown")
    promises.verdict(case, cast.quality_lead, "not_yet_shown", next_reaudit_on=times.today())
    promises.closed(case, cast.manager)
    given = (
        {"verdict": "not_yet_shown", "next_reaudit_on": times.today() + 12 * WEEK} if not opens else {"verdict": word}
    )
    actions.give_verdict(
        by=cast.quality_lead, case=case, reason="Twelve later notes read", signature=signature(), **given
    )
    case.refresh_from_db()
    assert (case.closed_at is None) is opens
    assert Reopening.objects.filter(case=case).exists() is opens
    assert facts.standing_verdict(case).verdict == given["verdict"]
