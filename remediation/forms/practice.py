"""What is asked while a practice test is recorded: start card, one criterion a page, the end page; and a follow-up."""

from __future__ import annotations

from typing import Any

from records.forms import (
    FilesField,
    LongTextField,
    NumberField,
    PageForm,
    RadiosField,
    TextField,
    YesNoField,
)
from remediation.models import Mark, PracticeTest, TestKind

AGREED = (
    ("yes", "Yes"),
    ("best_interests", "They cannot say; it was agreed in their best interests"),
    ("no", "No"),
)
COMPETENT = (("competent", "Competent in this"), ("not_yet", "Not yet competent in this"))
MARK_HINTS = {
    Mark.UNSAFE: "It was not done, or done in a way that could hurt someone",
    Mark.PROMPTED: "It was done after a word or a sign from somebody",
    Mark.INDEPENDENT: "It was done without any help",
    Mark.NOT_OBSERVED: "There was no chance to see it",
}


class StartForm(PageForm):
    """The start card: who, what and where are shown; what only the assessor knows is asked."""

    setting = TextField(
        "Where are you watching?", hint="For example: morning call at M.E.'s home", missing="Say where you are watching"
    )
    person_agreed = RadiosField(
        "Has the person agreed to you watching?",
        choices=AGREED,
        missing="Say whether the person has agreed to you watching",
    )
    announced = YesNoField("Does the worker know that you are watching today?", missing="Say whether the worker knows")
    scenario = LongTextField(
        "Which scenario or records are used?",
        hint="For example: bruise found on a Sunday, the son is at home",
        missing="Say which scenario or records are used",
        rows=3,
    )

    def __init__(self, *args: Any, test: PracticeTest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if test.kind == TestKind.OBSERVATION:
            del self.fields["scenario"]
        else:
            for name in ("setting", "person_agreed", "announced"):
                del self.fields[name]
        if test.kind == TestKind.WEEKLY_CHECK:
            self.fields["scenario"].label = "Which three records do you check?"
            self.fields["scenario"].help_text = "Their dates and what they are about; one of them about safeguarding"
        if test.kind == TestKind.LIVE:
            self.fields["scenario"].label = "Which concern or audit is this?"
            self.fields["scenario"].help_text = "For example: concern raised on 3 November, or the week's audit"


class MarkForm(PageForm):
    """One criterion: the mark, what was seen or heard (fact), and, apart from it, the judgement."""

    mark = RadiosField("How was it done?", choices=Mark, hints=MARK_HINTS, missing="Choose how it was done")
    saw_heard = LongTextField(
        "What did you see or hear?",
        hint="Facts and words, as they were. For example: at 08:20 she rang the office and said “I have found a mark”",
        missing="Write what you saw or heard",
    )
    judgement = LongTextField("What is your judgement?", hint="What you make of it", required=False, rows=2)

    def __init__(self, *args: Any, star: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if star:
            hint = f"{MARK_HINTS[Mark.NOT_OBSERVED]}. This must be met, so the test is then not passed"
            self.fields["mark"].hints = {**self.fields["mark"].hints, Mark.NOT_OBSERVED.value: hint}  # type: ignore[attr-defined]


class EndForm(PageForm):
    """The end page: how long, what was written or answered, feedback, the worker's own comment, the judgement."""

    minutes = NumberField(
        "For how many minutes did you watch?",
        min_value=1,
        max_value=720,
        missing="Enter for how many minutes you watched",
        error_messages={
            "min_value": "The minutes must be 1 or more",
            "max_value": "The minutes must be 720 or fewer",
        },
    )
    direct_contact = YesNoField(
        "Was the worker in direct contact with a person?", missing="Say whether there was direct contact"
    )
    unsafe = RadiosField(
        "Did the worker give an unsafe answer?",
        hint="An unsafe answer ends the test as not passed",
        missing="Say whether there was an unsafe answer",
        reveals={"other": ["unsafe_answer"]},
    )
    unsafe_answer = LongTextField("What was said, word for word?", rows=2, missing="Write what was said")
    work = LongTextField(
        "What did the worker write or answer?",
        hint="Word for word, or attach it below",
        required=False,
        rows=6,
    )
    attachments = FilesField("Attach what the worker wrote", required=False, most=5)
    improved = LongTextField("What improved since last week?", required=False, rows=2)
    feedback = LongTextField(
        "What feedback did you give?", hint="What went well first", missing="Say what feedback you gave"
    )
    worker_comment = LongTextField(
        "What does the worker say about it?",
        hint="Hand over the phone, or write their words down",
        required=False,
    )
    competent = RadiosField(
        "What is your own judgement, apart from the points?",
        choices=COMPETENT,
        missing="Say whether the worker is competent in this",
    )

    def __init__(self, *args: Any, test: PracticeTest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = TestKind(test.kind)
        if kind != TestKind.OBSERVATION:
            del self.fields["direct_contact"]
            del self.fields["minutes"]
        if kind not in (TestKind.SCENARIO, TestKind.OBSERVATION):
            del self.fields["unsafe"]
            del self.fields["unsafe_answer"]
        else:
            known = [(text, text) for text in test.pass_rule.get("unsafe_answers", [])]
            choices = [("no", "No"), *known, ("other", "Yes, this:")]
            self.fields["unsafe"].choices = choices  # type: ignore[attr-defined]
        if kind != TestKind.WEEKLY_CHECK:
            del self.fields["improved"]
        if kind == TestKind.OBSERVATION:
            del self.fields["work"]
            self.fields["attachments"].label = "Attach a photo or a paper"
        self.revealed = {name: pair for name, pair in self.revealed.items() if name in self.fields}

    @property
    def answers(self) -> dict[str, Any]:
        """The cleaned answers as `finish_attempt` takes them."""
        given = {key: value for key, value in self.cleaned_data.items() if key not in ("attachments", "unsafe")}
        chosen = self.cleaned_data.get("unsafe", "no")
        given["unsafe_answer"] = "" if chosen == "no" else given.get("unsafe_answer") if chosen == "other" else chosen
        given["unsafe_answer"] = given["unsafe_answer"] or ""
        return given


class FollowUpForm(PageForm):
    result = LongTextField(
        "What did you see, or what did the worker explain?",
        hint="For example: two calls watched; she rang at 08:15 about a red heel and wrote the person's words",
        missing="Write what you saw or what the worker explained",
    )
    meets_standard = YesNoField(
        "Does practice still meet the standard?", missing="Say whether practice still meets the standard"
    )
