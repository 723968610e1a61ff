"""Where I am signed in: all my open sign-ins, and ending one or all others, for whoever proves again who they are."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from accounts import actions
from accounts.models import User


class SignIns(ListUserSessionsView):  # type: ignore[misc]
    """allauth's page; a thief at an open screen must not be able to shut out the owner (ASVS 5.0 7.5.2)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise_if_reauthentication_required(request, app="usersessions")
        number = request.POST.get("session", "")
        if not number:
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
            return answer
        user = cast(User, request.user)
        wanted = {"pk": int(number)} if number.isdecimal() and len(number) < 19 else {"pk": None}
        actions.end_own_sign_in(by=user, session=get_object_or_404(UserSession, user=user, **wanted))
        messages.success(request, "That sign-in has ended.")
        return redirect("usersessions_list")


sign_ins = SignIns.as_view()
