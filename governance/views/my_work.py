"""The home page: what is due or waiting for me, worst first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import unsent
from governance import ledger_alert, work
from governance.views import reading_room
from incidents import frame


@login_required
def my_work(request: HttpRequest) -> HttpResponse:
    """The groups of my day; a manager's decisions and figures first (ux.md "My work")."""
    user = frame.me(request)
    groups = work.of(user)
    own = work.own_undated(user)
    first = [
        group
        for group in groups
        if group.slug in ("people-to-protect-now", "observations-to-record", "decisions-waiting-for-you")
    ]
    rest = [group for group in groups if group not in first]
    figures = work.strip(user)
    alarm = ledger_alert.alarm(user)
    waits = bool(alarm) or any(figure.number for figure in figures)
    nothing = not groups and not own
    following = work.next_after(user) if nothing else None
    return render(
        request,
        "governance/my_work.html",
        {
            "alarm": alarm,
            "first": first,
            "own": own,
            "groups": rest,
            "figures": figures,
            "nothing": nothing,
            # Something waits all the same, only not for this person by name: never say then that nothing does.
            "waits": waits,
            "own_plan": work.has_own_plan(user),
            "room": nothing and reading_room.has_room(user),
            "unsent": unsent.newest(user),
            "next": work.line_of(following, user) if following else None,
        },
    )
