"""Tasks a worker may not do for now: restricting more of them, giving one back, and what a new control keeps (§3, §8)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from incidents import control_tasks, hooks, permissions
from incidents.actions.lock import lock
from incidents.models import RiskControl, TaskRestriction
from incidents.tasks_catalogue import Task
from records import times
from records.acting import action
from records.refusals import Refused

SOURCE = "domain.md §3"


@action("task_restriction.started")
def restrict_tasks(*, by: User, control: RiskControl, tasks: Iterable[str]) -> list[TaskRestriction]:
    """Restrict the control's worker from these tasks, now. The register shows it in the same moment (F14)."""
    case = lock(control.case)
    permissions.check_decide_controls(by, case)
    control = RiskControl.objects.get(pk=control.pk)
    wanted = [Task(task) for task in dict.fromkeys(tasks)]
    if not control.in_force:
        raise Refused("F14", "This control is not in force, so it cannot restrict a task.", source=SOURCE)
    if control.worker is None:
        raise Refused("F14", "This control names no worker. Record one that does.", source=SOURCE, field="tasks")
    return restrict(control, wanted, by)


@action("task_restriction.ended")
def end_task_restriction(*, by: User, restriction: TaskRestriction, reason: str) -> TaskRestriction:
    """Give one task back, once a decision to re-authorise that task has taken effect (A9, §8).

    Whoever calls it, the floor above is asked whether there is such a decision (`hooks.register_may_give_back`);
    without one it is refused. No page of this floor offers it.
    """
    case = lock(restriction.case)
    permissions.check_end_task_restriction(by, case)
    restriction = TaskRestriction.objects.get(pk=restriction.pk)
    if missing := hooks.may_give_back(restriction):
        raise Refused(
            "A9",
            "A task comes back only by a signed decision to re-authorise it.",
            missing=missing,
            source="domain.md §8",
        )
    if not reason.strip():
        raise Refused("F14", "Say why the task is given back.", source="domain.md §8", field="reason")
    if restriction.ended_at is None:
        restriction.ended_at, restriction.ended_by, restriction.ended_reason = times.now(), by, reason
        restriction.save()
    return restriction


def open_tasks(control: RiskControl) -> list[str]:
    """The tasks this control restricts now, as written down."""
    return list(TaskRestriction.objects.filter(control=control, ended_at=None).values_list("task", flat=True))


def restrict(control: RiskControl, tasks: list[Task], by: User) -> list[TaskRestriction]:
    """Write down those of `tasks` that the control does not restrict yet, as of now; for actions that hold the lock."""
    held = set(open_tasks(control))
    made = [
        TaskRestriction(
            case=control.case,
            control=control,
            worker=control.worker,
            task=task,
            started_at=times.now(),
            started_by=by,
        )
        for task in tasks
        if task not in held
    ]
    for restriction in made:
        restriction.save()
    return made


def keeps(control: RiskControl, replacement: RiskControl) -> bool:
    """Whether the control that takes another's place restricts the same worker at least as much, task by task.

    A control that restricts nothing it could be compared by (a change of shift) is kept only by its own kind, or by
    one that does restrict tasks.
    """
    if replacement.worker_id != control.worker_id:
        return False
    kept = set(open_tasks(replacement))
    held = _held(control)
    if held:
        return held <= kept
    return bool(kept) or replacement.kind == control.kind


def _held(control: RiskControl) -> set[str]:
    """The tasks a control restricts now: those open, and those of its kind that it never had written down."""
    rows = list(TaskRestriction.objects.filter(control=control).values_list("task", "ended_at"))
    written = {task for task, _ in rows}
    return {task for task, ended_at in rows if ended_at is None} | {
        str(task) for task in control_tasks.tasks_of(control.kind, ()) if task not in written
    }
