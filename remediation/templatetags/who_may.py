"""What a worker sees of themselves in the register: `{% load who_may %}{% my_register_line %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from remediation import register as the_register

register = template.Library()


@register.inclusion_tag("remediation/register/mine.html", takes_context=True)
def my_register_line(context: Context) -> dict[str, Any]:
    """The signed-in person's own line: task, state, since when; for /my/."""
    return {"cells": the_register.own_line(context["request"].user)}
