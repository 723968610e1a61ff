"""What governance brings to the case page: effectiveness, closing, and the chases."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from governance import due, facts, permissions
from governance.gates import closing, effect
from governance.models import DueItem, EffectCheck, Verdict
from incidents.models import Case
from incidents.sections import COMPLETE, IN_PROGRESS, NEEDS_ACTION, OVERDUE, Section, State, Step
from records import times
from records.gates import unmet
from records.reading import once
from records.wording import plural

#: A verdict that no longer reads as it was signed holds up the closing, so it is not shown as if it stood.
SIGN_ANEW = State("Sign the verdict anew", "amber")


def effect_state(case: Case, user: Any) -> State | None:
    """From what is measured, looked at and signed."""
    verdict = facts.standing_verdict(case)
    if verdict is not None:
        if facts.must_sign_anew(case):
            return SIGN_ANEW
        good = verdict.verdict == Verdict.CHANGED
        return State(str(verdict.get_verdict_display()), "green" if good else "amber")
    if not facts.measures(case):
        return State("Needs action", "amber", "no measure yet")
    late = any(one.done_at is None and one.due_on < times.today() for one in facts.checks(case))
    return NEEDS_ACTION if late else IN_PROGRESS


def effect_steps(case: Case, user: Any) -> list[Step]:
    if case.closed_at or not permissions.can_measure(user, case):
        return []
    steps = []
    if not facts.measures(case):
        steps.append(
            Step(
                "Fix what would show that practice changed, before the change starts",
                reverse("measure-new", args=[case.pk]),
                "Set a measure",
                urgency=60,
            )
        )
    steps += [
        Step(
            f"{check.get_kind_display()}: look whether practice changed",
            reverse("effect-check", args=[check.pk]),
            "Record the result",
            urgency=60,
            due=times.end_of_day(check.due_on),
        )
        for check in facts.checks(case)
        if check.done_at is None and check.due_on <= times.today() and permissions.can_record_check(user, check)
    ]
    if permissions.can_verify(user, case):
        steps += _verdict_steps(case)
    return steps


def _verdict_steps(case: Case) -> list[Step]:
    """What is asked of whoever may sign a verdict: the first one, another after a good one no longer stands."""
    anew = facts.must_sign_anew(case)
    if (facts.standing_verdict(case) and not anew) or unmet(effect.before_any_verdict(case)):
        return []
    if not facts.looked_again(case):
        # A look that is booked is a step of its own; only where none is, this is the next thing to do.
        if any(one.done_at is None and one.kind == EffectCheck.Kind.REAUDIT for one in facts.checks(case)):
            return []
        return [Step("Book a new re-audit", reverse("effect-check-new", args=[case.pk]), "Book a look", urgency=30)]
    if not anew and any(one.done_at is None for one in facts.checks(case)):
        return []
    url = reverse("effect-verdict", args=[case.pk])
    if anew:
        return [Step("Sign the verdict on practice anew: what it rests on changed", url, "Sign anew", urgency=30)]
    return [Step("Say whether practice changed", url, "Sign a verdict", urgency=30)]


def closing_state(case: Case, user: Any) -> State | None:
    if case.closed_at:
        return COMPLETE
    if facts.waiting_closure(case):
        return State("Needs action", "amber", "waits for the second signature")
    left = len(unmet(closing.lines(case)))
    return State("Cannot close yet", "grey", f"{left} left") if left else State("Ready to close", "amber")


def closing_steps(case: Case, user: Any) -> list[Step]:
    if case.closed_at:
        return []
    waiting = facts.waiting_closure(case)
    if waiting and waiting.signed_by_id != user.pk and permissions.can_second_close(user, case):
        return [Step("Sign the closing as the second person", reverse("closure-second", args=[waiting.pk]), "Sign", 70)]
    if waiting is None and permissions.can_close(user, case) and not unmet(closing.lines(case)):
        return [Step("Close this case", reverse("case-close", args=[case.pk]), "Close", 20)]
    return []


@once
def _overdue(case: Case, user: Any) -> list[DueItem]:
    """What is overdue in this case, the earliest first. One query a page for the section's state and its steps."""
    items = DueItem.objects.visible_to(user).filter(case=case, due_at__lt=times.now())
    return list(items.select_related("owner", "case", "service").order_by("due_at", "key"))


def chasing_state(case: Case, user: Any) -> State | None:
    """How much is overdue, and how many reminders went out for this case so far."""
    # One that still waits for the mail server was not sent: the table on the page says so too.
    count, late = sum(one.sent_at is not None for one in facts.chases(case)), len(_overdue(case, user))
    if not late:
        return State(f"{count} sent" if count else "None")
    return State(f"{late} overdue, {plural(count, 'reminder') if count else 'no reminder'} sent")


def overdue_steps(case: Case, user: Any) -> list[Step]:
    """Everything overdue, of whatever kind: to do for whoever may do it, told to all others who may know of it.

    Without this "What must happen next" would leave out what is latest of all, because another person holds it.
    """
    found = []
    for item in _overdue(case, user):
        about = str(item.record)
        if due.may_act(user, item):
            text, url = due.title(item, user), due.url_of(item)
        else:
            # Without an owner it waits for some second person; what is the reader's by name, somebody else must do too.
            who = item.owner.name if item.owner is not None and item.owner_id != user.pk else "others"
            text = f"Overdue with {who}: {due.title(item, user)}"
            url = ""
        found.append(Step(text, url, "Open it", OVERDUE, item.due_at, about))
    return found


EFFECTIVENESS = Section(
    code="effectiveness",
    title="Effectiveness",
    url_name="case-effectiveness",
    order=90,
    state=effect_state,
    next_steps=effect_steps,
)
CLOSING = Section(
    code="closure", title="Closing", url_name="case-closure", order=100, state=closing_state, next_steps=closing_steps
)
CHASING = Section(
    code="chasing",
    title="Chasing",
    url_name="case-chasing",
    order=110,
    state=chasing_state,
    next_steps=overdue_steps,
)
