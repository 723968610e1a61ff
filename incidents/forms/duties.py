"""What is asked about outside duties and the five times."""

from __future__ import annotations

from typing import Any

from incidents.duties import DUTIES
from incidents.forms.log import WhenForm
from incidents.models import Duty, DutyAnswer
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


class AnswerForm(PageForm):
    answer = RadiosField(
        "Must they be told?",
        choices=[
            (DutyAnswer.YES, "Yes"),
            (DutyAnswer.NO, "No, because"),
            (DutyAnswer.UNDECIDED, "Not decided yet"),
        ],
        reveals={
            DutyAnswer.YES: ["grounds", "scope_reasoning"],
            DutyAnswer.NO: ["no_reason"],
            DutyAnswer.UNDECIDED: ["waits_for"],
        },
        missing="Choose yes, no or not decided yet",
    )
    grounds = CheckboxesField("Which part applies?", required=False)
    scope_reasoning = LongTextField(
        "Why does it apply, if that is not plain?",
        hint="For example: the alleged source is family, but the missed report is ours",
        required=False,
        rows=3,
    )
    no_reason = LongTextField("Why not?", missing="Say why not", rows=3)
    waits_for = LongTextField("What does the answer wait for?", missing="Say what the answer waits for", rows=2)
    professional = TextField(
        "Which health care professional's opinion is it?",
        hint="Name and role, for example: Dr Iqbal, GP",
        required=False,
    )

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = DUTIES[duty.body]
        self.line = line
        if line.grounds:
            self.fields["grounds"].choices = line.grounds  # type: ignore[attr-defined]
        else:
            self._leave_out("grounds")
        if not line.needs_professional:
            self._leave_out("professional")
        if line.needs_second_for_no:
            hints = {DutyAnswer.NO.value: "A second person must agree. Until then the clock runs on."}
            self.fields["answer"].hints = hints  # type: ignore[attr-defined]

    def _leave_out(self, name: str) -> None:
        del self.fields[name]
        self.revealed.pop(name, None)
        answer = self.fields["answer"]
        answer.reveals = {  # type: ignore[attr-defined]
            value: tuple(one for one in names if one != name)
            for value, names in answer.reveals.items()  # type: ignore[attr-defined]
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        decided = given.get("answer") in (DutyAnswer.YES, DutyAnswer.NO)
        if self.line.needs_professional and decided and not given.get("professional"):
            self.add_error("professional", "Name the health care professional whose opinion this is")
        return given

    @property
    def answers(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "answer": given["answer"],
            "reason": given.get("no_reason") or given.get("waits_for") or "",
            "grounds": given.get("grounds") or (),
            "scope_reasoning": given.get("scope_reasoning") or "",
            "professional": given.get("professional") or "",
        }


class SecondForm(PageForm):
    agree = YesNoField(
        "Do you agree that they need not be told?",
        yes="Yes, I agree",
        no="No, I do not agree",
        reveals={"no": ["reason"]},
        missing="Say whether you agree",
    )
    reason = LongTextField("Why do you not agree?", missing="Say why you do not agree", rows=3)


class SentForm(PageForm):
    sent_at = WhenField("When was it sent or said?", name="The time it was sent", past=True)
    route = TextField(
        "How was it sent, and to whom?",
        hint="For example: online form; phone to the duty desk, spoke to R. Patel",
        missing="Say how it was sent, and to whom",
    )
    reference = TextField("What is their reference?", required=False, max_length=100, width=20)
    lateness_reason = LongTextField(
        "If it was late, why?", hint="Needed when it was sent after it was due", required=False, rows=3
    )

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duty = duty

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        sent_at, due = given.get("sent_at"), self.duty.due_at
        if sent_at and due and sent_at > due and not given.get("lateness_reason"):
            self.add_error("lateness_reason", "It was sent after it was due. Say why")
        return given


class AcknowledgedForm(PageForm):
    acknowledged_at = WhenField("When did they answer?", name="The time they answered", past=True)
    acknowledged_by = TextField("Who answered?", missing="Say who answered")
    reference = TextField("What is their reference?", required=False, max_length=100, width=20)
    outcome = LongTextField("What did they say or decide?", required=False, rows=3)


class LateForm(PageForm):
    lateness_reason = LongTextField("Why was it late?", missing="It was sent after it was due. Say why", rows=3)


class RaiseForm(PageForm):
    body = SelectField("Who may need to be told?", missing="Choose who")
    about = TextField(
        "If they are on the list already, what is new?",
        hint="For example: a second worker; the police now investigate",
        required=False,
        max_length=200,
    )
    worker = ChooseOneField("Is it about a worker?", required=False)
    why = LongTextField("Why does the question come up?", missing="Say why the question comes up", rows=3)
    at = WhenField(
        "When did you learn of it?",
        name="The time you learned of it",
        hint="The clock for telling them runs from then",
        past=True,
    )

    def __init__(self, *args: Any, known: set[str], staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["body"].choices = [(code, line.name) for code, line in DUTIES.items()]  # type: ignore[attr-defined]
        self.fields["worker"].queryset = staff  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        again = given.get("body") in self.known
        if again and not given.get("about") and not given.get("worker"):
            self.add_error("about", "They are on the list already. Say what is new, or choose the worker")
        return given


class TimesForm(WhenForm):
    """The five times, completed or corrected once the case exists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["first_noticed_by"]
