"""The questions of the capability response; the worker's own come one a page."""

from __future__ import annotations

from typing import Any, ClassVar

from accounts.models import User
from incidents.models import Case
from records.forms import (
    ChooseOneField,
    DateField,
    LongTextField,
    PageForm,
    RadiosField,
    TextField,
)
from remediation.forms.choices import name_and_title, staff_of
from remediation.models import BEING_FAIR, Outcome, Reply, Route
from remediation.trail_questions import questions


class NoConcernForm(PageForm):
    """That there is no individual concern."""

    reason = LongTextField(
        "Why is there no individual concern?",
        hint="For example: three workers followed the printed number, which had been disconnected",
        missing="Say why there is no individual concern",
    )


class TellForm(PageForm):
    """That the worker was told."""

    note = LongTextField(
        "How were they told, and who was with them?",
        hint="For example: in person at the office, with her supporter; police had agreed",
        missing="Say how they were told, and who was with them",
    )


#: Questions without which the words cannot be handed in.
TRAIL_NEEDED = ("saw_heard", "thought_did", "why_not_escalated", "should_have")


class TrailPage(PageForm):
    """One question of the reflective trail."""

    step: ClassVar[int] = 1

    def __init__(self, *args: Any, asked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, question, hint = questions(asked)[self.step - 1]
        needed = name in TRAIL_NEEDED
        self.fields[name] = LongTextField(
            question, hint=hint, rows=8, required=needed, missing=f"Answer: {question}" if needed else ""
        )


class WholeTrailForm(PageForm):
    """All six questions on one page: for whoever types the words for the worker."""

    def __init__(self, *args: Any, asked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question, hint in questions(asked):
            self.fields[name] = LongTextField(question, hint=hint, required=False)


class DiscussForm(PageForm):
    """The supervisor's box."""

    note = LongTextField(
        "What did you discuss, and what was agreed?",
        hint="Your own words. The worker's words above stay as they are",
        missing="Say what you discussed, and what was agreed",
    )


class RouteForm(PageForm):
    """Which way is fair; five prompts first."""

    deliberate = LongTextField(BEING_FAIR["deliberate"], rows=2, missing="Say whether harm was meant")
    health = LongTextField(BEING_FAIR["health"], rows=2, missing="Say whether health could explain it")
    rule = LongTextField(
        BEING_FAIR["rule"],
        hint="For example: the on-call number in her handbook had been disconnected",
        rows=2,
        missing="Say whether the rule was clear, workable and in use",
    )
    peers = LongTextField(BEING_FAIR["peers"], rows=2, missing="Say whether someone like them would have done the same")
    pressure = LongTextField(BEING_FAIR["pressure"], rows=2, missing="Say what pressure they were under")
    route = RadiosField(
        "Which route is fair?",
        choices=Route,
        hints={
            Route.NO_ACTION: "The learning response answers it",
            Route.SUPPORTED: "They did not know, or could not do it yet",
            Route.FORMAL: "An informal plan failed twice, a serious effect, a second gap within 12 months, or they decline",
            Route.DISCIPLINARY: "They knew and chose; dishonesty, an altered record, cruelty. Ask the police and DBS questions",
            Route.HEALTH: "Health or a disability: occupational health, adjustments",
        },
        missing="Choose a route",
    )
    reason = LongTextField(
        "Why is it fair?",
        hint="Would the same failure have had the same response for another role, contract or background?",
        missing="Say why this route is fair",
    )


class SupportForm(PageForm):
    """Support for the worker."""

    supporter = TextField("Who is their named supporter?", missing="Name the supporter")
    support = LongTextField(
        "What support is offered?",
        hint="For example: weekly call, one round less while the plan runs, help with reading",
        missing="Say what support is offered",
    )
    welfare_due_on = DateField(
        "When is the next welfare contact?", name="The next welfare contact", future=True, required=False
    )


class CoachingForm(PageForm):
    """That coaching took place."""

    coach = ChooseOneField("Who coached the worker?", name_of=name_and_title, missing="Choose who coached the worker")
    held_on = DateField("When?", name="The date of the coaching", past=True)
    about = LongTextField(
        "What was it about?", hint="For example: indicators of physical abuse", missing="Say what it was about"
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coach"].queryset = staff_of(case, user, with_sign_in=False)  # type: ignore[attr-defined]


class InviteForm(PageForm):
    """What the worker is asked to comment on."""

    about = TextField(
        "What is the worker asked to comment on?",
        hint="For example: the remediation plan",
        missing="Say what the worker is asked to comment on",
    )


class ReplyForm(PageForm):
    """The worker's comment, correction or disagreement, or that they decline."""

    kind = RadiosField(
        "What would you like to say?",
        choices=Reply,
        missing="Choose what kind of answer it is",
    )
    text = LongTextField("In your own words", required=False, rows=6)

    def __init__(self, *args: Any, for_worker: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_worker:
            self.fields["kind"].label = "What did the worker answer?"
            self.fields["text"].label = "In the worker's own words"


class OutcomeForm(PageForm):
    """How a worker's track ended."""

    outcome = RadiosField("How did it end?", choices=Outcome, missing="Choose how it ended")
    reason = LongTextField("Why?", missing="Say why it ended in this way")
