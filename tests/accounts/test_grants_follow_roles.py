"""Grants have no history, so what they give is bound to memberships and to the roles as written (F1)."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models.signals import post_migrate
from guardian.shortcuts import assign_perm

from accounts import access
from accounts.models import ServiceGroupPermission, User
from accounts.permits import Permit
from accounts.roles import Senior
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def may(cast: Cast, permit: Permit) -> bool:
    """Asked anew, as a new request would."""
    return access.of(User.objects.get(pk=cast.senior.pk)).may(permit, cast.service)


def migrated() -> None:
    """What Django says at the end of every migrate."""
    post_migrate.send(sender=apps.get_app_config("auth"), app_config=apps.get_app_config("auth"), using="default")


@pytest.mark.feature("F96")
def test_a_grant_put_in_by_a_side_door_opens_nothing(cast: Cast) -> None:
    assert may(cast, Permit.ASSESS) and not may(cast, Permit.VIEW_HR)
    for group in (
        access.role_group("senior", cast.provider.pk, cast.service.pk).group,
        Group.objects.create(name="Own"),
    ):
        User.objects.get(pk=cast.senior.pk).groups.add(group)
        assign_perm(Permit.VIEW_HR, group, cast.service)
        assign_perm(Permit.VIEW_HR, group, cast.provider)
    assert not may(cast, Permit.VIEW_HR)
    access.follow_the_roles()
    assert not ServiceGroupPermission.objects.filter(
        group__user=cast.senior, permission__codename=Permit.VIEW_HR
    ).exists()
    assert may(cast, Permit.ASSESS)


@pytest.mark.feature("F96")
def test_a_release_that_changes_a_role_reaches_everybody_who_holds_it(cast: Cast, monkeypatch: Any) -> None:
    assert may(cast, Permit.ASSESS)
    monkeypatch.setattr(Senior, "permits", (Senior.permits - {Permit.ASSESS}) | {Permit.RATE})
    assert not may(cast, Permit.ASSESS), "at once: what a role does not give, no grant gives"
    assert not may(cast, Permit.RATE)
    migrated()
    assert may(cast, Permit.RATE) and not may(cast, Permit.ASSESS)
    held = ServiceGroupPermission.objects.filter(group__role_group__role="senior")
    assert set(held.values_list("permission__codename", flat=True)) == set(Senior.permits)
