"""Pages of the library: read its entries, and write the provider's next version of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts import access
from accounts.models import Provider
from accounts.permits import Permit
from incidents.tasks_catalogue import Task
from remediation import pass_rules, permissions
from remediation.actions import library as actions
from remediation.forms import library as forms
from remediation.models import GapTemplate, LearningKind, TestKind
from remediation.views.frame import SignedIn, ask, post_of


def _provider(request: SignedIn) -> Provider | None:
    """The provider whose library this user may change, if any."""
    staff = getattr(request.user, "staff", None)
    if staff is None or not permissions.can_edit_library(request.user, staff.provider):
        return None
    provider: Provider = staff.provider
    return provider


def _may_read(request: SignedIn) -> None:
    """Whoever sees cases. The library holds what is looked for in the tests, so it is not for those who are tested."""
    if not access.of(request.user).anywhere(Permit.VIEW_CASES):
        raise Http404


@login_required
def library(request: SignedIn) -> HttpResponse:
    """Every gap in its newest version."""
    _may_read(request)
    gaps = list(GapTemplate.objects.visible_to(request.user).newest())
    return render(request, "remediation/library.html", {"gaps": gaps})


@login_required
def entry(request: SignedIn, pk: UUID) -> HttpResponse:
    """One entry at one version, with its other versions."""
    one = _find(request, pk)
    versions = GapTemplate.objects.visible_to(request.user).filter(code=one.code).order_by("-version")
    return render(
        request,
        "remediation/library_entry.html",
        {
            "gap": one,
            "tasks": [f"{code} {Task(code).label}" for code in one.tasks],
            "learning": [one | {"kind": LearningKind(one["kind"]).label} for one in one.learning],
            "tests": [
                test | {"kind": TestKind(test["kind"]).label, "rule": pass_rules.in_words(test["pass_rule"])}
                for test in one.tests
            ],
            "versions": versions,
            "may_edit": _provider(request) is not None,
        },
    )


@login_required
def edit(request: SignedIn, pk: UUID) -> HttpResponse:
    """Write the provider's next version of an entry."""
    one = _find(request, pk)
    provider = _provider(request)
    if provider is None:
        raise Http404
    form = forms.GapTemplateForm(
        post_of(request),
        initial={"name": one.name, "gap": one.gap, "tasks": one.tasks, "statement": one.statement},
    )
    learning = forms.LearningRows(post_of(request), initial=one.learning)
    tests = forms.TestRows(
        post_of(request),
        initial=[
            {
                **{name: test[name] for name in ("code", "title", "kind", "before_return", "days")},
                "percent": test["pass_rule"].get("percent"),
                "criteria": forms.criteria_lines(test["criteria"]),
            }
            for test in one.tests
        ],
    )

    def act(given: dict[str, Any]) -> None:
        actions.write_version(
            by=request.user,
            provider=provider,
            template=one,
            learning=learning.kept,
            tests=[_test(one, row) for row in tests.kept],
            **given,
        )

    return ask(
        request,
        case=None,
        title=f"Change “{one.name}”",
        intro="This writes a new version for your provider. Plans that have been written keep the version they have.",
        form=form,
        rows=tests,
        more_rows=learning,
        act=act,
        done=reverse("library"),
        button="Write the new version",
        template="remediation/library_edit.html",
    )


def _test(template: GapTemplate, row: dict[str, Any]) -> dict[str, Any]:
    """A test as the action takes it; the rule of the version before is kept but for the share of points."""
    before: dict[str, Any] = next((test for test in template.tests if test["code"] == row["code"]), {})
    rule = dict(before.get("pass_rule") or {"stars": "all"})
    if row.get("percent"):
        rule["percent"] = row["percent"]
    return {
        "code": row["code"],
        "title": row["title"],
        "kind": row["kind"],
        "before_return": row["before_return"],
        "days": row.get("days"),
        "instructions": before.get("instructions", ""),
        "pass_rule": rule,
        "criteria": forms.read_criteria(row["criteria"]),
    }


def _find(request: SignedIn, pk: UUID) -> GapTemplate:
    _may_read(request)
    found: GapTemplate = get_object_or_404(GapTemplate.objects.visible_to(request.user), pk=pk)
    return found
