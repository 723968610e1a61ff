"""An alert goes to somebody: up the ladder until one is left; and where nobody is, the page says so (F93, F97)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership, Provider
from governance import alerts, ledger_alert
from governance.models import Chase
from incidents.models import CaseGrant
from records import times
from records.acting import acting_as

pytestmark = pytest.mark.django_db
KEEPERS = ("quality_lead", "system_administrator")


def nobody_is(by: Any, *roles: str) -> None:
    """Everybody who held one of these roles left it yesterday, at every provider."""
    with acting_as(by, "test.given"):
        for one in Membership.objects.filter(role__in=roles):
            one.starts_on = one.ends_on = times.today() - timedelta(days=1)
            one.save()


def no_director(by: Any) -> None:
    with acting_as(by, "test.given"):
        for provider in Provider.objects.exclude(director_email=""):
            provider.director_email = ""
            provider.save()


def test_a_fault_in_the_record_is_told_up_the_ladder_until_somebody_is_left(cast: Any) -> None:
    assert {cast.quality_lead.email, cast.system_administrator.email} <= set(ledger_alert.recipients())
    nobody_is(cast.manager, *KEEPERS)
    assert cast.nominated_individual.email in ledger_alert.recipients()
    nobody_is(cast.manager, "nominated_individual")
    assert cast.manager.email in ledger_alert.recipients()
    nobody_is(cast.manager, "registered_manager")
    provider = Provider.objects.get(pk=cast.service.provider_id)
    with acting_as(cast.manager, "test.given"):
        provider.director_email = "director@larkfield.example"
        provider.save()
    assert ledger_alert.recipients() == ["director@larkfield.example"]
    no_director(cast.manager)
    assert ledger_alert.told() == ledger_alert.Told("Nobody", ())


def test_the_page_of_the_record_says_who_would_be_told(cast: Any, client: Any) -> None:
    client.force_login(cast.nominated_individual)
    page = client.get(reverse("ledger")).content.decode()
    assert "the quality lead and the system administrator" in page
    nobody_is(cast.manager, *KEEPERS)
    page = client.get(reverse("ledger")).content.decode()
    assert "Nobody is quality lead or system administrator" in page
    assert "the nominated individual" in page


def opened(cast: Any, case: Any, by: Any) -> CaseGrant:
    grant = CaseGrant(
        case=case, user=by, kind=CaseGrant.Kind.BREAK_GLASS, reason="Nobody else was there", granted_by=by,
        starts_at=times.now(),
    )  # fmt: skip
    with acting_as(by, "test.given"):
        grant.save()
    return grant


def test_emergency_access_is_told_to_somebody_else_even_where_no_manager_is_left(cast: Any, client: Any) -> None:
    case = cast.case()
    no_director(cast.manager)
    opener = cast.nominated_individual
    nobody_is(cast.manager, "registered_manager")
    with acting_as(opener, "test.given"):
        case.owner = opener
        case.save()
    told = alerts.whom_to_tell(case, opener)
    assert cast.system_administrator in told and cast.quality_lead in told
    assert opener not in told
    alerts.emergency_opened(opened(cast, case, opener))
    assert Chase.objects.filter(case=case, kind=alerts.KIND).count() == len(told)
    chase = Chase.objects.get(case=case, recipient=cast.system_administrator)
    client.force_login(cast.system_administrator)
    assert client.get(reverse("chase", args=[chase.pk])).url == reverse("due"), "the case itself stays closed to them"


def test_where_nobody_else_is_left_the_case_says_that_nobody_was_told(cast: Any, client: Any) -> None:
    case = cast.case()
    no_director(cast.manager)
    opener = cast.nominated_individual
    client.force_login(opener)
    url = reverse("case-chasing", args=[case.pk])
    assert "nobody but the person who used it" not in client.get(url).content.decode()
    nobody_is(cast.manager, "registered_manager", *KEEPERS)
    with acting_as(opener, "test.given"):
        case.owner = opener
        case.save()
    assert alerts.whom_to_tell(case, opener) == []
    alerts.emergency_opened(opened(cast, case, opener))
    assert "nobody but the person who used it" in client.get(url).content.decode()
