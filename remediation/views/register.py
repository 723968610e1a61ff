"""Who may do what now: one page a service, big enough for the wall, without a word of any case."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Staff
from incidents.tasks_catalogue import Task
from remediation import register
from remediation.views.fresh import SignedIn


@login_required
@require_safe
def services(request: SignedIn) -> HttpResponse:
    """The services whose register I may see; with one, straight to it."""
    found = list(register.services_for(request.user).order_by("name"))
    if not found:
        raise Http404
    if len(found) == 1:
        return redirect("register-service", found[0].pk)
    return render(request, "remediation/register/services.html", {"services": found})


@login_required
@require_safe
def service(request: SignedIn, service_id: UUID) -> HttpResponse:
    """Workers down, tasks across, cells in words."""
    mine = register.services_for(request.user)
    found = get_object_or_404(mine, pk=service_id)
    page = register.page(found)
    several = mine.count() > 1
    return render(request, "remediation/register/service.html", {"page": page, "several": several})


@login_required
@require_safe
def cell(request: SignedIn, service_id: UUID, staff_id: UUID, task: str) -> HttpResponse:
    """Since when and until when; never why."""
    found = get_object_or_404(register.services_for(request.user), pk=service_id)
    worker = get_object_or_404(Staff.objects.filter(postings__service=found), pk=staff_id)
    if task not in Task.values:
        raise Http404
    return render(
        request,
        "remediation/register/cell.html",
        {"service": found, "worker": worker, "cell": register.cell_of(worker, task)},
    )
