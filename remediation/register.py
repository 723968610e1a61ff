"""Who may do what now: read from the open restrictions and authorisations at the moment of asking (F14, F54, F55).

Nothing is stored: a restriction recorded, ended or expired in this request is true in this request. No case, no
reason and no level in here: a shift lead needs to know what, since when and until when, never why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import access
from accounts.models import Membership, Service, Staff, User
from accounts.permits import Permit
from accounts.roles import ExternalReviewer, HumanResources, SystemAdministrator
from incidents.models import TaskRestriction
from incidents.tasks_catalogue import Task
from records import times
from remediation.models import TaskAuthorisation

#: Roles that do no task with people supported.
DO_NO_TASK = {HumanResources.code, SystemAdministrator.code, ExternalReviewer.code}
MAY, WITH_CONDITION, MAY_NOT = "may", "with condition", "may not"


@dataclass(frozen=True)
class Cell:
    """One worker and one task, in words."""

    task: str
    state: str = MAY
    condition: str = ""
    since: datetime | None = None
    until: datetime | None = None
    supervisor: str = ""

    @property
    def text(self) -> str:
        return f"with condition: {self.condition}" if self.state == WITH_CONDITION else self.state

    @property
    def colour(self) -> str:
        """Red is for 'may not', amber for a condition; the word always stands beside it."""
        return {MAY_NOT: "red", WITH_CONDITION: "amber"}.get(self.state, "grey")

    @property
    def task_name(self) -> str:
        return Task(self.task).label


@dataclass(frozen=True)
class Line:
    """One worker and their cells, in the order of the tasks in use."""

    worker: Staff
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Page:
    """The register of one service at one moment."""

    service: Service
    at: datetime
    tasks: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def task_names(self) -> list[str]:
        return [Task(task).label for task in self.tasks]


def services_for(user: User) -> Any:
    """The services whose register this user may see."""
    return Service.objects.filter(pk__in=access.of(user).services(Permit.SEE_REGISTER)).select_related("provider")


def cells_of(workers: Iterable[UUID], *, at: datetime | None = None) -> dict[tuple[UUID, str], Cell]:
    """Every (worker, task) that is restricted or was given back by a decision, from whatever case.

    An open restriction wins over an authorisation; a condition past its end reads 'may not' at once, whether or
    not the sweep has written that down yet (F55). Two queries, however many workers.
    """
    now = at or times.now()
    wanted = list(workers)
    found: dict[tuple[UUID, str], Cell] = {}
    authorised = TaskAuthorisation.objects.filter(worker__in=wanted, ended_at=None).order_by("started_at")
    for one in authorised.select_related("decision__supervisor"):
        expired = one.expires_at is not None and one.expires_at <= now
        if expired:
            cell = Cell(one.task, MAY_NOT, since=one.expires_at)
        elif one.condition:
            supervisor = one.decision.supervisor
            cell = Cell(one.task, WITH_CONDITION, one.condition, one.started_at, one.expires_at, str(supervisor or ""))
        else:
            cell = Cell(one.task, MAY, since=one.started_at)
        found[one.worker_id, one.task] = _stricter(found.get((one.worker_id, one.task)), cell)
    restricted = TaskRestriction.objects.filter(worker__in=wanted, ended_at=None).order_by("-started_at")
    for restriction in restricted:
        found[restriction.worker_id, restriction.task] = Cell(restriction.task, MAY_NOT, since=restriction.started_at)
    return found


def _stricter(one: Cell | None, other: Cell) -> Cell:
    """Two decisions about one task from two cases: the stricter one is what holds."""
    order = (MAY, WITH_CONDITION, MAY_NOT)
    return other if one is None or order.index(other.state) >= order.index(one.state) else one


def cell_of(worker: Staff, task: str, *, at: datetime | None = None) -> Cell:
    """What holds for one worker and one task now."""
    return cells_of([worker.pk], at=at).get((worker.pk, task), Cell(task))


def may_sign_others_off(worker: Staff) -> bool:
    """Whether a member of staff is free to supervise or sign off others (T16) now."""
    return cell_of(worker, Task.T16).state == MAY


def page(service: Service, *, at: datetime | None = None) -> Page:
    """The whole register of a service: everyone who works there with people supported, every task in use.

    Whoever may not do something stands first, then whoever may on a condition, each by name: on a phone a shift lead
    sees the restricted without scrolling past the others.
    """
    now = at or times.now()
    today = times.to_london(now).date()
    workers = [
        one
        for one in Staff.objects.filter(postings__service=service).order_by("name", "pk")
        if one.left_on is None or one.left_on >= today
    ]
    cells = cells_of([one.pk for one in workers], at=now)
    touched = {worker for worker, _ in cells}
    elsewhere = _who_does_no_task([one.pk for one in workers]) - touched
    workers = [one for one in workers if one.pk not in elsewhere]
    used = {task for (_, task), _cell in cells.items()}
    tasks = tuple(task for task in Task.values if task in used)
    lines = [Line(worker, tuple(cells.get((worker.pk, task), Cell(task)) for task in tasks)) for worker in workers]
    return Page(service=service, at=now, tasks=tasks, lines=tuple(sorted(lines, key=_worst)))


def _who_does_no_task(workers: list[UUID]) -> set[UUID]:
    """Those who hold nothing but roles that do no task with people supported: "may" beside their name would say that
    somebody looked at it. One query. Whoever holds no role, or has no sign-in, works on shift."""
    held: dict[UUID, set[str]] = {}
    current = Membership.objects.current().filter(user__staff__in=workers)
    for worker, role in current.values_list("user__staff", "role"):
        held.setdefault(worker, set()).add(role)
    return {worker for worker, roles in held.items() if roles <= DO_NO_TASK}


def _worst(line: Line) -> int:
    """0 for a line with a 'may not', 1 with a condition, 2 with neither; sorting keeps the names in order."""
    states = {cell.state for cell in line.cells}
    return 0 if MAY_NOT in states else 1 if WITH_CONDITION in states else 2


def own_line(user: User) -> list[Cell]:
    """What a worker sees of themselves: only the tasks that are not simply theirs to do."""
    staff = getattr(user, "staff", None)
    if staff is None:
        return []
    cells = cells_of([staff.pk])
    return sorted((cell for cell in cells.values() if cell.since), key=lambda cell: Task.values.index(cell.task))
