"""What a worker's capability track still lacks (domain.md §6): told, reflection, route, support, right of reply."""

from __future__ import annotations

from django.urls import reverse

from records.gates import GateLine
from remediation.models import CapabilityResponse, ReflectiveTrail, Route

#: Routes that lead to a remediation plan.
WITH_PLAN = (Route.SUPPORTED, Route.FORMAL)


def trail_of(response: CapabilityResponse) -> ReflectiveTrail | None:
    return getattr(response, "trail", None)


def reflection(response: CapabilityResponse) -> GateLine:
    """G4: the reflective trail is submitted by the worker and discussed with them."""
    trail = trail_of(response)
    url = reverse("capability", args=[response.pk])
    if trail is None or trail.submitted_at is None:
        detail = "The reflective trail is not submitted yet" if response.told_at else "The worker is not told yet"
    elif trail.discussed_at is None:
        detail = "The reflective trail is submitted and not discussed yet"
    else:
        detail = ""
    return GateLine("G4", "Reflection done and discussed", not detail, url, "domain.md §6, §8 G4", detail)


def route(response: CapabilityResponse) -> GateLine:
    """F32: a fair route is decided, with its reason."""
    return GateLine(
        "ROUTE",
        f"Route: {response.get_route_display()}" if response.route else "A fair route is decided",
        bool(response.route),
        reverse("capability-route", args=[response.pk]),
        "domain.md §6",
        "" if response.route else "No route is decided yet",
    )


def support(response: CapabilityResponse) -> GateLine:
    """§6: the worker has a named supporter."""
    return GateLine(
        "SUPPORT",
        "Support is offered, with a named supporter",
        bool(response.supporter),
        reverse("capability-support", args=[response.pk]),
        "domain.md §6",
        "" if response.supporter else "No supporter is named yet",
    )


def reply(response: CapabilityResponse) -> GateLine:
    """G11: the worker was invited to comment."""
    invited = response.replies.exists()
    return GateLine(
        "G11",
        "The worker was invited to comment",
        invited,
        reverse("reply-invite", args=[response.pk]),
        "domain.md §6, §8 G11",
        "" if invited else "The worker has not been invited to comment yet",
    )


def lines(response: CapabilityResponse) -> list[GateLine]:
    """What this response itself lacks; its plan and its decisions are asked elsewhere (gates/plan.py, tests)."""
    if response.worker_id is None:
        decided = response.not_needed_at is not None
        return [
            GateLine(
                "F24",
                "No individual concern: decided, with the reason",
                decided,
                reverse("capability-none", args=[response.pk]),
                "features F24, domain.md §13",
                "" if decided else "Decide whether there is an individual concern, and write why",
            )
        ]
    # With no individual action there is nothing to reflect on; in a disciplinary process it would be an interview (§6).
    found = [reflection(response)] if response.route in ("", *WITH_PLAN) else []
    found.append(route(response))
    if response.route != Route.NO_ACTION:
        found.append(support(response))
    return [*found, reply(response)]
