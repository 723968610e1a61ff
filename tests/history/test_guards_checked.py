"""F97: the check also reads the database's own guards: what each trigger and function says, who owns what, who may what."""

import pytest
from django.db import DatabaseError, transaction

from accounts import actions
from accounts.models import Service, User
from config.servers import roles_sql
from records import ledger, ledger_guards, ledger_sql
from records.acting import acting_as
from tests import servers
from tests.history.conftest import Kept
from tests.history.superuser import superuser

HISTORY = "incidents_historicalchronologyentry"
TRIGGERS, FUNCTIONS = ledger_guards.wanted()

#: What a superuser may do to a guard, and what is said of it.
LIFTED = {
    "never fires": (
        "CREATE OR REPLACE TRIGGER ledger AFTER INSERT ON {h} FOR EACH ROW WHEN (false) EXECUTE FUNCTION ledger_append('case_id')",
        "the trigger 'ledger' is not the one",
    ),
    "on fewer events": (
        "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE ON {h} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "the trigger 'append_only' is not the one",
    ),
    "on one column": (
        "CREATE OR REPLACE TRIGGER append_only BEFORE DELETE OR UPDATE OF text ON {h} FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change()",
        "the trigger 'append_only' is not the one",
    ),
    "with another argument": (
        "CREATE OR REPLACE TRIGGER ledger AFTER INSERT ON {h} FOR EACH ROW EXECUTE FUNCTION ledger_append('id')",
        "the trigger 'ledger' is not the one",
    ),
    "with more left out of the comparison": (
        "DROP TRIGGER history_kept ON incidents_case; CREATE CONSTRAINT TRIGGER history_kept AFTER INSERT OR UPDATE "
        "ON incidents_case DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION refuse_without_history('incidents_historicalcase', 'sealed_at')",
        "the trigger 'history_kept' is not the one",
    ),
    "a hand-written one never fires": (
        "CREATE OR REPLACE TRIGGER fixed_once_signed BEFORE UPDATE OR DELETE ON remediation_testattempt FOR EACH ROW "
        "WHEN (false) EXECUTE FUNCTION refuse_change_of_signed_attempt()",
        "the trigger 'fixed_once_signed' is not the one",
    ),
    "a hand-written one is gone": ("DROP TRIGGER fixed_words ON remediation_practicetest", "'fixed_words' is missing"),
    "a chase is no longer kept": ("ALTER TABLE governance_chase DISABLE TRIGGER kept", "'kept' is switched off"),
    "a function emptied": (
        "CREATE OR REPLACE FUNCTION refuse_without_actor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "'refuse_without_actor' is not the one",
    ),
    "a hand-written function emptied": (
        "CREATE OR REPLACE FUNCTION refuse_change_in_signed_attempt() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "'refuse_change_in_signed_attempt' is not the one",
    ),
    "a function in another time zone": (
        "ALTER FUNCTION ledger_append() SET timezone = 'Asia/Kathmandu'",
        "'ledger_append' is not the one",
    ),
    "a function with the caller's rights": (
        "ALTER FUNCTION ledger_append() SECURITY INVOKER",
        "'ledger_append' is not the one",
    ),
    "the product may change history": ("GRANT UPDATE ON {h} TO safe_app", "has the right to UPDATE here"),
    "the product may change one column of it": ("GRANT UPDATE (text) ON {h} TO safe_app", "the right to UPDATE here"),
    "the product may empty a table": ("GRANT TRUNCATE ON incidents_case TO safe_app", "has the right to TRUNCATE here"),
    "the product may write the ledger": ("GRANT INSERT ON records_ledgerentry TO safe_app", "the right to INSERT here"),
    "the product owns a table": (
        "ALTER TABLE incidents_case OWNER TO safe_app",
        "safe_app owns 1 tables of the record",
    ),
}


@pytest.mark.feature("F97")
@pytest.mark.parametrize("what", LIFTED)
def test_a_guard_that_was_lifted_is_found(cloned_db: str, what: str) -> None:
    statement, said = LIFTED[what]
    with superuser(cloned_db) as server:
        server.execute(statement.format(h=HISTORY).encode())
    found = [str(one) for one in ledger.verify().broken]
    assert found and said in found[0]


@pytest.mark.feature("F97")
def test_every_guard_of_the_product_is_checked(cloned_db: str) -> None:
    """All that stand in the migrated database are known from where they are made, those written by hand too."""
    assert ledger.verify().intact
    with superuser(cloned_db) as server:
        triggers = server.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
        functions = server.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' "
            "AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
        ).fetchall()
    assert set(triggers) == set(TRIGGERS)
    assert {name for (name,) in functions} == set(FUNCTIONS)


@pytest.mark.feature("F97")
def test_the_roles_file_run_again_gives_nothing_back(cloned_db: str) -> None:
    servers.point_at(cloned_db, "DATABASE_OWNER_URL")
    try:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(roles_sql().replace("%", "%%"), [])
    finally:
        servers.point_at(cloned_db)
    assert [str(one) for one in ledger.verify(most=5).broken] == []


@pytest.mark.feature("F96")
def test_the_owner_who_states_an_actor_can_neither_delete_nor_empty(cloned_db: str) -> None:
    """A data migration runs as the tables' owner and may state an actor, as an action does."""
    from django.db import connection
    from django.db.models import QuerySet

    provider = actions.add_provider(by=User.system(), name="To be deleted")
    service = actions.add_service(by=User.system(), provider=provider, name="Branch", kind="homecare")
    servers.point_at(cloned_db, "DATABASE_OWNER_URL")
    try:
        with (
            pytest.raises(DatabaseError, match="kept for good: DELETE"),
            transaction.atomic(),
            acting_as(User.system(), "test.migrated"),
        ):
            QuerySet(Service).filter(pk=service.pk)._raw_delete("default")
        for table in ("governance_closure", "governance_historicalclosure"):
            with (
                pytest.raises(DatabaseError, match="kept for good: TRUNCATE"),
                transaction.atomic(),
                acting_as(User.system(), "test.migrated"),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"TRUNCATE {table} CASCADE")
    finally:
        servers.point_at(cloned_db)
    assert Service.objects.filter(pk=service.pk).exists()


@pytest.mark.feature("F96")
def test_a_migrate_that_leaves_a_record_without_history_does_not_pass(kept: Kept, cloned_db: str) -> None:
    with superuser(cloned_db) as server:  # (as a migration would that switches the triggers off for itself)
        server.execute(
            "INSERT INTO accounts_provider (id, name, director_name, director_email, external_person) "
            "VALUES (gen_random_uuid(), 'Put in', '', '', '')"
        )
    servers.point_at(cloned_db, "DATABASE_OWNER_URL")
    try:
        with pytest.raises(ledger_sql.WithoutHistory, match="accounts_provider"):
            ledger_sql.install()
    finally:
        servers.point_at(cloned_db)
