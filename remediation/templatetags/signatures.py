"""`{% load signatures %}{% signed record %}`: the one way a page draws a signature (F47, F48)."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from records.models import Signed
from remediation import signatures

register = template.Library()


@register.inclusion_tag("components/signed.html", takes_context=True)
def signed(context: Context, record: Signed) -> dict[str, Any]:
    """Who, in which role, when; how it stands; what it means; and, for who may, the way to withdraw it."""
    user = context["request"].user
    url = ""
    if signatures.may_withdraw(user, record):
        url = reverse("signature-withdraw", args=[record._meta.model_name, record.pk])
    return {
        "shown": signatures.shown(record),
        "declared": signatures.declared(record, user),
        "withdraw_url": url,
        "what": signatures.kind_of(record).what(record),
    }
