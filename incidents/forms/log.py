"""The questions of a log: what, when, who, safe now; then, where it can be said already, what kind and how grave."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Service, Staff, User
from accounts.permits import Permit
from incidents.levels import Floor, Harm, Likelihood, Potential
from incidents.models import AbuseType, FailureType, Safe
from incidents.sub_types import SUB_TYPES
from records.forms import (
    CheckboxesField,
    ChooseOneField,
    ChooseSomeField,
    LongTextField,
    PageForm,
    RadiosField,
    SelectField,
    TextField,
    WhenField,
    YesNoField,
)

#: The answer "practice quality, not abuse" among the ten kinds of abuse.
NOT_ABUSE = "none"
FAILURE_HINTS = {
    FailureType.DELAYED_ESCALATION: "For example: a bruise noted on Tuesday, the office told the next Monday",
    FailureType.POOR_RECORDS: "Missing, late, altered, or opinion written as fact",
    FailureType.NO_PROTECTION: "Left in contact, no medical help, evidence lost",
    FailureType.RESTRICTION: "Not authorised, too much, past its end, or an informal ban",
    FailureType.NOT_CONNECTED: "Several small concerns closed one by one",
}


def name_of_staff(staff: Staff) -> str:
    """A member of staff as a choice, with the day they left where they did."""
    return staff.name_and_leaving


def services_to_log_for(user: User) -> Any:
    from accounts import access

    return Service.objects.filter(pk__in=access.of(user).services(Permit.LOG)).order_by("name")


class WhatForm(PageForm):
    service = ChooseOneField("Which service is it about?", missing="Choose the service")
    title = TextField(
        "What would you call it in a few words?",
        hint="No names. For example: bruises seen and not reported",
        max_length=120,
        missing="Enter a few words that name it",
        short="Short title",
    )
    what_happened = LongTextField(
        "What happened?",
        hint="Write what you saw, heard or were told. People supported by initials or a code only.",
        missing="Say what happened",
        rows=6,
        short="What happened",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = services_to_log_for(user)
        field = self.fields["service"]
        field.queryset = services  # type: ignore[attr-defined]
        if len(services) == 1:
            self.initial.setdefault("service", services[0].pk)


#: Telling the registered person is reporting it inside.
TOLD_FIRST = ". If they were told first, it was reported inside then: enter that time for both"


class WhenForm(PageForm):
    first_noticed_at = WhenField(
        "When did anyone who works here first notice?",
        name="The time it was first noticed",
        hint="The first sign, even if nobody saw then what it meant",
        past=True,
        short="First noticed",
    )
    first_noticed_by = ChooseOneField("Who first noticed?", required=False, name_of=name_of_staff, short="Noticed by")
    occurred_at = WhenField(
        "When did it happen?", name="The time it happened", past=True, required=False, short="It happened"
    )
    occurred_note = TextField(
        "If you do not know exactly, what do you know?",
        hint="For example: some time between Friday and Monday",
        required=False,
        short="About when",
    )
    reported_inside_at = WhenField(
        "When was it reported inside?",
        name="The time it was reported inside",
        hint="When somebody told the office, a senior or on-call",
        past=True,
        required=False,
        short="Reported inside",
    )
    registered_person_aware_at = WhenField(
        "When did the registered manager or provider know?",
        name="The time the registered person knew",
        hint="Leave it empty if they do not know yet. The clocks then run from when you log this, and the case asks again",
        past=True,
        required=False,
        short="Registered person knew",
    )

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_noticed_by"].queryset = staff  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        order = ("occurred_at", "first_noticed_at", "reported_inside_at", "registered_person_aware_at")
        names = ("it happened", "it was first noticed", "it was reported inside", "the registered person knew")
        last: tuple[Any, str] | None = None
        for field, name in zip(order, names, strict=True):
            moment = given.get(field)
            if moment is None:
                continue
            if last is not None and moment < last[0]:
                hint = TOLD_FIRST if field == "registered_person_aware_at" and "reported" in last[1] else ""
                self.add_error(field, f"The time {name} cannot be before the time {last[1]}{hint}")
            last = (moment, name)
        return given


class WhoForm(PageForm):
    who_is_at_risk = RadiosField(
        "Who is, or may be, at risk?",
        choices=[("people", "One or more people we support"), ("service", "No single person")],
        reveals={"people": ["people"], "service": ["service_wide_reason"]},
        missing="Choose who is, or may be, at risk",
        short="At risk",
    )
    people = TextField(
        "What are their initials or codes?",
        hint="Separate them with commas, for example: M.E., B12",
        missing="Enter the initials or code of each person",
        short="People",
    )
    service_wide_reason = LongTextField(
        "Why is it no single person?",
        hint="For example: the on-call number was dead for everybody",
        missing="Say why no single person is at risk",
        short="Why no single person",
    )
    subjects = ChooseSomeField(
        "Whose practice is looked at?",
        hint="Leave it open if it is nobody's, or you cannot tell. It is not an accusation.",
        required=False,
        name_of=name_of_staff,
        short="Whose practice",
    )
    implicated = ChooseSomeField(
        "Is a manager's own part looked at?",
        hint="They will not see or decide this case",
        required=False,
        name_of=name_of_staff,
        short="Manager's own part",
    )
    reporter = ChooseOneField("Who reported it?", required=False, name_of=name_of_staff, short="Reported by")

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subjects", "implicated", "reporter"):
            self.fields[name].queryset = staff  # type: ignore[attr-defined]

    def clean_people(self) -> str:
        text = str(self.cleaned_data.get("people") or "")
        if self.is_asked("people") and not split_codes(text):
            raise ValidationError("Enter the initials or code of each person")
        if any(len(code) > 20 for code in split_codes(text)):
            raise ValidationError("Use initials or a code of 20 characters or fewer for each person")
        return text


def split_codes(text: str) -> list[str]:
    """Initials or codes, as typed between commas, semicolons or line breaks."""
    return [code.strip() for code in re.split(r"[,;\n]", text) if code.strip()]


class SafeForm(PageForm):
    everyone_safe = RadiosField(
        "Is everyone safe now?",
        choices=Safe,
        hints={Safe.NO: "If anyone is in danger, call 999 first. Then go on here."},
        missing="Say whether everyone is safe now",
        short="Safe now",
    )
    safe_note = LongTextField("What was done to make everyone safe?", required=False, rows=3, short="What was done")


class KindForm(PageForm):
    failure_types = CheckboxesField(
        "What kind of failure is it?",
        choices=FailureType,
        hints=FAILURE_HINTS,
        reveals={kind: [f"sub_{kind}"] for kind in FailureType.values},
        required=False,
        short="Kind of failure",
    )
    sub_F1 = SelectField(
        "What was delayed, exactly?", choices=SUB_TYPES[FailureType.DELAYED_ESCALATION], required=False, short="Delayed"
    )
    sub_F2 = SelectField(
        "What is wrong with the records?", choices=SUB_TYPES[FailureType.POOR_RECORDS], required=False, short="Records"
    )
    sub_F3 = SelectField(
        "What was missing in the protection?",
        choices=SUB_TYPES[FailureType.NO_PROTECTION],
        required=False,
        short="Protection",
    )
    sub_F4 = SelectField(
        "What is wrong with the restriction?",
        choices=SUB_TYPES[FailureType.RESTRICTION],
        required=False,
        short="Restriction",
    )
    sub_F5 = SelectField(
        "What was not connected?", choices=SUB_TYPES[FailureType.NOT_CONNECTED], required=False, short="Not connected"
    )
    main_type = RadiosField(
        "Which is the main one?",
        choices=FailureType,
        hint="Only if you chose more than one",
        required=False,
        short="Main kind",
    )
    abuse_types = CheckboxesField(
        "Could it be abuse or neglect?",
        choices=[*AbuseType.choices, (NOT_ABUSE, "None: it is about practice quality, not abuse")],
        none_of_these=NOT_ABUSE,
        reveals={NOT_ABUSE: ["not_abuse_reason"]},
        required=False,
        short="Abuse or neglect",
    )
    not_abuse_reason = LongTextField(
        "Why is it practice quality and not abuse?", missing="Say why it is not abuse", rows=3, short="Why not abuse"
    )
    involves_restriction = YesNoField(
        "Is a restriction of somebody's freedom part of it?",
        hint="For example: kept in, not allowed out, held, locked door, phone taken",
        required=False,
        short="Restriction part of it",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen, main = given.get("failure_types") or [], given.get("main_type") or ""
        if len(chosen) > 1 and not main:
            self.add_error("main_type", "Choose which kind of failure is the main one")
        if main and main not in chosen:
            self.add_error("main_type", "The main kind must be one of those you chose")
        return given


class ClassifyForm(KindForm):
    """The same questions once the case exists: now they are answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, message in (
            ("failure_types", "Choose at least one kind of failure"),
            ("abuse_types", "Choose the kinds of abuse or neglect, or that it is none"),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = message


def kind_answers(given: dict[str, Any]) -> dict[str, Any]:
    """The answers of a KindForm as the arguments of `log_incident` and `classify`."""
    abuse = [code for code in given["abuse_types"] if code != NOT_ABUSE]
    chosen = given["failure_types"]
    return {
        "failure_types": chosen,
        "main_type": given["main_type"] or (chosen[0] if len(chosen) == 1 else ""),
        "sub_types": {code: given[f"sub_{code}"] for code in chosen if given[f"sub_{code}"]},
        "abuse_types": abuse,
        "not_abuse_reason": given["not_abuse_reason"] or "",
        "involves_restriction": bool(given["involves_restriction"]),
    }


class _LevelQuestions(PageForm):
    harm = RadiosField("What harm was done?", choices=Harm, short="Harm")
    potential = RadiosField("What could happen if it is repeated?", choices=Potential, short="If repeated")
    likelihood = RadiosField(
        "How likely is that, without controls?",
        choices=Likelihood,
        hint="For example: likely, if the alleged source still lives there",
        short="Likelihood",
    )
    floors = CheckboxesField(
        "Does any of these apply?",
        choices=Floor,
        hint="Each lifts the level to at least L3",
        required=False,
        short="What lifts the level",
    )


class LevelForm(_LevelQuestions):
    """Optional in a log: all three, or nothing at all. What lifts the level does so only together with them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("harm", "potential", "likelihood"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = ("harm", "potential", "likelihood")
        answered = [name for name in names if given.get(name)]
        lifts = given.get("floors")
        if (answered or lifts) and len(answered) < len(names):
            message = "Answer all three, or leave all three for later"
            if lifts:
                message = "Answer all three, so that what you ticked below counts"
            for name in names:
                if not given.get(name):
                    self.add_error(name, message)
        return given


class RateForm(_LevelQuestions):
    reason = LongTextField(
        "Why?",
        hint="Needed when it lowers the level: a second person then reads this",
        required=False,
        rows=3,
        short="Reason",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in (
            ("harm", "Choose what harm was done"),
            ("potential", "Choose what could happen if it is repeated"),
            ("likelihood", "Choose how likely that is"),
        ):
            self.fields[name].error_messages["required"] = text


def level_answers(given: dict[str, Any]) -> dict[str, Any]:
    """The answers as numbers; empty ones as None."""
    numbers = {name: int(given[name]) if given[name] else None for name in ("harm", "potential", "likelihood")}
    return {**numbers, "floors": given["floors"]}


def staff_choices(service: Service | None) -> Any:
    """Who may be named in a log for this service: those who work or worked there.

    What somebody saw or did does not end with their employment; leaving is no way out of being looked at.
    """
    if service is None:
        return Staff.objects.none()
    return Staff.objects.filter(services=service).present_first()
