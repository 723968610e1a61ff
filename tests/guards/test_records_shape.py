"""Rules every record of the product keeps, found by walking the models."""

import pytest
from django.db import models

from config import settings as project_settings
from records.models import Tracked
from records.registry import history_model, tracked_models

#: Dates that no person's act makes, so that no one can stand beside them: a promise, an event, a limit.
PROMISES = {
    "due",
    "review_due",
    "starts",
    "ends",
    "expires",
    "event",
    "amber",
    "clock_start",
    "next_review",
    "lateness_due",
    "reply_due",
    "reply_again_due",
    "reply_team_due",
}
#: Acts of people who need not be users, or whose actor stands in another field; each with its reason.
ACTOR_ELSEWHERE = {
    ("incidents.Case", "occurred_at"): "an event, not an act in the product",
    ("incidents.Case", "first_noticed_at"): "first_noticed_by is a member of staff, who may be unknown",
    ("incidents.Case", "reported_inside_at"): "an event before anyone used the product",
    ("incidents.Case", "registered_person_aware_at"): "an event before anyone used the product",
    ("incidents.RiskControl", "recorded_at"): "recorded by the decider: decided_by",
    ("remediation.TestAttempt", "ended_at"): "an event: when the watching stopped; the assessor is named",
    ("accounts.User", "joined_at"): "set by Django; the history row says who made the account",
}


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_every_moment_of_an_act_has_its_actor_beside_it(model: type[models.Model]) -> None:
    fields = {field.name for field in model._meta.concrete_fields}
    moments = {f.name for f in model._meta.concrete_fields if isinstance(f, models.DateTimeField)}
    lonely = [
        name
        for name in moments
        if name.endswith("_at")
        and name.removesuffix("_at") not in PROMISES
        and name.removesuffix("_at") + "_by" not in fields
        and (model._meta.label, name) not in ACTOR_ELSEWHERE
        and not (name == "authenticated_at" and "signed_by" in fields)
    ]
    assert lonely == [], f"{model._meta.label}: who did this? {lonely}"


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_every_record_says_in_its_docstring_what_it_proves(model: type[models.Model]) -> None:
    assert model.__doc__ and not model.__doc__.startswith(f"{model.__name__}("), model


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_history_has_an_actor_that_cannot_be_missing_and_a_reason(model: type[models.Model]) -> None:
    history = history_model(model)
    assert history._meta.get_field("history_user").null is False
    assert history._meta.get_field("history_change_reason").null is False
    assert history._meta.get_field("history_source").null is False


def test_every_record_of_the_five_floors_is_tracked_or_says_why_not() -> None:
    from django.apps import apps

    plain = {
        "records.LedgerEntry": "written by the database only",
        "records.LedgerHead": "written by the database only",
        "records.Draft": "a form not yet sent; nobody's record yet",
        "accounts.RoleGroup": "follows the memberships, which are tracked",
        "accounts.ServiceGroupPermission": "follows the roles in code",
        "accounts.ProviderGroupPermission": "follows the roles in code",
        "accounts.ServiceUserPermission": "never written",
        "accounts.ProviderUserPermission": "never written",
        "incidents.CaseSearch": "derived from the case, rebuilt at will",
        "incidents.CaseRead": "written once; the database refuses to change or remove it",
        "incidents.ReferenceCounter": "a counter; the references it gives are in the cases",
        "governance.DueItem": "a view",
        "governance.Chase": "its own evidence: only its sending fields can ever be set",
    }
    tracked = set(tracked_models())
    histories = {history_model(model) for model in tracked}
    floors = {"records", "accounts", "incidents", "remediation", "governance"}
    loose = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in floors
        and model not in tracked
        and model not in histories
        and model._meta.label not in plain
    ]
    assert loose == []
    assert all(issubclass(model, Tracked) or model._meta.label == "accounts.User" for model in tracked)


def test_beat_runs_in_utc_and_never_in_the_hour_when_english_days_change() -> None:
    from celery.schedules import crontab

    assert project_settings.CELERY_TIMEZONE == "UTC" and project_settings.CELERY_ENABLE_UTC
    assert project_settings.CELERY_BEAT_SCHEDULE
    for name, entry in project_settings.CELERY_BEAT_SCHEDULE.items():
        if isinstance(entry["schedule"], crontab):
            assert 23 not in entry["schedule"].hour, f"{name} could run on the wrong English day"
