"""What confines a person is found by what it says, not by the words of the cases: sentences in confining_sentences.py."""

from __future__ import annotations

import pytest

from incidents.confining import confining, words_that_confine
from tests.incidents import confining_sentences as said

pytestmark = [pytest.mark.feature_part("F15"), pytest.mark.feature_part("F63")]


@pytest.mark.parametrize("text", (*said.BANS, *said.MORE_BANS))
def test_a_limit_in_plain_words_is_a_ban(text):
    assert confining(text, workers=said.WORKERS).bans


@pytest.mark.parametrize("text", (*said.DOUBTFUL, *said.MORE_DOUBTFUL))
def test_what_may_be_a_limit_asks_for_a_human_look_and_is_no_ban(text):
    found = confining(text, workers=said.WORKERS)
    assert found.doubtful and not found.bans


@pytest.mark.parametrize("text", (*said.FINE, *said.MORE_FINE))
def test_what_limits_nobody_is_left_alone(text):
    assert not words_that_confine(text, workers=said.WORKERS)


@pytest.mark.parametrize("text", said.FINE_ABOUT_A_WORKER)
def test_words_about_the_worker_whom_the_control_names_are_left_alone(text):
    assert not words_that_confine(text, about_worker=True)


@pytest.mark.parametrize("text", said.BANS_WITH_A_WORKER_NAMED)
def test_a_worker_named_beside_it_makes_no_ban_harmless(text):
    assert confining(text, about_worker=True, workers=said.WORKERS).bans


def test_what_secures_records_or_evidence_may_lock_and_take_things_and_confine_nobody():
    assert not confining("Her phone taken for the police, the cupboard locked", about_things=True).found
    assert confining("Records locked. Keep Margaret in her room", about_things=True).bans


def test_a_limit_is_found_whoever_is_spoken_of_before_it():
    """Only the one who is stopped may be a worker: staff who stop somebody set nothing aside."""
    for text in (
        "Staff told, Jordan is not to leave the flat",
        "Two staff hold him down until he is calm",
        "Staff take his phone at night",
        "When Mark is not there keep him in his room",
        "The manager decided to lock the kitchen",
        "Senior asked to keep him in his flat",
        "Keep Margaret in her room as she asked",
    ):
        assert confining(text, workers=said.WORKERS).bans, text


def test_what_is_found_is_quoted_as_it_was_written():
    assert words_that_confine("M.E. is safe.  Keep  M.E. in her ROOM today.") == ["Keep M.E. in her ROOM"]
