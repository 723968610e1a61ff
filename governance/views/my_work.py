"""The home page: what is due or waiting for me, worst first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import access, unsent
from accounts.permits import Permit
from governance import ledger_alert, work
from governance.views import reading_room
from incidents import frame


@login_required
def my_work(request: HttpRequest) -> HttpResponse:
    """The groups of my day; a manager's decisions and figures first (ux.md "My work")."""
    user = frame.me(request)
    manages = access.of(user).anywhere(Permit.CLOSE_CASES)
    groups = work.of(user)
    own = work.own_undated(user)
    first = [group for group in groups if group.slug in ("observations-to-record", "decisions-waiting-for-you")]
    rest = [group for group in groups if group not in first]
    nothing = not groups and not own
    following = work.next_after(user) if nothing else None
    return render(
        request,
        "governance/my_work.html",
        {
            "alarm": ledger_alert.alarm(user),
            "first": first,
            "own": own,
            "groups": rest,
            "figures": work.figures(user) if manages else [],
            "nothing": nothing,
            "room": nothing and reading_room.has_room(user),
            "unsent": unsent.newest(user),
            "next": work.line_of(following, user) if following else None,
        },
    )
