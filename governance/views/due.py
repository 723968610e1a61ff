"""One list of everything due: for me, for a service, for all I may see (F83); and the way in from a chase's e-mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import Service
from governance import alerts, due, work
from governance.models import Chase, DueItem
from governance.views import paging
from incidents import frame
from incidents.permissions import can_see
from records import times
from records.forms import PageForm, SelectField
from records.wording import plural

LATE = [
    ("", "Everything"),
    ("1", "Overdue"),
    ("amber", "Overdue or due soon"),
    ("week", "Due in the next 7 days, or overdue"),
]

#: How the heading names whose list this is; a service by its own name.
WHOSE = {"": "mine", "all": "everything you may see"}


class DueFilter(PageForm):
    """What the list is narrowed to. Everything is optional, so a wrong value simply narrows nothing."""

    scope = SelectField("Whose", required=False)
    kind = SelectField("What", required=False)
    late = SelectField("When", choices=LATE, required=False)

    def __init__(self, *args: Any, services: list[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            ("", "Mine"),
            ("all", "Everything I may see"),
            *((str(service.pk), service.name) for service in services),
        ]
        self.fields["kind"].choices = [("", "Everything"), *((k.code, k.name) for k in due.KINDS.values())]  # type: ignore[attr-defined]


@login_required
def due_list(request: HttpRequest) -> HttpResponse:
    """Everything due, narrowed by whose, what and when; a page at a time, by the index."""
    user = frame.me(request)
    now = times.now()
    services = list(Service.objects.visible_to(user).only("name"))
    form = DueFilter(request.GET or {}, services=services)
    chosen = form.cleaned_data if form.is_valid() else {}
    items = DueItem.objects.visible_to(user).select_related("case", "service", "owner")
    scope, kind, late = (chosen.get(name, "") for name in ("scope", "kind", "late"))
    if kind:
        items = items.filter(kind=kind)
    if late == "1":
        items = items.filter(due_at__lt=now)
    elif late == "amber":
        items = items.filter(half_at__lte=now)
    elif late == "week":
        items = items.filter(due_at__lte=times.end_of_day(times.to_london(now).date() + timedelta(days=7)))
    of_all = items
    if not scope:
        items = items.filter(Q(owner=user) | work.seconds_for(user))
    elif scope != "all":
        items = items.filter(service=scope)
    kept = {name: value for name, value in chosen.items() if value}
    page = paging.of(request, items, by="due_at", key="key", keep=kept)
    rows = [
        (
            (due.title(item, user), due.link(user, item)),
            f"{item.case.reference} · {item.service.name}",
            item.owner.name if item.owner else "A second person",
            item.due_at,
        )
        for item in page.rows
    ]
    return render(
        request,
        "governance/due_list.html",
        {
            "filter": form,
            "rows": rows,
            "page": page,
            "now": now,
            "whose": WHOSE.get(scope) or next(service.name for service in services if str(service.pk) == scope),
            "mine": not scope,
            # Asked only of whoever would else see an empty page and think that nothing is due anywhere.
            "elsewhere": "" if rows or scope else _are_due(of_all.count()),
            "narrowed": bool(kind or late),
            "all_url": "?" + urlencode({**kept, "scope": "all"}),
        },
    )


def _are_due(number: int) -> str:
    """ "1 thing is", "12 things are"; nothing for none."""
    return f"{plural(number, 'thing')} {'is' if number == 1 else 'are'}" if number else ""


@login_required
def from_chase(request: HttpRequest, pk: int) -> HttpResponse:
    """From the link in an e-mail to the page where the thing is done; done already, to what else is due."""
    chase = get_object_or_404(Chase.objects.select_related("case"), pk=pk, recipient=request.user)
    if chase.kind == alerts.KIND and can_see(frame.me(request), chase.case):
        return redirect("case-access", chase.case_id)
    user = frame.me(request)
    item = DueItem.objects.visible_to(user).filter(pk=chase.item).select_related("case", "service").first()
    return redirect((item and due.link(user, item)) or "due")
