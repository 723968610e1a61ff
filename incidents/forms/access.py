"""What is asked about who may see a case."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from incidents.actions.emergency import HOURS
from incidents.separation import LIFTABLE, RULES
from records.forms import (
    ChooseOneField,
    ChooseSomeField,
    DateField,
    EmailField,
    LongTextField,
    PageForm,
    RadiosField,
    TextField,
)
from records.wording import plural


def _name_and_work(user: User) -> str:
    """Two people may have one name, and who they are says whether they should see this: "Sam Whitlock, HR adviser"."""
    staff = getattr(user, "staff", None)
    return f"{user.name}, {staff.job_title}" if staff is not None else user.name


class GiveAccessForm(PageForm):
    user = ChooseOneField("Who?", name_of=_name_and_work, missing="Choose who")
    purpose = LongTextField(
        "What do they need it for?",
        hint="For example: writes the learning response while the case owner is on leave",
        missing="Say what they need it for",
        rows=3,
    )
    starts_on = DateField("From which day?", name="The first day", required=False, hint="Leave empty for today")
    ends_on = DateField("Until which day?", name="The last day", hint="It ends by itself after this day")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(pk__in=[one.pk for one in people]).select_related("staff")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        first, last = known.get("starts_on"), known.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day must be the first day or later")
        return known


class TakeOverForm(GiveAccessForm):
    """Somebody of the provider acts in the manager's place (S6)."""

    user = ChooseOneField(
        "Who?", name_of=_name_and_work, hint="Somebody who had no part in what is looked at", missing="Choose who"
    )
    purpose = LongTextField(
        "Why can the manager not act in this case?",
        hint="For example: their own decisions of that week are looked at",
        missing="Say why the manager cannot act in this case",
        rows=3,
    )


class OutsideForm(PageForm):
    """Who from outside the provider takes over: the last step of S6."""

    name = TextField("What is their name?", missing="Enter their name", max_length=100)
    organisation = TextField(
        "Where do they work?",
        hint="Somebody with no part in this provider, for example a safeguarding consultant",
        missing="Enter where they work",
        max_length=90,
    )
    email = EmailField(
        "What is their e-mail address?",
        hint="They set a password from the link on the sign-in page",
        missing="Enter their e-mail address",
    )
    purpose = LongTextField("Why does nobody here act?", missing="Say what they need it for", rows=3)
    ends_on = DateField("Until which day?", name="The last day", hint="It ends by itself after this day")


class EndAccessForm(PageForm):
    reason = LongTextField("Why does it end?", missing="Say why it ends", rows=3)


class SealForm(PageForm):
    """The named team and the reason; nothing else stands between a case and its seal."""

    team = ChooseSomeField("Who is in the named team, besides you?", name_of=_name_and_work, required=False)
    owner = ChooseOneField(
        "Who answers for the case while it is sealed?", name_of=_name_and_work, missing="Choose who answers for it"
    )
    reason = LongTextField(
        "Why is it sealed?",
        hint="For example: the registered manager’s own decisions are looked at",
        missing="Say why it is sealed",
        rows=3,
    )

    def __init__(self, *args: Any, people: list[User], owners: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in (("team", people), ("owner", owners)):
            self.fields[name].queryset = User.objects.filter(pk__in=[one.pk for one in offered]).select_related("staff")  # type: ignore[attr-defined]


class UnsealForm(PageForm):
    reason = LongTextField("Why is it opened again?", missing="Say why it is opened again", rows=3)


class EmergencyForm(PageForm):
    reference = TextField(
        "What is the reference of the case?", hint="For example: SP-2026-0012", missing="Enter the reference", width=20
    )
    reason = LongTextField(
        "What is the emergency?",
        hint="Whoever answers for the case is told at once, and reads this in the case",
        missing="Say what the emergency is",
        rows=3,
    )
    hours = RadiosField(
        "For how long?",
        choices=[(str(hours), plural(hours, "hour")) for hours in HOURS],
        missing="Choose for how long",
    )

    def clean_hours(self) -> int:
        return int(self.cleaned_data["hours"])


class ExceptionForm(PageForm):
    """A rule of separation that cannot be kept in a small service (S11): never silent, always with an outside reader."""

    person = ChooseOneField("For whom?", missing="Choose for whom")
    rule = RadiosField(
        "Which rule cannot be kept?",
        choices=[
            (code, f"{code}: {RULES[code].sentence}" if code != "AUTHOR" else RULES[code].sentence) for code in LIFTABLE
        ],
        missing="Choose the rule",
    )
    reason = LongTextField("Why can nobody else do it?", missing="Say why nobody else can do it", rows=3)
    reader = TextField(
        "Who from outside reads it too, and where do they work?",
        max_length=300,
        missing="Name the outside second reader and where they work",
    )
    reader_said = LongTextField("What did the outside reader say?", missing="Say what the outside reader said", rows=3)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in people])  # type: ignore[attr-defined]
