"""An e-mail address as it may be kept: one that mail can be sent to, and nothing else in it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from records.refusals import Refused


def checked(email: str, field: str = "email") -> str:
    """The address; Refused unless it is one. A line break would start a header of its own in every mail sent to it."""
    try:
        validate_email(email)
    except ValidationError as invalid:
        raise Refused("ACCOUNTS", "Enter an e-mail address like name@example.com.", field=field) from invalid
    return email
