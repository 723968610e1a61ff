"""The demo: a sign-in for every role, each of which opens a page (issue: "staff in every role")."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import ROLES
from governance.demo import load
from governance.demo.people import PASSWORD
from incidents.models import CaseGrant
from records import times


def test_the_demo_prints_a_sign_in_for_every_role_and_the_outside_reader_reads_one_case(
    cloned_db: str, client: Client, capsys: Any
) -> None:
    """On an empty database of its own, as a first start has it."""
    load.everything()
    call_command("demo_sign_ins")
    printed = capsys.readouterr().out
    for role in ROLES.values():
        [line] = [one for one in printed.splitlines() if one.strip().startswith(role.name)]
        address = line.split(role.name)[1].split()[0]
        user = authenticate(None, username=address, password=PASSWORD)
        assert user is not None and user.is_active, role.name
        client.force_login(user)
        assert client.get("/", follow=True).status_code == 200, role.name
    grant = CaseGrant.objects.get(kind="reviewer", user__email="joy.amadi@northmoor.example")
    assert grant.reason and grant.ends_at > times.now() and grant.starts_at < times.now()
    client.force_login(grant.user)
    assert grant.case.reference in client.get(reverse("reading-room")).content.decode()
    assert client.get(reverse("reading", args=[grant.pk])).status_code == 200
    assert client.get(reverse("case", args=[grant.case_id])).status_code == 404
