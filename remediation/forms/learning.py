"""The questions of the learning response."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from incidents.models import Case, CaseFile
from records.forms import (
    ChooseOneField,
    DateField,
    LongTextField,
    PageForm,
    RadiosField,
    YesNoField,
)
from remediation.forms.choices import name_and_title, staff_of
from remediation.models import CauseFinding, EvidenceSource, Finding, Strength

METHODS = [
    ("Five whys", "Five whys (for L1 and L2 only; it stops early)"),
    ("Fishbone", "Fishbone"),
    ("SEIPS", "SEIPS: people, tasks, tools, organisation, surroundings inside and outside (for L3 and above)"),
    ("After-action review", "After-action review of the case"),
]


class LearningForm(PageForm):
    """What the response found as a whole."""

    method = RadiosField("Which method was used?", choices=METHODS, required=False)
    what_normally_happens = LongTextField(
        "What normally happens?",
        hint="Ask this before asking who. For example: most workers ring only after the round",
        required=False,
    )
    what_worked = LongTextField("What worked?", required=False)
    missed_opportunities = LongTextField(
        "Where was a chance missed, and when?",
        hint="For example: 6 October, bruise written down and nobody rung; 9 October, note not read",
        required=False,
    )
    shared_how = LongTextField("How was the learning shared with the person, staff and other services?", required=False)


class EvidenceForm(PageForm):
    """One piece of evidence for one cause."""

    source = RadiosField("Where does it come from?", choices=EvidenceSource, missing="Choose where it comes from")
    what = LongTextField(
        "What was looked at, and what does it show?",
        hint="For example: rota of 6 October, eleven calls and no travel time",
        missing="Say what was looked at, and what it shows",
    )
    file = ChooseOneField("Is it one of the files in the case?", required=False)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = CaseFile.objects.visible_to(user).filter(case=case)
        self.fields["file"].queryset = files  # type: ignore[attr-defined]
        if not files.exists():
            del self.fields["file"]


class FindingForm(PageForm):
    """What the evidence says of one cause."""

    result = RadiosField(
        "What does the evidence say?",
        choices=Finding,
        hints={
            Finding.MAIN: "Without it the failure would not have happened",
            Finding.CONTRIBUTED: "It made the failure more likely",
            Finding.RULED_OUT: "The evidence shows that it played no part",
        },
        missing="Choose what the evidence says",
    )
    reason = LongTextField(
        "Why?", required=False, hint="Name the evidence. Needed for every finding but “not yet known”"
    )
    contributory_statement = LongTextField(
        "If it is a cause: how did it make the failure more likely?",
        hint="What increased the likelihood of what, because of what. For example: no travel time increased the "
        "likelihood of an unreported bruise because calls overran and the phone was put off",
        required=False,
    )
    still_live = YesNoField("If it is a cause: is it still there today?", required=False)
    still_live_note = LongTextField("What was changed, or what is still to change?", required=False, rows=2)
    no_action_reason = LongTextField("If no action on the system is needed, why not?", required=False, rows=2)


class LiveForm(PageForm):
    """Whether a found cause is still there."""

    still_live = YesNoField("Is this cause still there today?", missing="Say whether it is still there")
    note = LongTextField(
        "What changed, and how do you know?",
        hint="For example: new on-call number tested by three workers on 14 October",
        missing="Say what changed, and how you know",
    )


class ActionForm(PageForm):
    """A change to the system."""

    what = LongTextField(
        "What will change?",
        hint="A verb and what it changes. For example: add travel time between calls to every rota",
        missing="Say what will change",
        rows=2,
    )
    strength = RadiosField(
        "How strong is it?",
        choices=Strength,
        hints={
            Strength.STRONG: "For example: the record cannot be closed with a body mark until a manager has seen it",
            Strength.INTERMEDIATE: "For example: travel time in the rota, an alert, practice with feedback",
            Strength.WEAK: "For example: a memo, a policy, a warning, training",
        },
        missing="Choose how strong it is",
    )
    owner = ChooseOneField("Who owns it?", name_of=name_and_title, missing="Choose who owns it")
    due_on = DateField("When is it due?", name="The date it is due", future=True)
    measure = LongTextField(
        "Which number will show it, and what is it today?",
        hint="For example: share of concerns reported in the same shift, 40% in the last 12 weeks",
        required=False,
        rows=2,
    )
    resources = LongTextField("Who and what does it take?", required=False, rows=2)
    effect_due_on = DateField(
        "When will somebody else look whether it worked?", name="The date the effect is looked at", required=False
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff_of(case, user)  # type: ignore[attr-defined]


class DoneForm(PageForm):
    """That a promised thing is done."""

    evidence = LongTextField(
        "What shows that it is done?",
        hint="For example: rota of 2 November, printed and filed",
        missing="Say what shows that it is done",
    )


class EffectForm(PageForm):
    """Whether a done action worked."""

    worked = YesNoField(
        "Did it work?",
        missing="Say whether it worked",
        reveals={"no": ["not_worked_reason"]},
    )
    not_worked_reason = LongTextField(
        "If it is accepted all the same, why?",
        hint="Leave empty if another action is needed",
        required=False,
        rows=2,
    )
    evidence = LongTextField(
        "What shows the effect?",
        hint="Numbers before and after. For example: 4 of 10 in the same shift before, 9 of 10 after",
        missing="Say what shows the effect",
    )


class DueForm(PageForm):
    """A promised date moves."""

    becomes = DateField("What is the new date?", name="The new date", future=True)
    reason = LongTextField("Why does it move?", missing="Say why the date moves", rows=2)


class ReasonForm(PageForm):
    """One reason."""

    reason = LongTextField("Why?", missing="Say why")


class JustConfirm(PageForm):
    """A page whose only question is its button."""


def finding_initial(finding: CauseFinding) -> dict[str, Any]:
    names = ("reason", "contributory_statement", "still_live", "still_live_note", "no_action_reason")
    return {"result": finding.finding} | {name: getattr(finding, name) for name in names}
