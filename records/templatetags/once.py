"""`{% csrf_token %}` with the number by which a form sent twice is known (`records.once`): so no form can lack it."""

from __future__ import annotations

import secrets
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from records.once import FIELD

register = template.Library()


class OnceNode(CsrfTokenNode):
    def render(self, context: Any) -> str:
        number = format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(9))
        return super().render(context) + number


@register.tag
def csrf_token(parser: Parser, token: Token) -> OnceNode:
    return OnceNode()
