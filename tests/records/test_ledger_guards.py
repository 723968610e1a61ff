"""What the database itself refuses to the application's role."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import actions
from accounts.models import Provider, Service, User
from records import acting, bulk
from records.models import LedgerEntry, LedgerHead
from records.registry import history_model, signed_models, tracked_models

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    system = User.system()
    provider = actions.add_provider(by=system, name=f"Provider {uuid.uuid4()}")
    return actions.add_service(by=system, provider=provider, name="Branch", kind="homecare")


def refused(sql: str, *params: object) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(caught.value)


def test_the_application_role_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT rolsuper, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_history_of_every_model_can_be_neither_changed_nor_removed_nor_emptied(model: type) -> None:
    table = history_model(model)._meta.db_table
    for sql in (
        f"UPDATE {table} SET history_change_reason = 'x'",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
    ):
        assert "permission denied" in (said := refused(sql)) or "must be owner" in said


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_no_tracked_row_of_any_model_can_be_deleted(model: type) -> None:
    assert "permission denied" in refused(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", signed_models(), ids=lambda model: model._meta.label)
def test_a_signed_row_of_any_kind_can_be_neither_changed_nor_deleted(model: type) -> None:
    table = model._meta.db_table
    assert "permission denied" in refused(f"UPDATE {table} SET meaning = 'something else'")
    assert "permission denied" in refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_every_tracked_table_carries_its_guards(model: type) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'", [model._meta.db_table]
        )
        assert {"actor", "history_kept"} <= {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'",
            [history_model(model)._meta.db_table],
        )
        assert {"ledger", "append_only"} <= {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_raw_sql_without_an_actor_is_refused_for_every_model(model: type) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('safe.actor', '', true)")
    table = model._meta.db_table
    assert "actions only" in (said := refused(f"UPDATE {table} SET id = id")) or "permission denied" in said


def test_raw_sql_that_names_an_actor_but_leaves_no_history_is_refused(service: Service) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('safe.actor', %s, true)", [str(User.system().pk)])
    said = refused("UPDATE accounts_service SET name = 'Quietly renamed' WHERE id = %s", service.pk)
    assert "without history" in said


def test_the_ledger_cannot_be_written_by_the_application(service: Service) -> None:
    for table in ("records_ledgerentry", "records_ledgerhead"):
        assert "permission denied" in refused(f"DELETE FROM {table}")
        assert "permission denied" in refused(f"UPDATE {table} SET seq = 0")
        assert "permission denied" in refused(f"INSERT INTO {table} SELECT * FROM {table}")
    with pytest.raises(TypeError):
        LedgerEntry().save()


def test_a_save_outside_an_action_is_refused_and_changes_nothing(service: Service) -> None:
    service.name = "Renamed"
    with pytest.raises(acting.WroteOutsideAction):
        service.save()
    service.refresh_from_db()
    assert service.name == "Branch"


def test_writes_that_would_leave_no_history_are_refused_on_the_queryset(service: Service) -> None:
    with acting.acting_as(User.system(), "test.tried"):
        for attempt in (
            lambda: Service.objects.filter(pk=service.pk).update(name="x"),
            lambda: Service.objects.all().delete(),
            lambda: Service.objects.bulk_create([Service(provider=service.provider, name="y", kind="homecare")]),
            lambda: Service.objects.bulk_update([service], ["name"]),
            service.delete,
        ):
            with pytest.raises(acting.WroteOutsideAction):
                attempt()


def test_every_history_row_has_an_actor_a_reason_and_a_source(service: Service) -> None:
    row = service.history.get()
    assert row.history_user == User.system()
    assert row.history_change_reason == "service.added"
    assert row.history_source == "command"
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row).objects.create(
            history_date=row.history_date, history_type="~", history_user=None, history_change_reason="x"
        )


def test_many_at_once_leave_as_many_history_rows_each_in_its_chain(service: Service) -> None:
    with transaction.atomic(), acting.acting_as(User.system(), "service.imported"):
        made = bulk.create_all(
            Service, [Service(provider=service.provider, name=f"S{i}", kind="homecare") for i in range(5)]
        )
    for one in made:
        assert one.history.get().history_change_reason == "service.imported"
        assert LedgerHead.objects.get(chain=one.pk).seq == 1


def test_the_chain_links_each_row_to_the_one_before(service: Service) -> None:
    with transaction.atomic(), acting.acting_as(User.system(), "service.renamed"):
        service.name = "Second name"
        service.save()
    first, second = LedgerEntry.objects.filter(chain=service.pk).order_by("seq")
    assert bytes(second.previous) == bytes(first.hash)
    assert bytes(LedgerHead.objects.get(chain=service.pk).hash) == bytes(second.hash)
    assert '"name": "Second name"' in second.payload


def test_a_provider_added_by_someone_who_may_not_is_refused() -> None:
    nobody = User.system()
    nobody.is_system = False
    with pytest.raises(Exception, match="operator"):
        actions.add_provider(by=nobody, name="X")
    assert not Provider.objects.filter(name="X").exists()


def test_signing_in_leaves_no_history_row_and_changing_a_password_does(service: Service) -> None:
    staff = actions.add_staff(
        by=User.system(), provider=service.provider, name="A B", job_title="Care worker",
        started_on=datetime.date(2026, 1, 5), services=[service],
    )  # fmt: skip
    user = actions.make_sign_in(by=User.system(), staff=staff, email=f"{uuid.uuid4()}@example.org")
    before = user.history.count()
    user.last_login = datetime.datetime.now(datetime.UTC)
    user.save(update_fields=["last_login"])
    assert user.history.count() == before
    user.set_password("a long enough phrase")
    user.save()
    assert user.history.count() == before + 1
    assert user.history.first().history_user == user
