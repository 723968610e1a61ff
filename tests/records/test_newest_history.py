"""F96: a row says what its *newest* history row says: not an older one, and not a part of it.

Tried on every tracked model, found by walking the apps, as the application's role with an actor stated.
"""

import json
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import QuerySet

from accounts.models import User
from incidents import actions
from incidents.models import Case
from records import acting
from records.registry import history_model, tracked_models
from tests.cast import Cast
from tests.records.test_no_write_escapes import ALSO, MODELS, state, value

WITHOUT_HISTORY = "was written without history"


def history_of(model: Any, record: dict[str, Any], number: int) -> None:
    """A history row that says this of the record, put in by hand in the name of who acts."""
    history = history_model(model)
    fields = history._meta.concrete_fields
    row = {field.column: value(field) for field in fields if field.column not in record}
    row |= {column: said for column, said in record.items() if any(field.column == column for field in fields)}
    insert(history._meta.db_table, row | {"history_id": number, "history_user_id": str(User.system().pk)})


def insert(table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)",
            [json.dumps(row, default=str)],
        )


def written(model: Any, *, versions: list[dict[str, Any]], stands: dict[str, Any]) -> str:
    """Let history say `versions`, oldest first, and the row `stands`; what the database says, "" when it lets it be."""
    given = ALSO.get(model._meta.label, {}) | {"id": str(uuid.uuid4())}
    record = {field.column: value(field) for field in model._meta.concrete_fields} | given
    try:
        with transaction.atomic():
            state(str(User.system().pk))
            for number, version in enumerate(versions, start=900_001):
                history_of(model, record | version, number)
            insert(model._meta.db_table, record | stands)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS history_kept IMMEDIATE")
            transaction.set_rollback(True)  # (what the row points at is not there)
    except DatabaseError as error:
        return str(error)
    return ""


def changed(model: Any) -> dict[str, Any]:
    """One column of the record that its history keeps, with something else in it."""
    kinds: tuple[tuple[type, Any], ...] = (
        (models.UUIDField, str(uuid.uuid4())),
        (models.ForeignKey, str(uuid.uuid4())),
        (models.DateTimeField, "2025-03-04T05:06:07+00:00"),
        (models.TextField, "y"),
        (models.CharField, "y"),
        (models.IntegerField, 2),
    )
    kept = {field.column for field in history_model(model)._meta.concrete_fields}
    for kind, other in kinds:
        for field in model._meta.concrete_fields:
            free = not field.primary_key and not field.unique and not field.flatchoices and field.column in kept
            if isinstance(field, kind) and free:
                return {field.column: other}
    raise AssertionError(f"{model._meta.label} has no column this test can change")


def test_json_columns_are_met() -> None:
    assert len([model for model in tracked_models() if listed(model)]) >= 5


def listed(model: Any) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if isinstance(field, models.JSONField)]


@pytest.mark.feature("F96")
@pytest.mark.django_db
@MODELS
def test_a_row_put_back_to_an_earlier_version_is_refused(model: Any) -> None:
    other = changed(model)
    assert written(model, versions=[{}, other], stands=other) == "", "its newest version it may say"
    assert WITHOUT_HISTORY in written(model, versions=[{}, other], stands={})


@pytest.mark.feature("F96")
@pytest.mark.django_db
@pytest.mark.parametrize("model", [m for m in tracked_models() if listed(m)], ids=lambda model: model._meta.label)
def test_a_list_made_shorter_or_put_in_another_order_is_refused(model: Any) -> None:
    whole = {"first": 1, "second": [1, 2], "third": {"a": 1}}
    for column in listed(model):
        for less in ({"first": 1}, whole | {"second": [2]}, whole | {"second": [2, 1]}, whole | {"third": {}}):
            assert written(model, versions=[{column: whole}], stands={column: whole}) == ""
            assert WITHOUT_HISTORY in written(model, versions=[{column: whole}], stands={column: less}), (column, less)


@pytest.mark.feature("F96")
@pytest.mark.django_db
def test_a_sealed_case_is_not_unsealed_by_putting_the_row_back(cast: Cast) -> None:
    case = cast.case(rated=True)
    actions.seal_case(by=cast.nominated_individual, case=case, owner=cast.safeguarding_lead, reason="Looked at")
    case.refresh_from_db()
    assert case.sealed_at
    plain: Any = QuerySet(Case)
    with (
        pytest.raises(DatabaseError, match=WITHOUT_HISTORY),
        transaction.atomic(),
        acting.acting_as(cast.nominated_individual, "test.put_back"),
    ):
        plain.filter(pk=case.pk).update(sealed_at=None, sealed_by=None)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.feature("F96")
@pytest.mark.django_db
def test_a_record_written_twice_in_one_transaction_is_kept_twice(cast: Cast) -> None:
    with transaction.atomic(), acting.acting_as(User.system(), "test.twice"):
        for name in ("Once", "Twice"):
            cast.service.name = name
            cast.service.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert [row.name for row in cast.service.history.all()[:2]] == ["Twice", "Once"]
