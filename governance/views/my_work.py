"""The home page: what is due or waiting for me, worst first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import access
from accounts.permits import Permit
from governance import work


@login_required
def my_work(request: HttpRequest) -> HttpResponse:
    """The groups of my day; a manager's decisions and figures first (ux.md "My work")."""
    user = request.user
    manages = access.of(user).anywhere(Permit.CLOSE_CASES)
    groups = work.of(user)  # type: ignore[arg-type]
    own = work.own_undated(user)  # type: ignore[arg-type]
    first = [group for group in groups if group.slug in ("observations-to-record", "decisions-waiting-for-you")]
    rest = [group for group in groups if group not in first]
    nothing = not groups and not own
    following = work.next_after(user) if nothing else None  # type: ignore[arg-type]
    return render(
        request,
        "governance/my_work.html",
        {
            "first": first,
            "own": own,
            "groups": rest,
            "figures": work.figures(user) if manages else [],  # type: ignore[arg-type]
            "nothing": nothing,
            "next": work.line_of(following) if following else None,
        },
    )
