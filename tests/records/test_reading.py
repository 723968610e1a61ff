"""A page reads a fact once; what decides a write reads it as it is at that moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from records import reading
from records.acting import acting_as
from records.middleware import Frame


@pytest.fixture
def fact() -> Any:
    """A fact that counts how often it is really read."""

    @reading.once
    def read(case: str) -> int:
        read.times += 1
        return read.times

    read.times = 0
    return read


def asked_twice(fact: Any, method: str) -> list[int]:
    """What the fact says to a view that asks it twice."""
    said: list[int] = []

    def view(request: Any) -> HttpResponse:
        said.extend([fact("A"), fact("A")])
        return HttpResponse()

    Frame(view)(getattr(RequestFactory(), method)("/"))
    return said


def test_a_page_reads_a_fact_once_for_each_record_and_the_next_page_reads_it_anew(fact):
    assert asked_twice(fact, "get") == [1, 1]
    assert asked_twice(fact, "get") == [2, 2]
    with reading.page():
        assert (fact("A"), fact("B"), fact("A")) == (3, 4, 3)


def test_a_form_that_is_sent_reads_every_fact_as_it_is_now(fact):
    assert asked_twice(fact, "post") == [1, 2]
    assert (fact("A"), fact("A")) == (3, 4)


def test_a_page_that_breaks_leaves_nothing_kept_behind(fact):
    with pytest.raises(ValueError, match="broken"), reading.page():
        fact("A")
        raise ValueError("broken")
    assert (fact("A"), fact("A")) == (2, 3)


def test_a_write_forgets_what_was_read(fact, cast):
    with reading.page():
        assert fact("A") == 1
        with acting_as(cast.manager, "test.wrote"):
            assert fact("A") == 2
        assert (fact("A"), fact("A")) == (3, 3)
