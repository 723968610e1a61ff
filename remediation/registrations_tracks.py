"""What the tracks register when the app starts: hooks below, sections, navigation, the library after migrate."""

from __future__ import annotations

from typing import Any


def register() -> None:
    """Called once by RemediationConfig.ready()."""
    from incidents import hooks as below
    from incidents import reading_words as read_log
    from records import navigation
    from remediation import hooks, library_install, library_words, reading_words, sections_tracks

    below.register_on_logged(hooks.open_both_tracks)
    below.register_on_subject_added(hooks.open_for_worker)
    below.register_may_lift(hooks.not_while_in_a_plan)
    below.register_may_give_back(hooks.only_by_a_decision)
    sections_tracks.register_tracks()
    navigation.register("My plan", "my-plan", order=90, visible=has_own_page)
    library_install.register()
    library_words.register()
    read_log.say(reading_words.WORDS)


def has_own_page(user: Any) -> bool:
    """Whether the user was told of a capability response about their own practice."""
    from remediation.models import CapabilityResponse

    found: bool = CapabilityResponse.objects.own(user).exists()
    return found
