"""What a signed word must be borne out by: the points, the newest looks, the right week, and nothing newer (§10, §13)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance import actions, facts, work
from governance.gates import closing
from governance.models import EffectCheck, EffectVerdict, Measure
from governance.run_rules import read
from governance.sections import effect_state, effect_steps
from records import times
from records.gates import unmet
from records.refusals import Refused
from tests.governance import promises
from tests.governance.signing import SIGNED, freshly_signed_in, signature

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
#: Case 2: outside questions about the four referrals before, and the five since.
QUESTIONS = (9, 7, 12, 11, 4, 3, 2, 3, 2)
#: Case 3: sessions delivered in the nine weeks of the ban, and the eight since.
SESSIONS = (1, 0, 0, 1, 0, 0, 0, 1, 0, 2, 3, 3, 4, 4, 3, 4, 4)


def measured(cast: Any, case: Any, values: tuple[Any, ...], change_at: int, **changed: Any) -> Measure:
    """A measure with one point a week, the newest today; the change begins with the point number `change_at`."""
    first = times.today() - (len(values) - 1) * WEEK
    measure = promises.measure(case, cast.manager, change_on=first + change_at * WEEK, **changed)
    for number, value in enumerate(values):
        actions.add_point(
            by=cast.quality_lead,
            measure=measure,
            on=first + number * WEEK,
            value=Decimal(str(value)),
            n=4,
            source="Log",
        )
    return measure


def looked(cast: Any, case: Any, kind: str = "reaudit", verdict: str = "changed", **changed: Any) -> EffectCheck:
    check = promises.effect_check(case, cast.quality_lead, times.today(), kind=kind, **changed)
    return actions.record_check(
        by=cast.quality_lead,
        check=check,
        what_was_looked_at="Twelve daily notes written since, picked by seed",
        result="Eleven of twelve were passed on within the same shift",
        verdict=verdict,
    )


def all_looks(cast: Any, case: Any) -> None:
    for kind in EffectCheck.Kind.values:
        looked(cast, case, kind=kind)


def sign(client: Client, cast: Any, case: Any, word: str = "changed", **more: Any) -> Any:
    freshly_signed_in(client, cast.quality_lead)
    given = {"verdict": word, "reason": "Read against twelve later notes", **SIGNED, **more}
    return client.post(reverse("effect-verdict", args=[case.pk]), given)


# --- What the points say ---------------------------------------------------------------------------------------

FORTY_ONE = (41, 40, 42, 41)


@pytest.mark.feature("F72")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((*FORTY_ONE, 41, 40, 42, 41, 40, 42, 41, 40), "no shift is shown"),
        ((*FORTY_ONE, 20, 19, 18, 20, 19, 18, 20, 19), "but the target is not reached yet"),
        ((*FORTY_ONE, 50, 51, 52, 50, 51, 52, 50, 51), "a shift for the worse"),
        ((*FORTY_ONE, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 50, 51, 52, 50, 51, 52), "a shift for the worse"),
    ],
    ids=["no shift", "off target", "worse", "better and then worse"],
)
def test_changed_is_not_signed_where_the_points_do_not_show_it(
    client: Client, cast: Any, values: tuple[Any, ...], said: str
) -> None:
    case = promises.case(cast)
    measured(cast, case, values, 4)
    all_looks(cast, case)
    answer = sign(client, cast, case)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The points do not show that practice changed" in page and said in page
    assert "Read against twelve later notes" in page  # nothing typed is lost
    assert not EffectVerdict.objects.exists()


@pytest.mark.feature("F72")
def test_changed_is_not_signed_while_another_measure_became_worse(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    measured(cast, case, (*FORTY_ONE, *[0.5] * 8), 4)
    worse = measured(cast, case, (*FORTY_ONE, *[50] * 8), 4, title="Notes without a time")
    all_looks(cast, case)
    answer = sign(client, cast, case)
    assert answer.status_code == 422
    assert f"The points show a shift for the worse: {worse.title}" in answer.content.decode()


@pytest.mark.feature("F72")
def test_the_figures_of_case_2_reach_the_target_and_are_not_yet_shown(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    freshly_signed_in(client, cast.quality_lead)
    assert sum(QUESTIONS[:4]) / 4 == 9.75 and sum(QUESTIONS[4:]) / 5 == 2.8
    lower = {"baseline": Decimal("9.75"), "baseline_n": 4, "target": Decimal("4.87")}
    said = facts.reading(measured(cast, case, QUESTIONS, 4, **lower))
    assert (said.n, said.verdict) == (9, "not_yet_shown")
    all_looks(cast, case)
    asked = client.get(reverse("effect-verdict", args=[case.pk])).content.decode()
    assert "One measure has at least 10 points" in asked and "The most any measure has is 9" in asked
    answer = sign(client, cast, case)
    assert answer.status_code == 422
    assert "Fewer than 10 claim nothing" in answer.content.decode()
    soon = promises.day("next_reaudit_on", times.today() + 4 * WEEK)
    assert sign(client, cast, case, "not_yet_shown", **soon).status_code == 302


@pytest.mark.feature("F72")
def test_the_figures_of_case_3_show_a_shift_from_the_sixth_week_after_the_reset(client: Client, cast: Any) -> None:
    assert (sum(SESSIONS[:9]), sum(SESSIONS[9:])) == (3, 27)
    higher = {"better": "higher", "baseline": Decimal("0.33"), "baseline_n": 36, "target": Decimal(3)}
    for weeks, word in ((5, "not_changed"), (6, "changed"), (8, "changed")):
        case = promises.case(cast)
        said = facts.reading(measured(cast, case, SESSIONS[: 9 + weeks], 9, **higher))
        assert (said.median, said.verdict) == (0, word), weeks
        all_looks(cast, case)
        assert sign(client, cast, case).status_code == (302 if word == "changed" else 422)


def test_the_newest_shift_counts_not_the_longest() -> None:
    days = [times.today() + number * WEEK for number in range(16)]

    def word(*after: int) -> str:
        points = list(zip(days, [Decimal(one) for one in (5, 5, 5, *after)], strict=False))
        return read(points, change_on=days[3], baseline=Decimal(5), target=Decimal(6), higher=True).verdict

    assert word(*[7] * 7, *[3] * 6) == "worse"
    assert word(*[3] * 7, *[7] * 6) == "changed"
    assert word(*[7] * 7, *[3] * 5) == "not_yet_shown", "no shift back yet, and off target"


# --- The newest look speaks -------------------------------------------------------------------------------------


@pytest.mark.feature("F73")
def test_an_early_honest_look_does_not_bar_changed_for_good(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    measured(cast, case, (*FORTY_ONE, *[0.5] * 8), 4)
    looked(cast, case, verdict="not_changed")
    all_looks(cast, case)
    assert sign(client, cast, case).status_code == 302


@pytest.mark.feature("F73")
@pytest.mark.parametrize("of_one", [True, False], ids=["of one measure", "of none"])
def test_the_newest_look_of_each_kind_at_each_measure_bars_it(client: Client, cast: Any, of_one: bool) -> None:
    case = promises.case(cast)
    measure = measured(cast, case, (*FORTY_ONE, *[0.5] * 8), 4)
    all_looks(cast, case)
    looked(cast, case, verdict="worse", measure=measure if of_one else None)
    looked(cast, case, kind="observation", verdict="changed")
    answer = sign(client, cast, case)
    assert answer.status_code == 422
    assert "One of the newest checks found no change, or worse" in answer.content.decode()


@pytest.mark.feature("F25")
def test_a_worse_re_audit_of_one_measure_is_not_hidden_by_a_later_one_of_another(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    one, two = promises.measure(case, cast.manager), promises.measure(case, cast.manager, title="Notes without a time")
    looked(cast, case, verdict="worse", measure=one, week=12)
    looked(cast, case, measure=two, week=12)
    promises.verdict(case, cast.quality_lead, "changed", signed_at=times.now() + timedelta(seconds=1))
    [line] = [line for line in unmet(closing.lines(case)) if line.code == "EFFECT"]
    assert line.detail == "The newest re-audit says it became worse"
    looked(cast, case, measure=one, week=12)
    promises.verdict(case, cast.quality_lead, "changed", signed_at=times.now() + timedelta(seconds=2))
    assert unmet(closing.lines(case)) == []


# --- After bad news, somebody looks again ------------------------------------------------------------------------


@pytest.mark.feature("F71")
@pytest.mark.parametrize("bad", ["worse", "not_changed"])
def test_after_a_bad_word_a_better_one_needs_a_new_re_audit(client: Client, cast: Any, bad: str) -> None:
    case = promises.case(cast)
    promises.measure(case, cast.manager)
    looked(cast, case, verdict=bad)
    assert sign(client, cast, case, bad).status_code == 302
    soon = promises.day("next_reaudit_on", times.today() + WEEK)
    answer = sign(client, cast, case, "not_yet_shown", **soon)
    assert answer.status_code == 422
    assert "Hold a new re-audit and record its result" in answer.content.decode()
    assert sign(client, cast, case, "worse").status_code == 302, "bad news is never held back"
    looked(cast, case, kind="observation")
    assert sign(client, cast, case, "not_yet_shown", **soon).status_code == 422, "A11 asks for a re-audit"
    looked(cast, case, verdict="not_yet_shown")
    assert sign(client, cast, case, "not_yet_shown", **soon).status_code == 302


# --- Which week a look shows ---------------------------------------------------------------------------------------


def usual(client: Client, cast: Any, case: Any, starts_on: Any) -> Any:
    client.force_login(cast.manager)
    given = {"kinds": ["reaudit"], "owner": cast.quality_lead.pk, **promises.day("starts_on", starts_on)}
    return client.post(reverse("effect-checks-usual", args=[case.pk]), given)


@pytest.mark.feature("F71")
@pytest.mark.parametrize("begun", ["by the measure", "by an action", "not yet"])
def test_the_weeks_are_not_counted_from_before_the_change(client: Client, cast: Any, begun: str) -> None:
    case = promises.case(cast)
    began = times.today() - timedelta(days=1)
    if begun == "by the measure":
        promises.measure(case, cast.manager, change_on=began)
    elif begun == "by an action":
        promises.measure(case, cast.manager, change_on=times.today() - 12 * WEEK, fixed_late=True)
        yesterday = times.now() - timedelta(days=1)
        promises.system_action(case, cast.deputy, began, done_at=yesterday, done_by=cast.deputy)
    else:
        began = times.to_london(case.logged_at).date()
    answer = usual(client, cast, case, times.today() - 12 * WEEK)
    assert answer.status_code == 422
    assert "Count the weeks from that day or a later one" in answer.content.decode()
    assert not EffectCheck.objects.exists()
    assert usual(client, cast, case, began).status_code == 302


@pytest.mark.feature("F71")
def test_week_12_is_worked_out_from_the_change_whatever_week_was_booked(cast: Any) -> None:
    case = promises.ready_to_close(cast)  # its re-audit says week 12
    assert facts.twelve_weeks_shown(case)
    promises.measure(case, cast.manager, change_on=times.today() - 11 * WEEK)
    assert not facts.twelve_weeks_shown(case)
    [line] = [line for line in unmet(closing.lines(case)) if line.code == "WEEK12"]
    assert "book the re-audit of week 12, for " in line.detail


@pytest.mark.feature("F71")
@pytest.mark.parametrize(("days", "shown"), [(83, False), (84, True)])
def test_a_single_look_booked_without_a_week_reaches_week_12(client: Client, cast: Any, days: int, shown: bool) -> None:
    case = promises.case(cast, first_noticed_at=times.now() - 20 * WEEK)
    began = times.today() - timedelta(days=days)
    actions.fix_measure(
        by=cast.manager, case=case, title="Hours", unit="hours", better="lower", baseline=Decimal(41), baseline_n=12,
        baseline_period="Twelve weeks", target=Decimal(1), change_on=began,
    )  # fmt: skip
    client.force_login(cast.manager)
    given = {"kind": "reaudit", "owner": cast.quality_lead.pk, **promises.day("due_on", times.today())}
    assert client.post(reverse("effect-check-new", args=[case.pk]), given).status_code == 302
    check = EffectCheck.objects.get()
    assert check.week == days // 7
    client.force_login(cast.quality_lead)
    seen = {"what_was_looked_at": "Twelve later notes", "result": "Eleven of twelve", "verdict": "changed"}
    assert client.post(reverse("effect-check", args=[check.pk]), seen).status_code == 302
    assert facts.twelve_weeks_shown(case) is shown


def test_a_look_says_the_week_it_shows_when_work_started_after_it_was_booked(cast: Any) -> None:
    case = promises.case(cast)
    done = times.now() - timedelta(days=29)
    promises.system_action(case, cast.deputy, times.today(), done_at=done, done_by=cast.deputy)
    assert looked(cast, case, week=12).week == 4


def test_the_change_cannot_have_started_before_anybody_noticed(cast: Any) -> None:
    with pytest.raises(Refused, match="first noticed") as refused:
        actions.fix_measure(
            by=cast.manager, case=promises.case(cast), title="Hours", unit="hours", better="lower",
            baseline=Decimal(41), baseline_n=12, baseline_period="Twelve weeks", target=Decimal(1),
            change_on=times.today() - timedelta(days=60),
        )  # fmt: skip
    assert refused.value.field == "change_on"


# --- A verdict that no longer stands -----------------------------------------------------------------------------


@pytest.mark.feature("F47")
def test_a_verdict_something_was_measured_after_asks_to_be_signed_anew(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    measure = promises.measure(case, cast.manager)
    promises.verdict(case, cast.quality_lead, "changed")
    assert effect_state(case, cast.quality_lead).colour == "green"
    assert work.verdicts_to_sign(cast.quality_lead) == []
    actions.add_point(by=cast.manager, measure=measure, on=times.today(), value=Decimal(30), n=4, source="Log")
    state = effect_state(case, cast.quality_lead)
    assert (state.text, state.colour) == ("Sign the verdict anew", "amber")
    freshly_signed_in(client, cast.quality_lead)
    anew = reverse("effect-verdict", args=[case.pk])
    overview = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Sign the verdict anew" in overview and f'href="{anew}"' in overview
    page = client.get(reverse("case-effectiveness", args=[case.pk])).content.decode()
    assert "Sign it anew" in page
    home = client.get("/").content.decode()
    assert "Sign the verdict on practice anew" in home and f'href="{anew}"' in home
    for other in (cast.manager, cast.stranger):
        assert effect_steps(case, other) == []
        client.force_login(other)
        assert anew not in client.get("/").content.decode()


def test_a_case_opened_again_asks_for_a_look_and_then_for_the_verdict(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.measure(case, cast.manager)
    promises.verdict(case, cast.quality_lead, "changed")
    actions.close_case(
        by=cast.manager, case=case, person_informed="In person", team_learning="29 October", signature=signature()
    )
    actions.reopen_case(by=cast.manager, case=case, reason="A second mark was found")
    case.refresh_from_db()
    assert effect_state(case, cast.quality_lead).text == "Sign the verdict anew"
    assert [step.text for step in effect_steps(case, cast.quality_lead)] == ["Book a new re-audit"]
    client.force_login(cast.quality_lead)
    assert "Opened again: look again whether practice changed" in client.get("/").content.decode()
    page = client.get(reverse("case-effectiveness", args=[case.pk])).content.decode()
    assert "Hold a new re-audit and record its result" in page
    looked(cast, case)
    [step] = effect_steps(case, cast.quality_lead)
    assert step.url == reverse("effect-verdict", args=[case.pk])
    assert "Sign the verdict on practice anew" in client.get("/").content.decode()


def test_whoever_owns_an_action_is_not_asked_to_sign_anew(cast: Any) -> None:
    case = promises.case(cast)
    measure = promises.measure(case, cast.manager)
    promises.verdict(case, cast.nominated_individual, "changed")
    actions.add_point(by=cast.manager, measure=measure, on=times.today(), value=Decimal(30), n=4, source="Log")
    promises.system_action(case, cast.quality_lead, times.today())
    assert work.verdicts_to_sign(cast.quality_lead) == []
    assert len(work.verdicts_to_sign(cast.nominated_individual)) == 1
