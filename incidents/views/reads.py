"""The read log on a page: of a case, and of a person, for those entitled (F93)."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts import permissions as people
from accounts.models import Staff
from incidents import frame, permissions, reading
from incidents.models import Case


def _before(request: HttpRequest) -> int | None:
    asked = request.GET.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


@frame.case_page
def of_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Who opened this case, which part, when and under which right, and who tried to."""
    if not permissions.can_read_read_log(frame.me(request), case):
        raise Http404
    lines, older = reading.of_case(case, frame.me(request), _before(request))
    return frame.page(request, case, "access", "incidents/reads.html", {"lines": lines, "older": older})


@login_required
def of_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What one person opened, in cases I may know of."""
    me = frame.me(request)
    if not people.can_manage_people(me):
        raise Http404
    staff: Staff = get_object_or_404(people.managed_staff(me), pk=pk, user__isnull=False)
    assert staff.user is not None  # noqa: S101 - the query above asks for it
    if not permissions.can_read_reads_of(me, staff):
        raise Http404
    lines, older = reading.of_person(staff.user, me, _before(request))
    return render(request, "incidents/reads_of_person.html", {"staff": staff, "lines": lines, "older": older})
