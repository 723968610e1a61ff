"""S6 to its end: where nobody of the provider is free, a named person from outside acts, in that case only (F91)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from incidents import actions, permissions
from incidents.models import Case, CaseGrant
from records import times
from records.refusals import NotAllowed, Refused
from tests.access.test_case_access import signed_in, typed
from tests.access.test_leaving_and_delegating import anew
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F91")]
DAY = timedelta(days=1)
EMAIL = "iris.quill@quill.example"


def asked(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Iris Quill", "organisation": "Quill Safeguarding", "email": EMAIL,
        "purpose": "Everybody here who decides is part of it", **typed("ends_on", times.today() + DAY * 30),
    } | changed  # fmt: skip


def test_a_named_person_from_outside_acts_as_the_manager_would_in_that_case_and_nowhere_else(
    cast: Cast, case: Case
) -> None:
    other = cast.case(rated=True)
    page = reverse("case-take-over-outside", args=[case.pk])
    individual = signed_in(cast.nominated_individual)
    assert individual.post(page, asked(organisation="")).status_code == 422
    sent = individual.post(page, asked())
    assert sent.status_code == 302, sent.content.decode()
    outside = User.objects.get(email=EMAIL)
    client = signed_in(outside)
    assert client.get(reverse("case", args=[case.pk])).status_code == 200
    assert client.get(reverse("case", args=[other.pk])).status_code == 404
    assert other.reference not in client.get(reverse("cases")).content.decode()
    assert client.get(reverse("people")).status_code == 404
    actions.confirm_everyone_safe(by=anew(outside), case=case, note="Two staff at each call")
    actions.assign_owner(by=cast.nominated_individual, case=case, owner=anew(outside))
    assert permissions.signing_role(anew(outside), case) == "Taking over from the manager"
    with pytest.raises(NotAllowed):
        actions.confirm_everyone_safe(by=anew(outside), case=other, note="Fine")
    shown = individual.get(reverse("case-access", args=[case.pk])).content.decode()
    assert "Iris Quill, Quill Safeguarding" in shown and "Everybody here who decides is part of it" in shown
    with time_machine.travel(times.now() + DAY * 32):
        assert not permissions.can_see(anew(outside), case)


def test_somebody_from_outside_is_named_by_who_names_a_director_and_is_none_of_the_providers_own(
    cast: Cast, case: Case
) -> None:
    given = {"case": case, "name": "I", "organisation": "Q", "email": EMAIL, "purpose": "p"}
    given["ends_on"] = times.today() + DAY
    for name in ("manager", "safeguarding_lead", "deputy", "hr"):
        with pytest.raises(NotAllowed):
            actions.take_over_from_outside(by=cast.users[name], **given)
    for taken in (cast.deputy.email, cast.stranger.email):
        with pytest.raises(Refused, match="cannot be invited"):
            actions.take_over_from_outside(by=cast.nominated_individual, **given | {"email": taken})
    assert not CaseGrant.objects.exists()
