"""A case with twice of everything, and the same case a second time: to see that no page costs more for it.

Rows are copied as they are, whatever kind of record they are, so a new kind of record is doubled without a word here.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from accounts.models import User
from incidents.models import Case, CaseRecord
from records.acting import acting_as
from remediation.models import TestAttempt


def kinds() -> list[type[CaseRecord]]:
    """Every kind of record inside a case, each after those it points to."""
    left = [model for model in apps.get_models() if issubclass(model, CaseRecord)]
    found: list[type[CaseRecord]] = []
    while left:
        for model in left:
            points_to = {field.related_model for field in _links(model)} - {model}
            if not points_to & set(left):
                found.append(model)
                left.remove(model)
                break
        else:
            raise AssertionError(f"These point at each other: {left}")
    return found


def _links(model: type[models.Model]) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and isinstance(field.related_model, type) and issubclass(field.related_model, CaseRecord)
    ]


def everything(case: Case, by: User, *, into: Case | None = None) -> set[str]:
    """Copy every record of `case` into it once more, or into another case; the kinds of which a copy came to be."""
    became: dict[Any, Any] = {}
    copied: set[str] = set()
    to_sign: list[tuple[Any, Any]] = []
    with transaction.atomic(), acting_as(by, "test.arranged"):
        for model in kinds():
            for row in list(model.objects.filter(case=case)):
                new = copy.copy(row)
                new.pk, new.case, new._state = uuid.uuid4(), into or case, copy.copy(row._state)
                new._state.adding, new._state.fields_cache = True, {"case": into or case}
                if model is TestAttempt:  # marks and files go into an unsigned attempt only
                    new.signed_at, signed_at = None, row.signed_at
                    to_sign.append((new, signed_at))
                for field in _links(model):
                    old = getattr(row, field.attname)
                    unique = isinstance(field, models.OneToOneField)
                    setattr(new, field.attname, became.get(old, None if unique and field.null else old))
                try:
                    with transaction.atomic():
                        new.save(force_insert=True)
                except IntegrityError:
                    continue  # one of its kind a case, and this is the same case
                became[row.pk] = new.pk
                copied.add(model.__name__)
        for attempt, signed_at in to_sign:
            attempt.signed_at = signed_at
            attempt.save()
    return copied


def second(case: Case, by: User) -> Case:
    """The same case once more, under another reference, with all its records."""
    with transaction.atomic(), acting_as(by, "test.arranged"):
        new = copy.copy(case)
        new.pk, new.reference, new._state = uuid.uuid4(), f"{case.reference}-2", copy.copy(case._state)
        new._state.adding = True
        new.save(force_insert=True)
    everything(case, by, into=new)
    return new
