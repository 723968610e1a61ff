"""F96: every way to write, tried on every tracked model: it leaves a history row with its actor, or is refused.

The models are found by walking the apps, so a new one is tried the day it is added.
"""

import datetime
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.models import QuerySet

from accounts import actions
from accounts.models import Service, User
from records import acting
from records.models import Tracked
from records.registry import history_model, tracked_models
from tests import servers
from tests.cast import Cast

MODELS = pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)

#: Where a rule between columns does not take everything filled in: what is put in instead.
ALSO: dict[str, dict[str, Any]] = {"remediation.DisciplinaryAppointment": {"outside_person": ""}}


def value(field: Any) -> Any:
    """Something the column takes."""
    if field.flatchoices:
        return field.flatchoices[0][0]
    if isinstance(field, models.ForeignKey):
        return value(field.target_field) if field.related_model is not User else User.system().pk
    kinds: list[tuple[type, Any]] = [
        (models.UUIDField, uuid.uuid4()),
        (models.BooleanField, False),
        (models.DateTimeField, datetime.datetime.now(datetime.UTC)),
        (models.DateField, datetime.date(2026, 1, 5)),
        (models.IntegerField, 1),
        (models.FloatField, 1.0),
        (models.DecimalField, Decimal(1)),
        (models.JSONField, []),
    ]
    return next((sample for kind, sample in kinds if isinstance(field, kind)), "x")


def put(table: str, fields: list[Any], **given: Any) -> str:
    """Put a row in by raw SQL, as the application's role; what the database says to it, "" when it lets it be."""
    row = {field.column: value(field) for field in fields} | given
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            columns = ", ".join(f'"{name}"' for name in row)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)",
                [json.dumps(row, default=str)],
            )
            cursor.execute("SET CONSTRAINTS history_kept IMMEDIATE")
    except DatabaseError as error:
        return str(error)
    return ""


def state(actor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('safe.actor', %s, true)", [actor])


@pytest.mark.feature("F96")
@pytest.mark.django_db
@MODELS
def test_a_row_put_in_by_raw_sql_is_refused_without_an_actor_and_with_one_but_no_history(model: Any) -> None:
    fields = list(model._meta.concrete_fields)
    state("")
    given = ALSO.get(model._meta.label, {})
    assert "no actor is stated" in put(model._meta.db_table, fields, **given)
    state(str(User.system().pk))
    said = put(model._meta.db_table, fields, **given)
    assert "was written without history" in said, said


@pytest.mark.feature("F96")
@pytest.mark.django_db
@MODELS
def test_history_put_in_by_hand_in_somebody_else_s_name_is_refused(model: Any) -> None:
    history = history_model(model)
    fields = [field for field in history._meta.concrete_fields if field.column != "history_id"]
    somebody = User.system().pk
    for actor in ("", str(uuid.uuid4())):
        state(actor)
        said = put(history._meta.db_table, fields, history_user_id=str(somebody))
        assert "its actor is not the one who acts" in said, said


def kept_to(write: Any) -> None:
    """Write, and ask at once what the database otherwise says at the commit."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS history_kept IMMEDIATE")


@pytest.mark.feature("F96")
@pytest.mark.django_db
@MODELS
def test_the_orm_s_shortcuts_are_refused_inside_an_action_too(model: Any) -> None:
    tried: list[Any] = [
        lambda: model.objects.bulk_create([model()]),
        lambda: model.objects.bulk_update([model(pk=uuid.uuid4())], [model._meta.concrete_fields[1].name]),
        lambda: model.objects.update(**{model._meta.concrete_fields[1].name: value(model._meta.concrete_fields[1])}),
        lambda: model.objects.all().delete(),
        lambda: model(pk=uuid.uuid4()).delete(),
    ]
    refused: tuple[type[Exception], ...] = (acting.WroteOutsideAction,)
    if model is User:
        # The sign-in is no tracked record by its base (Django's own is): the database refuses what its manager does not.
        refused = (acting.WroteOutsideAction, DatabaseError)
        tried = [
            lambda: kept_to(lambda: User.objects.filter(is_system=True).update(name="x")),
            lambda: kept_to(lambda: User.objects.bulk_create([User(email="x@example.org", name="x")])),
            lambda: kept_to(lambda: User.objects.bulk_update([User(pk=User.system().pk, name="x")], ["name"])),
            lambda: kept_to(lambda: User.objects.filter(is_system=True)._raw_delete("default")),
        ]
    elif not issubclass(model, Tracked):
        pytest.fail(f"{model._meta.label} is tracked without the base of tracked records")
    with transaction.atomic(), acting.acting_as(User.system(), "test.tried"):
        for attempt in tried:
            with pytest.raises(refused), transaction.atomic():
                attempt()
    assert model._base_manager.__class__ is model._meta.base_manager.__class__


@pytest.mark.feature("F96")
@pytest.mark.django_db
def test_a_plain_queryset_that_goes_round_the_manager_is_refused_by_the_database() -> None:
    provider = actions.add_provider(by=User.system(), name="Round the manager")
    service = actions.add_service(by=User.system(), provider=provider, name="Branch", kind="homecare")
    plain: Any = QuerySet(Service)
    with pytest.raises(DatabaseError, match="no actor is stated"), transaction.atomic():
        plain.filter(pk=service.pk).update(name="Quietly")
    with (
        pytest.raises(DatabaseError, match="without history"),
        transaction.atomic(),
        acting.acting_as(User.system(), "test.tried"),
    ):
        plain.filter(pk=service.pk).update(name="Quietly")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="without history"), transaction.atomic():
        # The sign-in is no tracked record by its base; the database keeps its history all the same.
        state(str(User.system().pk))
        User.objects.filter(pk=User.system().pk).update(name="Quietly")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.feature("F96")
def test_a_data_migration_run_by_the_owner_is_refused_like_everybody(cloned_db: str) -> None:
    """A migration has plain models without our managers, and runs as the tables' owner."""
    from django.db.migrations.executor import MigrationExecutor

    provider = actions.add_provider(by=User.system(), name="To be migrated")
    service = actions.add_service(by=User.system(), provider=provider, name="Branch", kind="homecare")
    servers.point_at(cloned_db, "DATABASE_OWNER_URL")
    try:
        past = MigrationExecutor(connection).loader.project_state().apps
        migrated = past.get_model("accounts", "Service").objects
        with pytest.raises(DatabaseError, match="no actor is stated"):
            migrated.update(name="Migrated")
        with pytest.raises(DatabaseError, match="no actor is stated"):
            migrated.all().delete()
        with pytest.raises(DatabaseError, match="kept for good"):
            past.get_model("accounts", "HistoricalService").objects.update(name="Migrated")
    finally:
        servers.point_at(cloned_db)
    assert Service.objects.get(pk=service.pk).name == "Branch"


@pytest.mark.feature("F96")
@pytest.mark.django_db
def test_the_shell_and_a_command_write_through_actions_only(tmp_path: Any) -> None:
    with pytest.raises(acting.WroteOutsideAction):
        call_command("shell", command="from accounts.models import Provider; Provider(name='Typed in').save()")


@pytest.mark.feature("F96")
@pytest.mark.django_db
@pytest.mark.parametrize("how", [{}, {"update_fields": ["is_active"]}, {"update_fields": ["password", "is_active"]}])
def test_a_sign_in_is_not_changed_outside_an_action_in_its_own_name(cast: Cast, how: dict[str, Any]) -> None:
    """Somebody at a shell who ends a sign-in, or opens it again, would otherwise stand in its history as its owner."""
    user = User.objects.get(pk=cast.senior.pk)
    before = user.history.count()
    user.is_active = False
    user.set_password("a long enough phrase")
    with pytest.raises(acting.WroteOutsideAction, match="is_active"):
        user.save(**how)
    with pytest.raises(acting.WroteOutsideAction):
        User(email="new@example.org", name="New").save()
    user.refresh_from_db()
    assert user.is_active and user.history.count() == before


@pytest.mark.feature("F96")
@pytest.mark.django_db
def test_setting_one_s_own_password_puts_nothing_else_back(cast: Cast) -> None:
    user = User.objects.get(pk=cast.senior.pk)
    user.set_password("a long enough phrase")
    user.save()
    assert User.objects.get(pk=user.pk).check_password("a long enough phrase")
    assert user.history.first().history_change_reason == "user.own_account"


def test_there_is_no_django_admin_to_write_with() -> None:
    from tests.guards import addresses

    assert not [pattern for _, pattern in addresses.patterns() if "admin" in pattern]
    from django.conf import settings

    assert "django.contrib.admin" not in settings.INSTALLED_APPS
