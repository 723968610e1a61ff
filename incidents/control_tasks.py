"""Which tasks a control takes from its worker by what it is, whatever is ticked beside it (domain.md §3, §8, F14).

Pure. The register, the rota feed and the way back read task restrictions and nothing else; so a control that says a
worker is away from a duty restricts the tasks of that duty by itself, and nobody has to remember the ticks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from incidents.models import ControlKind
from incidents.tasks_catalogue import MEETING_PEOPLE, Task

#: Kind of control → the tasks it always restricts. A kind that is not here restricts what is ticked.
IMPLIED: Final[dict[str, tuple[Task, ...]]] = {
    ControlKind.NO_LONE_WORK: (Task.T1,),
    # Somebody else is always there: that is no lone work either.
    ControlKind.SHADOW: (Task.T1,),
    ControlKind.NOT_WITH_PERSON: (Task.T3,),
    ControlKind.NON_CONTACT: MEETING_PEOPLE,
    ControlKind.SUSPENSION: tuple(Task),
}


def tasks_of(kind: str, chosen: Iterable[str]) -> list[Task]:
    """Every task a control of this kind restricts: those it implies and those chosen, in the order of the catalogue.

    Raises ValueError for a task the catalogue does not know.
    """
    wanted = {Task(task) for task in chosen} | set(IMPLIED.get(kind, ()))
    return [task for task in Task if task in wanted]
