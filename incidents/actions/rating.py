"""Rating the level, and the second person a lower level needs (domain.md §2.3, F10)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from incidents import permissions
from incidents.actions import classifying, clocks
from incidents.actions.lock import lock
from incidents.levels import Floor, level_of
from incidents.models import Case, CaseStaff, Involvement, Level, Rating
from records import times
from records.acting import action
from records.reading import once
from records.refusals import NotAllowed, Refused


@action("case.rated")
def rate_case(
    *,
    by: User,
    case: Case,
    harm: int,
    potential: int,
    likelihood: int,
    floors: Iterable[str] = (),
    reason: str = "",
) -> Rating:
    """Rate the case. A lower level than now waits, with its reason, for `confirm_rating` by another person."""
    case = lock(case)
    permissions.check_rate(by, case)
    parts = set(CaseStaff.objects.filter(case=case, ended_at=None).values_list("involvement", flat=True))
    floors = classifying.with_automatic_floors(floors, parts)
    level = level_of(harm=harm, potential=potential, likelihood=likelihood, floors=floors)
    lower = case.level is not None and level < case.level
    if lower and not reason.strip():
        raise Refused(
            "F10",
            "This lowers the level. Say why; a second person then confirms it.",
            source="domain.md §2.3",
            field="reason",
        )
    now = times.now()
    rating = Rating(
        case=case,
        harm=harm,
        potential=potential,
        likelihood=likelihood,
        floors=floors,
        level=level,
        reason=reason,
        rated_by=by,
        rated_at=now,
    )
    rating.save()
    if not lower:
        _set_level(case, level)
    clocks.open_missing_duties(case, harm=harm)
    return rating


@action("case.rating_confirmed")
def confirm_rating(*, by: User, rating: Rating) -> Rating:
    """Confirm a lower level, as a second person; only then does the case take it."""
    case = lock(rating.case)
    permissions.check_rate(by, case)
    rating = Rating.objects.get(pk=rating.pk)
    if not waits_for_second(case, rating):
        raise Refused("F10", "This rating does not wait for a second person.", source="domain.md §2.3")
    if rating.rated_by_id == by.pk:
        raise NotAllowed(
            "F10",
            "You lowered this level yourself. Somebody else who rates cases here confirms it.",
            source="domain.md §2.3",
        )
    rating.confirmed_by, rating.confirmed_at = by, times.now()
    rating.save()
    _set_level(case, Level(rating.level))
    return rating


def raise_for_manager(case: Case, by: User) -> Rating | None:
    """The floor of §2.3 by fact: a manager's own part came to be looked at, so the case is rated anew with it.

    Called in the transaction that names the manager; whoever names them need not be one who rates, for nothing is
    weighed. It keeps the scores that made the present level. A lower level that waits for a second person waits no
    more: it was proposed before this was known. None where the case is not rated yet (its first rating has the floor
    by itself) or where the floor is in its newest rating already.
    """
    newest = Rating.objects.filter(case=case).order_by("-rated_at").first()
    if newest is None or Floor.MANAGER in newest.floors:
        return None
    stands = Rating.objects.filter(case=case, level=case.level or newest.level).order_by("-rated_at").first() or newest
    floors = classifying.with_automatic_floors(stands.floors, {Involvement.IMPLICATED})
    level = level_of(harm=stands.harm, potential=stands.potential, likelihood=stands.likelihood, floors=floors)
    rating = Rating(
        case=case,
        harm=stands.harm,
        potential=stands.potential,
        likelihood=stands.likelihood,
        floors=floors,
        level=level,
        reason="A manager's own part is looked at from now. That lifts the level by itself.",
        rated_by=by,
        rated_at=times.now(),
    )
    rating.save()
    if case.level is None or level > case.level:
        _set_level(case, level)
    return rating


@once
def newest_rating(case: Case) -> Rating | None:
    found: Rating | None = Rating.objects.filter(case=case).order_by("-rated_at").first()
    return found


def waits_for_second(case: Case, rating: Rating) -> bool:
    """Whether this is the newest rating of the case, is lower than its level, and nobody confirmed it."""
    lower = rating.confirmed_at is None and case.level is not None and rating.level < case.level
    return lower and newest_rating(case) == rating


def _set_level(case: Case, level: Level) -> None:
    if case.level != level:
        case.level = level
        case.save()
        clocks.move_chronology_review(case)
        clocks.pull_in_control_reviews(case)
