"""How serious: the level from harm, potential and likelihood, and the floors that lift it (domain.md §2.3).

Pure. The level rates risk, never blame. Harm is 0 (none) to 4 (death); potential if repeated and likelihood
without controls are 1 to 4; the score is their product. The level is the higher of the two readings.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from incidents.models import Level
from records.wording import joined


class Harm(models.IntegerChoices):
    NONE = 0, "No harm"
    MINOR = 1, "Minor: gone within 24 hours"
    MODERATE = 2, "Moderate: needed treatment"
    SERIOUS = 3, "Serious: lasting or life-changing"
    DEATH = 4, "Death"


class Potential(models.IntegerChoices):
    MINOR = 1, "Minor"
    MODERATE = 2, "Moderate"
    SERIOUS = 3, "Serious"
    DEATH = 4, "Could kill"


class Likelihood(models.IntegerChoices):
    UNLIKELY = 1, "Unlikely"
    POSSIBLE = 2, "Possible"
    LIKELY = 3, "Likely"
    CERTAIN = 4, "Almost certain"


class Floor(models.TextChoices):
    """What lifts a case to at least L3, or L4, whatever the score."""

    SEXUAL = "sexual_allegation", "A sexual allegation"
    UNEXPLAINED = "unexplained_injury", "An unexplained injury to someone who cannot say how it happened"
    RESTRAINT = "restraint_injury", "An injury during restraint"
    ALTERED = "altered_records", "Records were altered"
    MANAGER = "manager_implicated", "A manager's own part is looked at"
    RECURRENCE = "recurrence", "The same gap within 6 months of going back to the task"
    SERIOUS_CRIME = "serious_crime", "A serious crime is suspected"
    MULTIPLE = "multiple_people", "Several people are affected"


FLOORS: dict[str, Level] = dict.fromkeys(Floor.values, Level.L3) | {
    Floor.SERIOUS_CRIME: Level.L4,
    Floor.MULTIPLE: Level.L4,
}
#: A case without a rating runs on these clocks: cautious until somebody has looked (shown on the page).
UNRATED_COUNTS_AS = Level.L3


def level_of(*, harm: int, potential: int, likelihood: int, floors: Iterable[str] = ()) -> Level:
    """The level. Raises ValueError for a number outside its scale or an unknown floor."""
    if harm not in Harm.values or potential not in Potential.values or likelihood not in Likelihood.values:
        raise ValueError("Harm runs from 0 to 4, potential and likelihood from 1 to 4.")
    lifted = [FLOORS[Floor(code)] for code in floors]
    return Level(max(_by_harm(harm), _by_score(potential * likelihood), *lifted, Level.L1))


def in_words(*, harm: int, potential: int, likelihood: int, floors: Iterable[str] = ()) -> str:
    """How a level was reached: each number on its scale with its word, the score, and what lifted it."""

    def word(choice: models.IntegerChoices) -> str:
        return f"{choice.value} of 4 ({_small(choice.label.replace(':', ','))})"

    said = (
        f"Harm {word(Harm(harm))}. If repeated {word(Potential(potential))} × likelihood {word(Likelihood(likelihood))} "
        f"= {potential * likelihood}."
    )
    lifted = [Floor(code) for code in floors]
    if lifted:
        least = Level(max(FLOORS[one] for one in lifted)).label.split()[0]
        said += f" At least {least}: {joined([_small(one.label) for one in lifted])}."
    return said


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _by_harm(harm: int) -> Level:
    return {0: Level.L1, 1: Level.L1, 2: Level.L2, 3: Level.L3, 4: Level.L4}[harm]


def _by_score(score: int) -> Level:
    if score >= 12:
        return Level.L4
    if score >= 8:
        return Level.L3
    return Level.L2 if score >= 4 else Level.L1


def level_for_clocks(level: int | None) -> Level:
    return UNRATED_COUNTS_AS if level is None else Level(level)
