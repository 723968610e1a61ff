"""What is asked when a task is decided: the decision with what it needs, then the signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from accounts.models import Staff, User
from incidents.models import Case
from records.forms import ChooseOneField, DateField, LongTextField, PageForm, RadiosField, TextField
from records.gates import GateLine
from records.signing_form import SignatureForm
from remediation import permissions_practice as permissions
from remediation.models import Decision

DECISION_HINTS = {
    Decision.FULL: "The task comes back without a condition. Follow-ups in weeks 4, 8 and 12",
    Decision.CONDITIONAL: "The task comes back under a condition, for four weeks at most",
    Decision.EXTEND: "The task stays restricted and the plan goes on. Twice at most",
    Decision.NOT_AUTHORISED: "The task stays restricted. Formal capability or disciplinary, and the DBS question",
    Decision.REDEPLOY: "The worker goes to other work. The DBS, sponsor and pay questions come up",
}


class DecideForm(SignatureForm):
    """One task: the decision, its grounds, what giving back needs, and the signature."""

    decision = RadiosField(
        "What do you decide for this task?",
        choices=Decision,
        hints=DECISION_HINTS,
        missing="Choose what you decide",
        reveals={
            Decision.CONDITIONAL: ["condition", "supervisor", "expires_on"],
            Decision.EXTEND: ["new_test_dates"],
        },
    )
    condition = TextField(
        "What is the condition?",
        hint="As it will stand in the register. For example: second worker present",
        missing="Say what the condition is",
    )
    supervisor = ChooseOneField("Who supervises it?", missing="Say who supervises the condition")
    expires_on = DateField(
        "When does the condition end?",
        hint="Four weeks from today at most. After that day the task is restricted again",
        name="The end of the condition",
        future=True,
        missing="Say when the condition ends",
    )
    new_test_dates = LongTextField("What are the new test dates?", rows=2, missing="Give the new test dates")
    reason = LongTextField("Why do you decide this?", missing="Say why you decide this")
    statement_text = LongTextField(
        "What makes it safe to practise?",
        hint="From the passed tests, named by their codes. Attendance, time served and “no further incidents” do not count",
        required=False,
        rows=6,
    )
    persons_view = LongTextField(
        "What does the person, or their family, say about this worker coming back to them?",
        required=False,
        rows=3,
    )
    follow_up_by = ChooseOneField(
        "Who will hold the follow-ups in weeks 4, 8 and 12?", required=False, name_of=lambda user: str(user.name)
    )

    def __init__(
        self,
        *args: Any,
        supervisors: Any,
        holders: Any,
        named_person: bool,
        booked: bool,
        overridable: Sequence[GateLine] = (),
        full_closed: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = supervisors  # type: ignore[attr-defined]
        self.fields["follow_up_by"].queryset = holders  # type: ignore[attr-defined]
        if full_closed:
            decision = cast(RadiosField, self.fields["decision"])
            decision.hints = decision.hints | {str(Decision.FULL): f"Not open now. {full_closed}"}
        if not named_person:
            del self.fields["persons_view"]
        if booked:
            del self.fields["follow_up_by"]
        for line in overridable:
            self.fields[f"override_{line.code}"] = LongTextField(
                f"{line.code} is not met. Why may this go on all the same?",
                hint=f"{line.text}. {line.detail}. Leave empty to wait. The reason is printed in the pack",
                required=False,
                rows=2,
            )

    @property
    def overrides(self) -> dict[str, str]:
        return {
            name.removeprefix("override_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("override_") and text
        }


def people_of(case: Case, worker: Staff) -> tuple[Any, Any]:
    """Staff who may supervise a condition, and users who may hold follow-ups, of one worker in one case."""
    staff = Staff.objects.present().filter(postings__service=case.service).exclude(pk=worker.pk).order_by("name")
    holders = [user.pk for user in permissions.who_may_hold_follow_ups(case, worker)]
    return staff, User.objects.filter(pk__in=holders).order_by("name")


class SecondForm(SignatureForm):
    """The second decider: agrees or not, and why."""

    agrees = RadiosField(
        "Do you agree with the first decision?",
        choices=(("yes", "Yes, I agree"), ("no", "No, I do not agree")),
        missing="Say whether you agree",
    )
    reason = LongTextField("Why?", hint="What you read or saw yourself", missing="Say why you agree or do not")
    field_order = ("agrees", "reason", "conflict", "conflict_detail", "agree")


class HoldForm(PageForm):
    asked_by = TextField(
        "Who asked to hold?", hint="For example: PC 1187, Northshire Police", missing="Say who asked to hold"
    )
    reason = LongTextField("Why did they ask?", missing="Say why they asked")


class ReleaseForm(PageForm):
    note = LongTextField(
        "How do you know that the hold is over?",
        hint="Who said so, when and how",
        missing="Say how you know that the hold is over",
    )
