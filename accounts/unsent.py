"""What somebody was sending when their sign-in ended: kept as their draft, shown to them alone, sent by them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from records import once
from records.models import Draft

KIND = "unsent"
#: The hidden input by which a form says which draft it comes from.
FIELD = "unsent"
#: The hidden input by which a page says where its form would have gone.
PATH = "unsent_path"
#: Never kept: what proves who one is, and what is about the page and not typed.
_NEVER = ("password", "csrfmiddlewaretoken", "code", "keep", FIELD, PATH, once.FIELD)


def keep(user: User, path: str, posted: QueryDict, files: Mapping[str, Any]) -> Draft:
    """Keep what was posted to `path` as this user's draft, without passwords and codes. Files cannot be kept.

    The newest stays for one path: pressing the button three times keeps one.
    """
    fields = {name: values for name, values in posted.lists() if name not in _NEVER and "password" not in name.lower()}
    mine = Draft.objects.filter(owner=user, kind=KIND)
    mine.expired().delete()
    mine.filter(answers__path=path).delete()
    return Draft.objects.create(owner=user, kind=KIND, answers={"path": path, "fields": fields, "files": sorted(files)})


def may_go_to(path: str) -> bool:
    """Whether a kept form may be sent to this path: a page of ours behind the sign-in, and nothing else."""
    if not path.startswith("/") or path.startswith("/account/") or not url_has_allowed_host_and_scheme(path, None):
        return False
    try:
        resolve(path.split("?", 1)[0])
    except Resolver404:
        return False
    return True


def shown(draft: Draft) -> list[tuple[str, str]]:
    """What was typed, for reading: the input's name as words, and its answer."""
    return [
        (name.rsplit("-", 1)[-1].replace("_", " ").capitalize(), ", ".join(filter(None, values)))
        for name, values in draft.answers["fields"].items()
        if any(values)
    ]


def throw_away(draft: Draft) -> None:
    """Its writer does not want it."""
    draft.delete()


def newest(user: User) -> Draft | None:
    """The newest form this user was sending when a sign-in ended, if one still waits."""
    return Draft.objects.visible_to(user).filter(kind=KIND).first()


def forget_when_sent(request: HttpRequest, response: HttpResponse) -> None:
    """Drop the draft once its form was taken: an action answers with a redirect, a refusal shows the form again."""
    if request.method != "POST" or response.status_code not in (302, 303) or not request.user.is_authenticated:
        return
    try:
        key = UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return
    Draft.objects.filter(owner_id=request.user.pk, kind=KIND, pk=key).delete()
