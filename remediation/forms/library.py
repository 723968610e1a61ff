"""The questions of a library entry; the next version of one (F34)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from records.forms import (
    CheckboxesField,
    LongTextField,
    NumberField,
    PageForm,
    RadiosField,
    TextField,
    YesNoField,
)
from remediation.forms.choices import KeptRows
from remediation.forms.plan import A7, TASKS, TEST_KINDS
from remediation.gates.words import is_only_attendance
from remediation.models import LearningKind


class GapTemplateForm(PageForm):
    """The entry as a whole."""

    name = TextField("What is the gap called?", missing="Enter the name of the gap")
    gap = LongTextField("What could anyone observe?", missing="Say what anyone could observe", rows=3)
    tasks = CheckboxesField("Which tasks are usually restricted?", choices=TASKS, missing="Choose at least one task")
    statement = LongTextField(
        "What does ‘safe to practise’ usually say?",
        hint="{name} stands for the worker. Shown as a proposal; each plan has its own",
        required=False,
    )
    reason = LongTextField("Why do you change it?", missing="Say why you change it", rows=2)


class LearningRowForm(PageForm):
    """One learning action."""

    kind = RadiosField("What kind of learning is it?", choices=LearningKind, missing="Choose the kind")
    what = LongTextField("What is learnt, and how?", rows=2, missing="Say what is learnt, and how")
    days = NumberField("How many days after the start is it due?", min_value=1, max_value=365, required=False)


class LearningRows(KeptRows):
    needed = "what"
    form = LearningRowForm
    prefix_name, one = "learning", "learning action"
    least, most, start = 0, 10, 1


class TestRowForm(PageForm):
    """One test, with its criteria a line each."""

    code = TextField("What is its short code?", width=5, max_length=10, missing="Give the test a short code")
    title = TextField("What is the test?", missing="Say what the test is")
    kind = RadiosField(
        "What kind of test is it?",
        choices=TEST_KINDS,
        missing="Choose what kind of test it is",
        error_messages={"invalid_choice": A7},
    )
    percent = NumberField(
        "What share of the points is needed, in per cent?",
        hint="Leave empty to keep the rule of the version before",
        min_value=1,
        max_value=100,
        required=False,
    )
    criteria = LongTextField(
        "What are the criteria, one on each line?",
        hint="Put * in front of a line that must be met",
        rows=8,
        missing="Write the criteria",
    )
    before_return = YesNoField("Must it be passed before duties come back?", missing="Choose yes or no")
    days = NumberField("How many days after the start is it due?", min_value=1, max_value=365, required=False)

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if found := is_only_attendance(title):
            raise ValidationError(f"“{found}”: {A7[0].lower()}{A7[1:]}")
        return title


class TestRows(KeptRows):
    needed = "title"
    form = TestRowForm
    prefix_name, one = "tests", "test"
    least, most, start = 1, 10, 1


def criteria_lines(criteria: list[dict[str, Any]]) -> str:
    """Criteria as lines of the text box: "* " for what must be met, "group | text" where there is a group."""
    return "\n".join(
        f"{'* ' if one.get('star') else ''}{one['group'] + ' | ' if one.get('group') else ''}{one['text']}"
        for one in criteria
    )


def read_criteria(text: str) -> list[dict[str, Any]]:
    """The lines back as criteria."""
    found = []
    for line in text.splitlines():
        words = line.strip()
        star = words.startswith("*")
        group, bar, rest = words.lstrip("* ").partition(" | ")
        if words.lstrip("* "):
            found.append({"text": rest if bar else group, "star": star, "group": group if bar else ""})
    return found
