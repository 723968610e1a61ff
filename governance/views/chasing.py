"""The chases of a case, as evidence: what was due, whom the product told, when, and when the mail went (F87)."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance import alerts, due
from governance.models import Chase, DueItem
from incidents import frame
from records.wording import due_when_text, when_text

MOST = 200


@login_required
def case_chasing(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user = frame.me(request)
    case = frame.visible_case(user, case_id)
    chases = list(Chase.objects.filter(case=case).select_related("recipient").order_by("-made_at", "-pk")[: MOST + 1])
    waiting = (
        DueItem.objects.visible_to(user)
        .filter(case=case)
        .select_related("owner", "case", "service")
        .order_by("due_at", "key")
    )
    return render(
        request,
        "governance/chasing.html",
        frame.context(request, case, "chasing")
        | {
            "rows": [
                (
                    when_text(chase.made_at),
                    chase.what,
                    due_when_text(chase.due_at),
                    f"{chase.get_rung_display()}: {chase.told}",
                    when_text(chase.sent_at) if chase.sent_at else chase.mail,
                )
                for chase in chases[:MOST]
            ],
            "headings": ["When", "What", "Was due", "Told", "Mail sent"],
            "told_nobody": alerts.told_nobody(case),
            "more": len(chases) > MOST,
            "waiting": [
                (
                    (due.title(item, user), due.link(user, item)),
                    item.owner.name if item.owner else "A second person",
                    item.due_at,
                )
                for item in waiting[:MOST]
            ],
        },
    )
