"""The learning track: opened with the case, five causes tested, actions on the system done and shown to work."""

from __future__ import annotations

from datetime import date

from accounts.models import Staff, User
from incidents.actions.lock import lock
from incidents.models import Case, CaseFile
from records import times
from records.acting import action
from records.gates import refuse_unless_met
from records.refusals import Refused
from remediation import permissions
from remediation.actions.common import move_due_date, not_past, said, subject_user_ids
from remediation.gates import learning as gates
from remediation.models import (
    Cause,
    CauseEvidence,
    CauseFinding,
    DueDateChange,
    EvidenceSource,
    Finding,
    LearningResponse,
    Strength,
    SystemAction,
)


@action("learning.opened")
def open_learning(*, by: User, case: Case) -> LearningResponse:
    """Open the learning track with its five causes, not yet known. Called when a case is logged; idempotent."""
    found = LearningResponse.objects.filter(case=case).first()
    if found is not None:
        return found  # type: ignore[no-any-return]
    response = LearningResponse(case=case, opened_by=by, opened_at=times.now())
    response.save()
    for cause in Cause:
        CauseFinding(case=case, cause=cause).save()
    return response


@action("learning.written")
def write_learning(
    *,
    by: User,
    case: Case,
    method: str = "",
    what_normally_happens: str = "",
    what_worked: str = "",
    missed_opportunities: str = "",
    shared_how: str = "",
) -> LearningResponse:
    """Write what the response found as a whole: method, normal practice, what worked, missed chances, sharing."""
    case = lock(case)
    permissions.check_lead_learning(by, case)
    response = _open_response(case)
    response.method = method.strip()
    response.what_normally_happens = what_normally_happens.strip()
    response.what_worked = what_worked.strip()
    response.missed_opportunities = missed_opportunities.strip()
    response.shared_how = shared_how.strip()
    response.save()
    return response


@action("cause.evidence_added")
def add_cause_evidence(
    *, by: User, finding: CauseFinding, source: str, what: str, file: CaseFile | None = None
) -> CauseEvidence:
    """Add one piece of evidence looked at for a cause."""
    case = lock(finding.case)
    permissions.check_lead_learning(by, case)
    _open_response(case)
    if source not in EvidenceSource.values:
        raise Refused("A2", "Choose where the evidence comes from.", field="source")
    if file is not None and file.case_id != case.pk:
        raise Refused("A2", "That file belongs to another case.", field="file")
    evidence = CauseEvidence(
        case=case,
        finding=finding,
        source=source,
        what=said(what, "what", "Say what was looked at, and what it shows."),
        file=file,
        added_by=by,
        added_at=times.now(),
    )
    evidence.save()
    return evidence


@action("cause.found")
def find_cause(
    *,
    by: User,
    finding: CauseFinding,
    result: str,
    reason: str,
    contributory_statement: str = "",
    no_action_reason: str = "",
    still_live: bool | None = None,
    still_live_note: str = "",
) -> CauseFinding:
    """Say whether a cause was the main one, contributed, or is ruled out, and whether it is still live today.

    Refused (A2) without two sources of evidence of which one is not an interview. A cause that was found needs
    the sentence "X increased the likelihood of Y because Z" and an answer on whether it is still live (G14).
    """
    case = lock(finding.case)
    permissions.check_lead_learning(by, case)
    _open_response(case)
    if result not in Finding.values:
        raise Refused("A2", "Choose a finding.", field="result")
    finding = CauseFinding.objects.select_for_update().get(pk=finding.pk)
    if result != Finding.NOT_KNOWN:
        sources = CauseEvidence.objects.filter(finding=finding).values_list("source", flat=True)
        refuse_unless_met(
            [gates.evidence_for(finding, sources)],
            "A finding needs evidence: at least two sources, one of them not an interview.",
        )
        said(reason, "reason", "Say why this is the finding.", code="A2", source="domain.md §2.1")
    if result in gates.FOUND:
        said(
            contributory_statement,
            "contributory_statement",
            "Write how it made the failure more likely: what increased the likelihood of what, and why.",
            source="domain.md §5",
        )
        if still_live is None:
            raise Refused(
                "G14", "Say whether this cause is still live today.", field="still_live", source="domain.md §8 G14"
            )
        if not still_live:
            said(still_live_note, "still_live_note", "Say what was changed, so that it is no longer live.")
    else:
        contributory_statement, no_action_reason, still_live, still_live_note = "", "", None, ""
    finding.finding = result
    finding.reason = reason.strip()
    finding.contributory_statement = contributory_statement.strip()
    finding.no_action_reason = no_action_reason.strip()
    finding.still_live = still_live
    finding.still_live_note = still_live_note.strip()
    finding.found_by = by if result != Finding.NOT_KNOWN else None
    finding.found_at = times.now() if result != Finding.NOT_KNOWN else None
    finding.save()
    return finding


@action("cause.live_state_changed")
def settle_cause(*, by: User, finding: CauseFinding, still_live: bool, note: str) -> CauseFinding:
    """Say that a found cause is no longer live (the rota is mended), or is live again. Feeds gate G14."""
    case = lock(finding.case)
    permissions.check_lead_learning(by, case)
    finding = CauseFinding.objects.select_for_update().get(pk=finding.pk)
    if finding.finding not in gates.FOUND:
        raise Refused("G14", "Only a cause that was found can be live or not.", source="domain.md §8 G14")
    finding.still_live = still_live
    finding.still_live_note = said(note, "note", "Say what changed, and how you know.")
    finding.save()
    return finding


@action("system_action.added")
def add_system_action(
    *,
    by: User,
    finding: CauseFinding,
    what: str,
    strength: str,
    owner: User,
    due_on: date,
    measure: str = "",
    resources: str = "",
    effect_due_on: date | None = None,
) -> SystemAction:
    """Promise a change to the system: what, how strong, who, by when, and when its effect is looked at.

    Refused when the owner is a worker whose practice is looked at (§5), and (F29) when what reads as a memo, a
    policy, a warning or training is called anything but weak.
    """
    case = lock(finding.case)
    permissions.check_lead_learning(by, case)
    _open_response(case)
    what = said(what, "what", "Say what will change: a verb and what it changes.")
    if strength not in Strength.values:
        raise Refused("F29", "Choose how strong the action is.", field="strength")
    weak = gates.reads_as_weak(what)
    if weak and strength != Strength.WEAK:
        raise Refused(
            "F29",
            f"“{weak}” tells people to do better; that is a weak action. Choose weak, or say what is changed so "
            "that the safe way becomes the easier one.",
            source="domain.md §5",
            field="strength",
        )
    if owner.pk in subject_user_ids(case):
        raise Refused(
            "S1",
            "A worker whose practice is looked at cannot own the change to the system. Choose somebody else.",
            source="domain.md §5",
            field="owner",
        )
    if not Staff.objects.filter(user=owner, provider=case.provider_id).exists():
        raise Refused("OWNER", "Choose somebody who works for this provider.", field="owner")
    not_past(due_on, "due_on", "The date it is due")
    if effect_due_on is not None and effect_due_on < due_on:
        raise Refused("F30", "The effect is looked at after the action is due.", field="effect_due_on")
    promised = SystemAction(
        case=case,
        cause=finding,
        what=what,
        measure=measure.strip(),
        resources=resources.strip(),
        strength=strength,
        owner=owner,
        due_on=due_on,
        original_due_on=due_on,
        effect_due_on=effect_due_on,
        added_at=times.now(),
        added_by=by,
    )
    promised.save()
    return promised


@action("system_action.due_changed")
def change_action_due(*, by: User, system_action: SystemAction, becomes: date, reason: str) -> DueDateChange:
    """Move the due date of an action, with a reason; the first date stays (F37)."""
    case = lock(system_action.case)
    permissions.check_lead_learning(by, case)
    system_action = SystemAction.objects.select_for_update().get(pk=system_action.pk)
    if system_action.done_at is not None:
        raise Refused("F37", "This is done, so its date no longer moves.")
    return move_due_date(system_action, becomes, reason, by)


@action("system_action.done")
def record_action_done(*, by: User, system_action: SystemAction, evidence: str) -> SystemAction:
    """Record that an action is done, with what shows it. Whether it worked is a separate question (F30)."""
    lock(system_action.case)
    permissions.check_record_action_done(by, system_action)
    system_action = SystemAction.objects.select_for_update().get(pk=system_action.pk)
    if system_action.done_at is not None:
        raise Refused("F30", "This is already recorded as done.")
    system_action.done_evidence = said(
        evidence, "evidence", "Say what shows that it is done.", code="F30", source="domain.md §5"
    )
    system_action.done_at = times.now()
    system_action.done_by = by
    system_action.save()
    return system_action


@action("system_action.effect_checked")
def check_effect(
    *, by: User, system_action: SystemAction, worked: bool, evidence: str, not_worked_reason: str = ""
) -> SystemAction:
    """Record whether a done action worked, with evidence of the effect. Never by its owner (S9)."""
    lock(system_action.case)
    permissions.check_check_effect(by, system_action)
    system_action = SystemAction.objects.select_for_update().get(pk=system_action.pk)
    if system_action.owner_id == by.pk:
        raise Refused(
            "S9",
            "You own this action, so somebody else says whether it worked.",
            source="domain.md §1 S9",
        )
    if system_action.done_at is None:
        raise Refused("F30", "Record first that it is done; then whether it worked.", source="domain.md §5")
    system_action.worked = worked
    system_action.effect_evidence = said(
        evidence, "evidence", "Say what shows the effect: numbers before and after.", code="F30", source="domain.md §5"
    )
    system_action.not_worked_reason = "" if worked else not_worked_reason.strip()
    system_action.effect_checked_at = times.now()
    system_action.effect_checked_by = by
    system_action.save()
    return system_action


@action("learning.weak_actions_accepted")
def accept_all_weak(*, by: User, case: Case, reason: str) -> LearningResponse:
    """The nominated individual accepts, with a reason, that every action is weak (F29, §5)."""
    case = lock(case)
    permissions.check_accept_weak_actions(by, case)
    response = _open_response(case)
    actions = list(SystemAction.objects.filter(case=case))
    if not gates.all_weak_open(response, actions):
        raise Refused("F29", "Not every action is weak, so there is nothing to accept.", source="domain.md §5")
    response.all_weak_reason = said(reason, "reason", "Say why weak actions are enough here.")
    response.all_weak_by = by
    response.all_weak_at = times.now()
    response.save()
    return response


@action("learning.finished")
def finish_learning(*, by: User, case: Case) -> LearningResponse:
    """Finish the learning response. Refused while a cause is untested or an action is not shown to have worked."""
    case = lock(case)
    permissions.check_lead_learning(by, case)
    response = _open_response(case)
    refuse_unless_met(gates.finish(case), "The learning response cannot be finished yet.")
    response.finished_by = by
    response.finished_at = times.now()
    response.save()
    return response


@action("learning.reopened")
def reopen_learning(*, by: User, case: Case, reason: str) -> LearningResponse:
    """Open a finished learning response again, with a reason."""
    case = lock(case)
    permissions.check_lead_learning(by, case)
    response = LearningResponse.objects.select_for_update().get(case=case)
    if response.finished_at is None:
        raise Refused("LEARNING", "The learning response is open.")
    response.reopened_reason = said(reason, "reason", "Say why it is opened again.")
    response.finished_at = None
    response.finished_by = None
    response.save()
    return response  # type: ignore[no-any-return]


def _open_response(case: Case) -> LearningResponse:
    """The learning response of the case; refused once it is finished."""
    response: LearningResponse = LearningResponse.objects.select_for_update().get(case=case)
    if response.finished_at is not None:
        raise Refused("LEARNING", "The learning response is finished. Open it again first, with a reason.")
    return response
