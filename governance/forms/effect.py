"""The questions about effectiveness: what is measured, what was found, whether practice changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import User
from accounts.permits import Permit
from accounts.roles import ROLES
from governance.models import EffectCheck, Measure, Verdict
from incidents import permissions as cases
from incidents.models import Case
from records.fields import Question
from records.forms import (
    CheckboxesField,
    ChooseOneField,
    DateField,
    LongTextField,
    NumberField,
    PageForm,
    RadiosField,
    TextField,
)
from records.signing_form import SignatureForm


class DecimalField(Question, forms.DecimalField):
    """A number with or without decimals, typed as text: browsers change number inputs when a wheel turns."""

    kind = "text"
    width: int | str = 5
    autocomplete = "off"
    widget = forms.TextInput

    def __init__(self, label: str = "", *args: Any, **kwargs: Any) -> None:
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("invalid", f"{label.rstrip('?')}: enter a number, like 12 or 9.75")
        super().__init__(label=label, max_digits=10, decimal_places=2, hint=kwargs.pop("hint", ""), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def people_who_look(case: Case) -> Any:
    """Users who may see the case and hold a role that looks at practice there: to be asked for a check."""
    codes = [code for code, role in ROLES.items() if {Permit.ASSESS, Permit.VERIFY_EFFECT} & set(role.permits)]
    found = [user.pk for user in cases.those_who_see(cases.people_with(codes, case.service), case)]
    return User.objects.filter(pk__in=found).order_by("name")


class MeasureForm(PageForm):
    """What would show that practice changed, fixed before the change."""

    title = TextField(
        "What is measured?",
        hint="For example: hours from noticing to reporting; outside questions per referral",
        missing="Say what is measured",
        width="full",
    )
    unit = TextField("In which unit?", hint="hours, %, points of 20, questions per referral", width=20, max_length=60)
    better = RadiosField("Which way is better?", choices=Measure.Better, missing="Choose which way is better")
    baseline = DecimalField("What is it today (the baseline)?", missing="Enter the baseline")
    baseline_n = NumberField("How many items does the baseline rest on?", missing="Say how many items", min_value=1)
    baseline_period = TextField(
        "Which weeks does the baseline cover?",
        hint="For example: the 12 weeks before 12 October 2026",
        missing="Say which weeks the baseline covers",
        width="full",
    )
    target = DecimalField("What is the target?", missing="Enter the target")
    change_on = DateField(
        "When does the change start?",
        name="The day the change starts",
        required=False,
        hint="Leave empty if it starts with the first plan or system action",
    )


class MeasureChangeForm(MeasureForm):
    reason = LongTextField("Why does it change?", rows=2, missing="Say why it changes")


class PointForm(PageForm):
    """One measured point."""

    on = DateField("Which day, or the last day of the week measured?", name="The day", past=True)
    value = DecimalField("What was measured?", missing="Enter what was measured")
    n = NumberField("On how many items?", missing="Say on how many items", min_value=1)
    source = TextField("Where does the number come from?", missing="Say where the number comes from", width="full")


class CheckForm(PageForm):
    """One look: which, when, who."""

    kind = RadiosField("What kind of check?", choices=EffectCheck.Kind, missing="Choose what kind of check")
    due_on = DateField("By which day?", name="The day", future=True)
    owner = ChooseOneField(
        "Who will do it?", hint="Not somebody who owns an action of this case", missing="Choose who will do it"
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_who_look(case)  # type: ignore[attr-defined]


class UsualChecksForm(PageForm):
    """Weeks 4, 8 and 12, in one go."""

    kinds = CheckboxesField(
        "Which checks?",
        choices=EffectCheck.Kind,
        missing="Choose which checks",
        hints={
            EffectCheck.Kind.REAUDIT: "Later, real records, with the same tool",
            EffectCheck.Kind.OBSERVATION: "Already booked where a worker's tasks came back",
            EffectCheck.Kind.SUPERVISION: "Already booked where a worker's tasks came back",
        },
    )
    starts_on = DateField(
        "From which day are the weeks counted?", name="The day", hint="The day the change started, or later"
    )
    owner = ChooseOneField(
        "Who will do it?", hint="Not somebody who owns an action of this case", missing="Choose who will do it"
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_who_look(case)  # type: ignore[attr-defined]


class MoveCheckForm(PageForm):
    becomes = DateField("What is the new day?", name="The new day", future=True)
    reason = LongTextField("Why does it move?", rows=2, missing="Say why it moves")


VERDICT_HINTS = {
    Verdict.CHANGED: "Shown by a re-audit, an observation and a supervision, and by at least ten points of a measure that "
    "shift for the better and reach the target",
    Verdict.NOT_YET_SHOWN: "It may have changed; there is too little to say so",
    Verdict.NOT_CHANGED: "Looked at, and practice is as it was",
    Verdict.WORSE: "Looked at, and it became worse",
}


class RecordCheckForm(PageForm):
    """What a look showed."""

    what_was_looked_at = LongTextField(
        "What was looked at, and how many?",
        hint="For example: 5 body maps and 12 daily notes written between 2 and 20 November, picked at random",
        missing="Say what was looked at, and how many",
        rows=3,
    )
    result = LongTextField(
        "What does it show?",
        hint="“No concerns since” is not a result: it may only mean that nobody wrote anything down",
        missing="Say what it shows",
    )
    verdict = RadiosField("Did practice change?", choices=Verdict, missing="Choose one of the four words")


class VerdictForm(SignatureForm):
    """One of the four words, signed."""

    verdict = RadiosField(
        "Did practice change?",
        choices=Verdict,
        hints=VERDICT_HINTS,
        missing="Choose one of the four words",
        reveals={Verdict.NOT_YET_SHOWN: ["next_reaudit_on"]},
    )
    next_reaudit_on = DateField("When is the next re-audit?", name="The next re-audit", future=True)
    reason = LongTextField(
        "Why this word?",
        hint="The rule, how many points or records, and what was seen",
        missing="Say why this word",
    )
