"""What is asked about controls, their reviews, task restrictions and safety."""

from __future__ import annotations

from typing import Any, ClassVar

from accounts.models import Staff
from incidents import gates
from incidents.actions.controls import NOT_WHILE_UNSAFE, ON_A_WORKER, REMOVAL
from incidents.actions.freedom import may_limit, restriction_links, words_of
from incidents.models import Case, ControlKind, Restriction, ReviewOutcome, RiskControl, Safe
from incidents.tasks_catalogue import Task
from records.forms import (
    CheckboxesField,
    ChooseOneField,
    LongTextField,
    PageForm,
    RadiosField,
    SelectField,
    TextField,
    WhenField,
    YesNoField,
)
from records.gates import unmet
from records.refusals import Missing, Refused


class SafeNowForm(PageForm):
    everyone_safe = RadiosField(
        "Is everyone safe now?",
        choices=Safe,
        hints={Safe.NO: "If anyone is in danger, call 999 first. Then go on here."},
        reveals={Safe.YES: ["note"], Safe.NO: ["unsafe_note"], Safe.UNKNOWN: ["unknown_note"]},
        missing="Say whether everyone is safe now",
    )
    note = LongTextField(
        "What was done so that everyone is safe?",
        hint="For example: spoke to her alone at 11:00; daughter with her tonight; son staying elsewhere",
        missing="Say what was done so that everyone is safe",
    )
    unsafe_note = LongTextField(
        "Who may be unsafe, and what is done now?",
        hint="For example: her son is back in the house; two of us stay until the police come",
        missing="Say who may be unsafe, and what is done now",
    )
    unknown_note = LongTextField(
        "What do you need to find out, and what is done until then?",
        missing="Say what you need to find out, and what is done until then",
    )

    def answers(self) -> tuple[str, str]:
        """The answer, and the note that was asked with it."""
        given = self.cleaned_data
        return given["everyone_safe"], given["note"] or given["unsafe_note"] or given["unknown_note"]


def restrictions_to_name(case: Case) -> Any:
    """The restrictions a control may stand on: those of its case that have not ended."""
    return Restriction.objects.filter(case=case, ended_at=None).select_related("person")


def why_no_limit_field() -> LongTextField:
    """Asked wherever a control is put into words: now, and at a review that changes it."""
    return LongTextField(
        "If the words could be read as a limit: why is it none?",
        hint="For example: her brother may not visit, because she asked for that herself on Monday",
        required=False,
        rows=2,
        short="Why it does not limit the person",
    )


def name_of_restriction(one: Restriction) -> str:
    return f"{one.person}: {one}"


class ControlForm(PageForm):
    """The control itself."""

    kind = SelectField("What kind of control is it?", choices=ControlKind, missing="Choose the kind of control")
    what = LongTextField(
        "What exactly is done?",
        hint="For example: every call in twos until the review. If none is needed, say what stays as it is.",
        missing="Say exactly what is done",
        short="What is done",
    )
    worker = ChooseOneField(
        "Which worker is it about?",
        hint="Only where it changes a worker's duties",
        required=False,
        short="Worker",
    )
    tasks = CheckboxesField(
        "Which tasks may the worker not do for now?",
        choices=Task,
        hint="A suspension takes all of them by itself, non-contact work every task that meets people, and working in "
        "twos lone work. Tick what comes on top.",
        required=False,
        short="Tasks not to be done",
    )
    welfare_contact = TextField(
        "Who can the worker talk to?",
        hint="A named person who is not part of this case. Needed when the worker is off their duties.",
        required=False,
        short="Welfare contact",
    )
    limits_person = YesNoField(
        "Does it limit what the person may do, where they may go, or whom they may see?",
        hint="A limit on the person's own freedom needs a restriction record, with authority and an end",
        reveals={"yes": ["restriction"], "no": ["why_no_limit"]},
        missing="Say whether it limits the person's own freedom",
        short="Limits the person's freedom",
    )
    restriction = ChooseOneField(
        "Which restriction record does it stand on?",
        hint="None here? Record the restriction first, in the section Restriction of this case.",
        required=False,
        name_of=name_of_restriction,
        short="Restriction record",
    )
    why_no_limit = why_no_limit_field()

    def __init__(self, *args: Any, case: Case, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["worker"].queryset = staff  # type: ignore[attr-defined]
        self.fields["restriction"].queryset = restrictions_to_name(case)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, worker, tasks = given.get("kind"), given.get("worker"), given.get("tasks") or []
        if worker is None and (kind in ON_A_WORKER or tasks):
            self.add_error("worker", "Choose the worker it is about")
        if kind == ControlKind.TASK_REMOVED and not tasks:
            self.add_error("tasks", "Choose the tasks the worker may not do")
        if kind in REMOVAL and not given.get("welfare_contact"):
            self.add_error("welfare_contact", "Name somebody the worker can talk to")
        if kind == ControlKind.NONE_NEEDED and (unsafe := unmet(gates.everyone_safe(self.case))):
            self.add_error("kind", "Say what made everyone safe first. Until then a control is needed")
            missing = [Missing(line.detail, line.url) for line in unsafe]
            kept = f"{NOT_WHILE_UNSAFE} Your answers here are kept."
            self.add_refusal(Refused("SAFE", kept, missing=missing, source=unsafe[0].source))
        ask_for_the_restriction(
            self,
            self.case,
            given.get("what") or "",
            kind=kind or "",
            worker=worker,
            limits=bool(given.get("limits_person")),
            named=given.get("restriction"),
            why_no_limit=given.get("why_no_limit") or "",
        )
        return given


def ask_for_the_restriction(
    form: PageForm,
    case: Case,
    what: str,
    *,
    kind: str,
    worker: Staff | None,
    limits: bool,
    named: Restriction | None,
    why_no_limit: str,
) -> None:
    """The trap of §3 (F15), in the form: what limits the person, by answer, kind or words, names its restriction.

    Words that may limit the person or may not ask for that, or for the reason why they do not. Whether the
    restriction named has authority in force is the action's to say.
    """
    if named is not None:
        return
    found = words_of(case, kind, what, worker)
    if limits or kind == ControlKind.LIMITS_PERSON or found.bans:
        said = f" It says “{found.found[0]}”." if found.found else ""
        message = (
            f"This limits the person's own freedom.{said} It needs a restriction record first: what, authority, "
            "end, less restrictive option"
        )
        form.add_error("restriction" if limits else "limits_person", message)
        why = "What limits the person's own freedom stands on a restriction record."
    elif found.doubtful and not why_no_limit.strip():
        form.add_error("why_no_limit", may_limit(found.doubtful[0]))
        why = "If it limits the person, it stands on a restriction record."
    else:
        return
    form.add_refusal(
        Refused("F15", f"{why} Your answers here are kept.", missing=restriction_links(case), source="domain.md §3")
    )


class WhyForm(PageForm):
    trigger = LongTextField(
        "What led to this, and what was known then?",
        missing="Say what led to this, and what was known then",
        short="What led to this",
    )
    who_at_risk = LongTextField(
        "Who is at risk, others included?", missing="Say who is at risk, others included", rows=2, short="At risk"
    )
    options_considered = LongTextField(
        "Which options were considered?",
        hint="Doing nothing and the least intrusive one included",
        missing="Say which options were considered",
        short="Options considered",
    )
    why_chosen = LongTextField(
        "Why this one, and not the others?", missing="Say why this one was chosen", short="Why this one"
    )
    proportionality = LongTextField(
        "Why is it proportionate, to the person and to the worker?",
        missing="Say why it is proportionate",
        short="Proportionate because",
    )


class PersonForm(PageForm):
    persons_views = LongTextField(
        "What does the person say, and what do they want?",
        hint="Their own words where you can",
        required=False,
        short="The person's views",
    )
    views_not_obtained = LongTextField("If you could not ask, why not?", required=False, rows=2, short="Why not asked")
    capacity = LongTextField(
        "Can the person make this decision themselves?",
        hint="Capacity for this decision, their consent, or who leads on best interests",
        missing="Record capacity for this decision, consent, or who leads on best interests",
        rows=3,
        short="Capacity and consent",
    )
    advocate = LongTextField(
        "Was an advocate asked for?",
        missing="Say whether an advocate was asked for, or why not",
        rows=2,
        short="Advocate",
    )
    consent_to_share = LongTextField(
        "Does the person agree to share this? If not, why is it shared?",
        hint="Others at risk, staff involved, a crime, or life in danger",
        missing="Record consent to share, or the reason to override",
        rows=2,
        short="Consent to share",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("persons_views") and not given.get("views_not_obtained"):
            self.add_error("persons_views", "Record what the person says and wants, or why you could not ask")
        return given


class TellingForm(PageForm):
    impact_and_support = LongTextField(
        "How does it affect those involved, and what support do they get?",
        missing="Say what the impact is, and what support is given",
        rows=3,
        short="Impact and support",
    )
    who_was_told = LongTextField(
        "Who was told, how and when?", missing="Say who was told, how and when", rows=2, short="Who was told"
    )
    exit_criteria = LongTextField(
        "What must be true to end it?", missing="Say what must be true to end it", rows=2, short="Ends when"
    )
    would_tighten = LongTextField(
        "What would make us tighten it?", missing="Say what would make us tighten it", rows=2, short="Tighten when"
    )
    decided_at = WhenField("When was it decided?", name="The time of the decision", past=True, short="Decided")
    review_due_at = WhenField(
        "When is it reviewed first?",
        name="The first review",
        hint="Proposed from the level. Earlier is fine, later is not.",
        required=False,
        short="First review",
    )


class ReviewForm(PageForm):
    outcome = RadiosField(
        "What did the review decide?",
        choices=ReviewOutcome,
        hints={
            ReviewOutcome.CONTINUE: "As it is, to the next review",
            ReviewOutcome.AMEND: "Changed, no easier",
            ReviewOutcome.STEP_DOWN: "Made easier, still in force",
            ReviewOutcome.LIFT: "Ended. For a worker with a plan, only through re-authorisation",
            ReviewOutcome.REPLACE: "Another control takes its place; record that one first",
        },
        reveals={ReviewOutcome.AMEND: ["amended_to"], ReviewOutcome.STEP_DOWN: ["stepped_to"]},
        missing="Choose what the review decided",
    )
    amended_to = LongTextField("What exactly is done from now?", missing="Say what is done from now", rows=3)
    stepped_to = LongTextField("What exactly is done from now?", missing="Say what is done from now", rows=3)
    reason = LongTextField(
        "Why?", hint="For example: two calls watched, no concern; M.E. asks for it to stay", missing="Say why"
    )
    limits_person = YesNoField(
        "As it is from now, does it limit what the person may do, where they may go, or whom they may see?",
        hint="Answer this when the control changes or is made easier. A limit on the person's own freedom needs a "
        "restriction record, with authority and an end.",
        reveals={"yes": ["restriction"]},
        required=False,
    )
    restriction = ChooseOneField(
        "Which restriction record does it stand on?",
        hint="None here? Record the restriction first, in the section Restriction of this case.",
        required=False,
        name_of=name_of_restriction,
    )
    why_no_limit = why_no_limit_field()
    next_review_at = WhenField(
        "When is the next review?",
        name="The next review",
        hint="Leave it empty for the longest time the level allows",
        future=True,
        required=False,
    )

    #: What changes the control while it stays in force; a control that replaces it was asked the same on its own page.
    CHANGES: ClassVar[tuple[str, ...]] = (ReviewOutcome.AMEND, ReviewOutcome.STEP_DOWN)

    def __init__(self, *args: Any, control: RiskControl, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.control = control
        self.fields["restriction"].queryset = restrictions_to_name(control.case)  # type: ignore[attr-defined]
        self.initial["why_no_limit"] = control.why_no_limit
        if control.restriction_id:
            self.initial.update(limits_person=True, restriction=control.restriction_id)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        outcome, limits = given.get("outcome"), given.get("limits_person")
        changes = outcome in self.CHANGES
        if changes and limits is None and "limits_person" not in self.errors:
            self.add_error("limits_person", "Say whether it limits the person's own freedom")
        elif changes or (limits and outcome == ReviewOutcome.CONTINUE):
            ask_for_the_restriction(
                self,
                self.control.case,
                given.get("amended_to") or given.get("stepped_to") or "",
                kind=self.control.kind if changes else "",
                worker=self.control.worker,
                why_no_limit=given.get("why_no_limit") or "",
                limits=bool(limits),
                named=given.get("restriction") or (None if limits else self.control.restriction),
            )
        return given


class TasksForm(PageForm):
    tasks = CheckboxesField(
        "Which tasks may the worker not do from now?", choices=Task, missing="Choose at least one task"
    )


def workers_of(case: Case) -> Any:
    """Whose duties a control can change: those who work in the case's service, on notice or not."""
    return Staff.objects.filter(services=case.service).present().order_by("name")
