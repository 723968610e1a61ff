"""The questions of the remediation plan: gap, tasks, learning, tests with their rules, reviews, statement."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from incidents.models import Case
from incidents.tasks_catalogue import Task
from records.forms import (
    CheckboxesField,
    ChooseOneField,
    ConfirmField,
    DateField,
    LongTextField,
    NumberField,
    PageForm,
    RadiosField,
    TextField,
    YesNoField,
)
from remediation import endings, pass_rules
from remediation.forms.choices import KeptRows, assessor_name, name_and_title, staff_of
from remediation.gates.words import is_only_attendance
from remediation.models import LearningKind, PracticeTest, TestKind

TASKS = [(code, f"{code} {label}") for code, label in Task.choices]
#: What may be offered as a test: everything but attendance and e-learning (A7).
TEST_KINDS = [(code, label) for code, label in TestKind.choices if code not in PracticeTest.NOT_TESTS]
A7 = (
    "Attendance, a certificate or e-learning shows that somebody took part, not that practice changed. "
    "It can be a learning action. Choose a test of practice"
)


class GapForm(PageForm):
    """The gap, what shows it today, and when the plan is to end."""

    gap = LongTextField(
        "What is the gap, as anyone could observe it?",
        hint="For example: bruises were written down as accidental and nobody was told in the same shift",
        missing="Say what the gap is",
    )
    baseline = LongTextField(
        "What shows it today?",
        hint="For example: notes of 6, 7 and 9 October; 6 days before anyone was told",
        missing="Say what shows the gap today",
    )
    ends_on = DateField("When is the plan to end?", name="The planned end", future=True)


class NewPlanForm(PageForm):
    """A plan from a library entry, or from nothing: what, for which tasks, from when, with whom."""

    gap = GapForm.base_fields["gap"]
    baseline = GapForm.base_fields["baseline"]
    tasks = CheckboxesField(
        "Which tasks does this plan lead back to?",
        choices=TASKS,
        hint="Those the worker may not do now. Each comes back by its own decision",
        missing="Choose at least one task",
    )
    starts_on = DateField("When is it to start?", name="The start", future=True)
    learning_owner = ChooseOneField(
        "Who sees to the learning?", name_of=name_and_title, missing="Choose who sees to the learning"
    )
    assessor = ChooseOneField(
        "Who will assess the tests?",
        name_of=assessor_name,
        hint="Not somebody who coached the worker. Each test can have its own assessor later",
        required=False,
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("learning_owner", "assessor"):
            self.fields[name].queryset = staff_of(case, user)  # type: ignore[attr-defined]


class StatementForm(PageForm):
    """What 'safe to practise' will mean, and what happens otherwise."""

    statement = LongTextField(
        "What will ‘safe to practise’ mean for this worker?",
        hint="Who may do what, for whom, when which tests were passed and how well. Never that a course was attended, "
        "that time has passed, or that nothing further happened",
        missing="Write what ‘safe to practise’ will mean",
        rows=6,
    )
    if_not_met = LongTextField(
        "What happens if it is not met?",
        hint="For example: two further weeks with another assessor; after two reassessments, a capability review",
        missing="Say what happens if it is not met",
    )


class SupportForm(PageForm):
    """Support and adjustments while the plan runs; may change at any time."""

    support = LongTextField("What support does the worker have while the plan runs?", required=False)
    adjustments = LongTextField(
        "Which adjustments are made?",
        hint="For example: may dictate records. The criteria stay the same",
        required=False,
    )


class TasksForm(PageForm):
    """The tasks a plan leads back to."""

    tasks = NewPlanForm.base_fields["tasks"]


class LearningActionForm(PageForm):
    """Something that teaches."""

    kind = RadiosField(
        "What kind of learning is it?", choices=LearningKind, missing="Choose what kind of learning it is"
    )
    what = LongTextField(
        "What will the worker learn, and how?",
        hint="For example: indicators of physical abuse, worked through on shift with real examples",
        missing="Say what the worker will learn, and how",
    )
    owner = ChooseOneField("Who sees to it?", name_of=name_and_title, missing="Choose who sees to it")
    due_on = DateField("When is it due?", name="The date it is due", future=True)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff_of(case, user)  # type: ignore[attr-defined]


RULES = [
    ("points", "A share of the points, and every criterion that must be met"),
    ("all", "Every answer must be right"),
    ("others", "Every criterion that must be met, and a number of the others"),
    ("series", "A weekly check: the last two weeks must both reach the points"),
    ("live", "Real items over some weeks, while duties are conditional"),
]


class TestForm(PageForm):
    """A practice test: what it is, how a pass is decided, who assesses and when. Fixed when the plan starts."""

    code = TextField(
        "What is its short code?", width=5, max_length=10, hint="For example: P1", missing="Give the test a short code"
    )
    title = TextField(
        "What is the test?", hint="For example: concern form from a scenario", missing="Say what the test is"
    )
    kind = RadiosField(
        "What kind of test is it?",
        choices=TEST_KINDS,
        missing="Choose what kind of test it is",
        error_messages={"invalid_choice": A7},
    )
    instructions = LongTextField("What does the assessor need to know?", required=False, rows=3)
    rule = RadiosField(
        "How is a pass decided?",
        choices=RULES,
        reveals={
            "points": ["percent"],
            "others": ["others_at_least"],
            "series": ["weeks", "points", "window_starts_on"],
            "live": ["live_weeks", "live_percent"],
        },
        missing="Choose how a pass is decided",
    )
    percent = NumberField(
        "What share of the points is needed, in per cent?", min_value=1, max_value=100, missing="Enter the share"
    )
    others_at_least = NumberField(
        "How many of the other criteria are needed?", min_value=0, max_value=50, missing="Enter how many are needed"
    )
    weeks = NumberField("How many weeks?", min_value=2, max_value=12, missing="Enter how many weeks")
    points = NumberField("How many points each week?", min_value=1, max_value=100, missing="Enter how many points")
    window_starts_on = DateField("What is the first day of the first week?", name="The first day")
    live_weeks = NumberField("Over how many weeks?", min_value=1, max_value=26, missing="Enter how many weeks")
    live_percent = NumberField(
        "What share of the items must be right, in per cent?", min_value=1, max_value=100, missing="Enter the share"
    )
    before_return = YesNoField(
        "Must it be passed before duties come back?", missing="Say whether it must be passed before duties come back"
    )
    assessor = ChooseOneField(
        "Who will assess it?", name_of=assessor_name, hint="Not somebody who coached the worker", required=False
    )
    due_on = DateField("When is it due?", name="The date it is due", required=False)

    def __init__(self, *args: Any, case: Case, user: User, keep: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.keep = keep or {}
        super().__init__(*args, **kwargs)
        self.fields["assessor"].queryset = staff_of(case, user)  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if found := is_only_attendance(title):
            raise ValidationError(f"“{found}”: {A7[0].lower()}{A7[1:]}")
        return title

    def answers(self) -> dict[str, Any]:
        """The keyword arguments of the action, but for the criteria."""
        given = dict(self.cleaned_data)
        rule = rule_of(given, self.keep)
        for name in ("rule", "percent", "others_at_least", "weeks", "points", "live_weeks", "live_percent"):
            given.pop(name, None)
        return given | {"pass_rule": rule}


def rule_of(given: dict[str, Any], keep: dict[str, Any]) -> dict[str, Any]:
    """The pass rule of the answers; what the page does not ask (unsafe answers, sessions) is kept from before."""
    asked = ("percent", "all", "others_at_least", "series", "live", "stars")
    rule = {key: value for key, value in keep.items() if key not in asked}
    rule["stars"] = "all"
    if given["kind"] == TestKind.OBSERVATION:
        rule = {key: value for key, value in pass_rules.OBSERVATION.items() if key != "percent"} | rule
    match given["rule"]:
        case "points":
            rule["percent"] = given["percent"]
        case "all":
            rule["all"] = True
        case "others":
            rule["others_at_least"] = given["others_at_least"]
        case "series":
            rule["series"] = {"weeks": given["weeks"], "points": given["points"]}
        case "live":
            rule["live"] = {"weeks": given["live_weeks"], "percent": given["live_percent"]}
    return rule


def test_initial(test: PracticeTest) -> dict[str, Any]:
    """What the page shows of a test that is there."""
    rule = test.pass_rule or {}
    which = (
        "series"
        if "series" in rule
        else "live"
        if "live" in rule
        else "others"
        if "others_at_least" in rule
        else "all"
        if rule.get("all")
        else "points"
    )
    return {
        "code": test.code,
        "title": test.title,
        "kind": test.kind,
        "instructions": test.instructions,
        "rule": which,
        "percent": rule.get("percent"),
        "others_at_least": rule.get("others_at_least"),
        "weeks": rule.get("series", {}).get("weeks"),
        "points": rule.get("series", {}).get("points"),
        "window_starts_on": test.window_starts_on,
        "live_weeks": rule.get("live", {}).get("weeks"),
        "live_percent": rule.get("live", {}).get("percent"),
        "before_return": test.before_return,
        "assessor": test.assessor_id,
        "due_on": test.due_on,
    }


class CriterionForm(PageForm):
    """One criterion."""

    text = LongTextField("What will somebody see, hear or read?", rows=2, missing="Write the criterion")
    star = ConfirmField("This must be met", required=False)
    group = TextField("Which question or short case does it belong to?", required=False)


class CriterionRows(KeptRows):
    form = CriterionForm
    prefix_name, one = "criteria", "criterion"
    least, most, start = 1, 20, 3


class ReviewForm(PageForm):
    """A promised review."""

    due_on = DateField("When is the plan reviewed?", name="The review date", future=True)


class HoldReviewForm(PageForm):
    """A review that was held."""

    notes = LongTextField("What did the review find?", missing="Say what the review found")


class LearningDoneForm(PageForm):
    """That a learning action took place."""

    evidence = LongTextField(
        "What took place, and when?",
        hint="This is context. It is never counted as a test",
        missing="Say what took place, and when",
    )


class AssessorForm(PageForm):
    """Another assessor."""

    assessor = ChooseOneField("Who will assess it?", name_of=assessor_name, missing="Choose who will assess it")

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assessor"].queryset = staff_of(case, user)  # type: ignore[attr-defined]


class EndForm(PageForm):
    """How a plan ended."""

    how = RadiosField(
        "How does the plan end?", choices=list(endings.CHOSEN.items()), missing="Choose how the plan ends"
    )
    reason = LongTextField("Why?", missing="Say why it ends")
