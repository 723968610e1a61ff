"""What a manager types about people, as questions."""

from __future__ import annotations

from typing import Any

from accounts import permissions
from accounts.models import Service, Staff, User
from accounts.permits import DELEGABLE
from records.forms import (
    CheckboxesField,
    ChooseOneField,
    ChooseSomeField,
    DateField,
    EmailField,
    LongTextField,
    PageForm,
    RadiosField,
    TextField,
)


class StaffForm(PageForm):
    name = TextField("What is their full name?", missing="Enter their full name", max_length=200)
    job_title = TextField(
        "What is their job title?", hint="For example: Care worker", missing="Enter their job title", max_length=100
    )
    services = ChooseSomeField("Where do they work?", queryset=Service.objects.none(), missing="Choose where they work")
    contract = RadiosField("How are they employed?", choices=Staff.Contract, missing="Choose how they are employed")
    agency = TextField("Which agency or home employer?", required=False, max_length=200)
    started_on = DateField("When did they start?", name="The day they started")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].queryset = permissions.managed_services(user)  # type: ignore[attr-defined]


class SignInForm(PageForm):
    email = EmailField(
        "Which e-mail address will they sign in with?",
        hint="They set their own password from the link on the sign-in page",
        missing="Enter their e-mail address",
    )


class SignInHelpForm(PageForm):
    """What a manager does about the sign-in of somebody else (`actions.end_sign_ins_of`, `take_off_second_step`)."""

    END, TAKE_OFF = "end", "take_off"

    what = RadiosField(
        "What do you want to do?",
        choices=[
            (END, "Sign them out everywhere"),
            (TAKE_OFF, "Take off their second step, and sign them out everywhere"),
        ],
        missing="Choose what you want to do",
    )
    why = LongTextField(
        "Why?", hint="For example: her phone was stolen this morning", missing="Say why", rows=3, max_length=1000
    )
    how_known = LongTextField(
        "How did you make sure that it is them who ask?",
        hint="Only for taking off the second step. For example: she stood before me, and I know her. A call or a message "
        "is not enough.",
        required=False,
        rows=3,
        max_length=1000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.hints = {
            self.END: "They can sign in again with their password and second step",
            self.TAKE_OFF: "For a phone or key that is lost or broken. At the next sign-in they set up a new one",
        }

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if known.get("what") == self.TAKE_OFF and not (known.get("how_known") or "").strip():
            self.add_error("how_known", "Say how you made sure that it is them")
        return known


class SupervisorForm(PageForm):
    supervisor = ChooseOneField(
        "Who supervises them?", queryset=Staff.objects.none(), missing="Choose who supervises them"
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = (  # type: ignore[attr-defined]
            Staff.objects.present().filter(services__in=staff.services.all()).exclude(pk=staff.pk).distinct()
        )


class RoleForm(PageForm):
    role = RadiosField("Which role?", choices=[], missing="Choose a role")
    service = ChooseOneField("For which service?", queryset=Service.objects.none(), missing="Choose a service")
    starts_on = DateField("From which day?", name="The first day", required=False, hint="Leave empty for today")
    ends_on = DateField("Until which day?", name="The last day", required=False, hint="Leave empty if it has no end")

    def __init__(self, *args: Any, user: User, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = permissions.grantable_roles(user)
        field: Any = self.fields["role"]
        field.choices = [(code, name) for code, name, _ in roles]
        field.hints = {code: sentence for code, _, sentence in roles}
        self.fields["service"].queryset = permissions.managed_services(user).filter(  # type: ignore[attr-defined]
            provider=staff.provider_id
        )

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        first, last = known.get("starts_on"), known.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day must be the first day or later")
        return known


class LeaverForm(PageForm):
    last_day = DateField(
        "What is their last day at work?",
        name="The last day",
        hint="Today or a past day signs them out everywhere now; a later day takes effect by itself",
    )


class DelegationForm(PageForm):
    """What, for which service, from, until, why (domain.md §1)."""

    what = CheckboxesField(
        "What may they do for you?", choices=list(DELEGABLE.items()), missing="Choose what is delegated"
    )
    service = ChooseOneField("For which service?", queryset=Service.objects.none(), missing="Choose a service")
    starts_on = DateField("From which day?", name="The first day")
    ends_on = DateField("Until which day?", name="The last day", hint="Three months at most")
    reason = LongTextField("Why?", hint="For example: my leave from 1 to 14 August", missing="Say why", rows=3)

    def __init__(self, *args: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        first, last = known.get("starts_on"), known.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day must be the first day or later")
        return known


class EndRoleForm(PageForm):
    last_day = DateField("What is the last day?", name="The last day", hint="A day in the past ends it at once")
