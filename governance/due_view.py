"""The SQL of the one due view `governance_dueitem`, kept as data: one branch a kind of promise (architecture.md).

Each branch reads one table's open rows, bounded by two partial expression indexes (due, half-time), so that a
sweep over a million promises touches only those that are due. Every expression is immutable: a date counts
until 23:59 in England; lengths of time are added on a clock that never changes (UTC).

Installed by the newest migration that names it (governance/migrations/0007_half_time_with_due.py): an older one would
ask for columns that are not there yet, so it is silent. This file and `governance/due.py` (words, pages) are the
only two places that know the kinds; tests/governance/test_due_view.py fails when a dated model is in neither.
"""

from __future__ import annotations

from dataclasses import dataclass

VIEW = "governance_dueitem"


def end_of_day(column: str) -> str:
    """The last minute of a day in England. Immutable, so that it can be indexed."""
    return f"(({column} + time '23:59') AT TIME ZONE 'Europe/London')"


def later(column: str, length: str) -> str:
    """A moment plus a length of time, immutable: `timestamptz + interval` itself depends on the session."""
    return f"((({column} AT TIME ZONE 'UTC') + interval '{length}') AT TIME ZONE 'UTC')"


def half_way(since: str, due: str) -> str:
    """The middle between two moments, immutable."""
    return f"((({since} AT TIME ZONE 'UTC') + ({due} - {since}) / 2) AT TIME ZONE 'UTC')"


@dataclass(frozen=True)
class Branch:
    """One kind of promise: where its open rows lie, when it is due, whose it is.

    `t` is the table's alias, `c` the case's. `open` uses columns of `t` only (it is the indexes' condition);
    `more` may use the joins. `owner` NULL means: whoever may be the second person.
    """

    kind: str
    table: str
    due: str
    since: str
    open: str
    what: str
    ladder: str = "plan"
    owner: str = "c.owner_id"
    asker: str = "NULL"
    detail: str = "''"
    #: What tells two of a kind apart, and is content: the worker's name, what was promised. `governance.due.title`
    #: says it only to those who may open the item; nothing that leaves the product (a chase, its e-mail) has it.
    about: str = "''"
    record: str = "t.id"
    join: str = ""
    more: str = ""
    half: str = ""
    #: The later rungs of a promise that somebody outside owes, stored because working days are no fixed length.
    again: str = "NULL"
    team: str = "NULL"
    #: The worker's own thing: theirs to do although the case is closed to them (S1).
    own: str = "false"
    #: Promises that outlive the case's closing.
    even_closed: bool = False

    @property
    def half_expression(self) -> str:
        return self.half or half_way(self.since, self.due)

    def select(self) -> str:
        conditions = [f"({self.open})"]
        if not self.even_closed:
            conditions.append("c.closed_at IS NULL")
        if self.more:
            conditions.append(f"({self.more})")
        return f"""
SELECT ('{self.kind}:' || {self.record}::text)::text AS key, '{self.kind}'::text AS kind, {self.record} AS record,
  t.case_id, c.service_id, ({self.owner})::uuid AS owner_id, ({self.asker})::uuid AS asker_id,
  {self.due} AS due_at, {self.half_expression} AS half_at, {self.since} AS since,
  '{self.ladder}'::text AS ladder, ({self.own})::boolean AS own, ({self.detail})::text AS detail,
  ({self.about})::text AS about, ({self.what})::text AS what, ({self.again})::timestamptz AS again_at, ({self.team})::timestamptz AS team_at
FROM {self.table} t JOIN incidents_case c ON c.id = t.case_id {self.join}
WHERE {" AND ".join(conditions)}"""  # noqa: S608 (made of this file's own words)

    def indexes(self) -> list[tuple[str, str]]:
        """(name, statement) of the two partial indexes."""
        # The half-time index holds the due date too: what became due since is passed over in the index, its row unread.
        found = []
        for part, expressions in (("due", [self.due]), ("half", [self.half_expression, self.due])):
            name = f"due_{self.kind}_{part}"
            plain = ", ".join(f"({one})" for one in expressions).replace("t.", "")
            condition = self.open.replace("t.", "")
            found.append((name, f"CREATE INDEX {name} ON {self.table} ({plain}) WHERE {condition}"))
        return found


_LIVE_PLAN = "JOIN remediation_remediationplan p ON p.id = t.plan_id"
#: The name of the worker a plan is for. A left join by key: where nobody asks for the name, the planner leaves it out.
_PLAN_WORKER = "LEFT JOIN accounts_staff w ON w.id = p.worker_id"
_WORKER = "LEFT JOIN accounts_staff w ON w.id = t.worker_id"
_NAME = "coalesce(w.name, '')"
#: Enough of what was promised for its first words.
_FIRST = "left(t.what, 120)"
_PLAN_RUNS = "p.started_at IS NOT NULL AND p.ended_at IS NULL"

BRANCHES: tuple[Branch, ...] = (
    Branch(
        kind="control_review",
        table="incidents_riskcontrol",
        due="t.review_due_at",
        since="t.decided_at",
        open="t.ended_at IS NULL AND t.review_due_at IS NOT NULL",
        owner="t.decided_by_id",
        detail="t.kind",
        what="'Review a risk control'",
    ),
    Branch(
        kind="duty",
        table="incidents_duty",
        due="t.due_at",
        since="coalesce(t.clock_start_at, t.due_at)",
        half="coalesce(t.amber_at, t.due_at)",
        open="t.sent_at IS NULL AND t.answer <> 'no' AND t.due_at IS NOT NULL",
        ladder="duty",
        owner="CASE WHEN t.proposed_no_at IS NULL THEN coalesce(t.decided_by_id, c.owner_id) END",
        asker="CASE WHEN t.proposed_no_at IS NOT NULL THEN t.proposed_no_by_id END",
        detail="t.body",
        what="CASE WHEN t.proposed_no_at IS NOT NULL THEN 'Agree or not that a body need not be told' "
        "WHEN t.answer = 'yes' THEN 'Tell an outside body' ELSE 'Decide whether an outside body must be told' END",
    ),
    Branch(
        kind="duty_reply",
        table="incidents_duty",
        # Stored in working days when it is sent; in days for what was sent before these were stored.
        due=f"coalesce(t.reply_due_at, {later('t.sent_at', '2 days')})",
        again=f"coalesce(t.reply_again_due_at, {later('t.sent_at', '7 days')})",
        team=f"coalesce(t.reply_team_due_at, {later('t.sent_at', '8 days')})",
        since="t.sent_at",
        open="t.sent_at IS NOT NULL AND t.acknowledged_at IS NULL "
        "AND t.body IN ('la_safeguarding', 'cqc_r16', 'cqc_r17', 'cqc_r18')",
        ladder="outside",
        owner="t.sent_by_id",
        asker="t.sent_by_id",
        detail="t.body",
        what="'Ask an outside body for its acknowledgement'",
    ),
    Branch(
        kind="duty_lateness",
        table="incidents_duty",
        due="t.lateness_due_at",
        since="t.sent_at",
        half=later("t.lateness_due_at", "-12 hours"),
        open="t.lateness_due_at IS NOT NULL",
        owner="t.sent_by_id",
        detail="t.body",
        what="'Say why an outside body was told late'",
    ),
    Branch(
        kind="chronology_review",
        table="incidents_chronologyreview",
        due="t.due_at",
        since="c.logged_at",
        half=later("t.due_at", "-2 hours"),
        open="t.reviewed_at IS NULL",
        what="'Review the chronology'",
    ),
    Branch(
        kind="restriction_end",
        table="incidents_restriction",
        due="t.ends_at",
        since="t.starts_at",
        open="t.ended_at IS NULL AND t.ends_at IS NOT NULL",
        detail="t.kind",
        what="'End or renew a restriction'",
    ),
    Branch(
        kind="rating",
        table="incidents_rating",
        due=later("t.rated_at", "1 day"),
        since="t.rated_at",
        # Only a lower level waits, and it always has its reason.
        open="t.confirmed_at IS NULL AND t.reason <> ''",
        more="t.level < c.level AND NOT EXISTS (SELECT 1 FROM incidents_rating n "
        "WHERE n.case_id = t.case_id AND n.rated_at > t.rated_at)",
        owner="NULL",
        asker="t.rated_by_id",
        what="'Confirm or not the lower level'",
    ),
    Branch(
        kind="system_action",
        table="remediation_systemaction",
        due=end_of_day("t.due_on"),
        since="t.added_at",
        open="t.done_at IS NULL",
        owner="t.owner_id",
        about=_FIRST,
        what="'Do a system action and record its evidence'",
    ),
    Branch(
        kind="action_effect",
        table="remediation_systemaction",
        due=end_of_day("t.effect_due_on"),
        since="t.added_at",
        open="t.effect_checked_at IS NULL AND t.effect_due_on IS NOT NULL",
        about=_FIRST,
        what="'Check whether a system action worked'",
    ),
    Branch(
        kind="welfare",
        table="remediation_capabilityresponse",
        due=end_of_day("t.welfare_due_on"),
        since="t.opened_at",
        half=end_of_day("(t.welfare_due_on - 1)"),
        open="t.welfare_due_on IS NOT NULL AND t.outcome_at IS NULL AND t.superseded_at IS NULL",
        join=_WORKER,
        about=_NAME,
        what="'Make the welfare contact with a worker'",
    ),
    Branch(
        kind="reply",
        table="remediation_rightofreply",
        due=later("t.invited_at", "10 days"),
        since="t.invited_at",
        open="t.answered_at IS NULL",
        # The worker's, once they were told in person; until then whoever owns the case sees to it.
        owner="CASE WHEN r.told_at IS NULL THEN c.owner_id ELSE coalesce(s.user_id, c.owner_id) END",
        asker="t.invited_by_id",
        own="r.told_at IS NOT NULL AND s.user_id IS NOT NULL",
        join="JOIN remediation_capabilityresponse r ON r.id = t.response_id "
        "LEFT JOIN accounts_staff s ON s.id = r.worker_id",
        what="'Answer what you were asked to comment on'",
    ),
    Branch(
        kind="learning_action",
        table="remediation_learningaction",
        due=end_of_day("t.due_on"),
        since="t.added_at",
        open="t.done_at IS NULL AND t.removed_at IS NULL",
        owner="coalesce(t.owner_id, c.owner_id)",
        join=f"{_LIVE_PLAN} {_PLAN_WORKER}",
        more=_PLAN_RUNS,
        detail="t.kind",
        about=_NAME,
        what="'Hold a learning action'",
    ),
    Branch(
        kind="practice_test",
        table="remediation_practicetest",
        due=end_of_day("t.due_on"),
        since="t.added_at",
        open="t.passed_at IS NULL AND t.withdrawn_at IS NULL AND t.due_on IS NOT NULL",
        owner="coalesce(s.user_id, c.owner_id)",
        join=f"{_LIVE_PLAN} LEFT JOIN accounts_staff s ON s.id = t.assessor_id {_PLAN_WORKER}",
        more=_PLAN_RUNS,
        detail="t.code",
        about=_NAME,
        what="'Record a practice test'",
    ),
    Branch(
        kind="plan_review",
        table="remediation_planreview",
        due=end_of_day("t.due_on"),
        since="t.added_at",
        open="t.held_at IS NULL AND t.removed_at IS NULL",
        join=f"{_LIVE_PLAN} {_PLAN_WORKER}",
        more=_PLAN_RUNS,
        about=_NAME,
        what="'Hold a review of a plan'",
    ),
    Branch(
        kind="plan_end",
        table="remediation_remediationplan",
        due=end_of_day("t.ends_on"),
        since="coalesce(t.started_at, t.written_at)",
        half=end_of_day("(t.ends_on - 7)"),
        open="t.started_at IS NOT NULL AND t.ended_at IS NULL AND t.ends_on IS NOT NULL",
        join=_WORKER,
        about=_NAME,
        what="'Decide how a plan ends'",
    ),
    Branch(
        kind="follow_up",
        table="remediation_followup",
        due=end_of_day("t.due_on"),
        since="c.logged_at",
        half=end_of_day("(t.due_on - 7)"),
        open="t.held_at IS NULL",
        # Whoever was named when it was booked; the case's owner only where nobody was.
        owner="coalesce(t.owner_id, c.owner_id)",
        detail="t.kind || ' ' || t.week",
        about=_NAME,
        what="'Record the follow-up'",
        join=f"{_LIVE_PLAN} {_PLAN_WORKER}",
        more="p.ended_at IS NULL OR (p.ended_how <> 'left' AND EXISTS (SELECT 1 FROM "
        "remediation_taskauthorisation a JOIN remediation_reauthorisation d ON d.id = a.decision_id "
        "WHERE d.plan_id = t.plan_id AND a.ended_at IS NULL))",
    ),
    Branch(
        kind="authorisation_end",
        table="remediation_taskauthorisation",
        due="t.expires_at",
        since="t.started_at",
        open="t.ended_at IS NULL AND t.expires_at IS NOT NULL",
        owner="d.signed_by_id",
        join=f"JOIN remediation_reauthorisation d ON d.id = t.decision_id {_WORKER}",
        detail="t.task",
        about=_NAME,
        what="'Decide before a conditional authorisation ends'",
    ),
    Branch(
        kind="second_decision",
        table="remediation_reauthorisation",
        due=later("t.signed_at", "2 days"),
        since="t.signed_at",
        open="t.needs_second AND t.withdraws_id IS NULL",
        more="NOT EXISTS (SELECT 1 FROM remediation_seconddecision n WHERE n.first_id = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM remediation_reauthorisation w WHERE w.withdraws_id = t.id)",
        owner="NULL",
        asker="t.signed_by_id",
        join=_WORKER,
        detail="t.task",
        about=_NAME,
        what="'Be the second decider on a task'",
    ),
    Branch(
        kind="second_closure",
        table="governance_closure",
        due=later("t.signed_at", "2 days"),
        since="t.signed_at",
        open="t.needs_second AND t.withdraws_id IS NULL",
        more="NOT EXISTS (SELECT 1 FROM governance_closuresecond n WHERE n.closure_id = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM governance_closure w WHERE w.withdraws_id = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM governance_closure n WHERE n.case_id = t.case_id AND n.signed_at > t.signed_at "
        "AND n.withdraws_id IS NULL AND NOT EXISTS (SELECT 1 FROM governance_closure nw WHERE nw.withdraws_id = n.id)) "
        "AND NOT EXISTS (SELECT 1 FROM governance_reopening o WHERE o.case_id = t.case_id AND o.reopened_at > t.signed_at)",
        owner="NULL",
        asker="t.signed_by_id",
        what="'Be the second to sign the closing'",
    ),
    Branch(
        kind="effect_check",
        table="governance_effectcheck",
        due=end_of_day("t.due_on"),
        since="t.added_at",
        open="t.done_at IS NULL",
        owner="t.owner_id",
        detail="t.kind",
        what="'Check whether practice changed'",
    ),
    Branch(
        kind="reaudit",
        table="governance_effectverdict",
        due=end_of_day("t.next_reaudit_on"),
        since="t.signed_at",
        open="t.next_reaudit_on IS NOT NULL AND t.withdraws_id IS NULL",
        # Answered by the next verdict; closing the case does not end this promise (§13).
        more="NOT EXISTS (SELECT 1 FROM governance_effectverdict w WHERE w.withdraws_id = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM governance_effectverdict n "
        "WHERE n.case_id = t.case_id AND n.signed_at > t.signed_at AND n.withdraws_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM governance_effectverdict nw WHERE nw.withdraws_id = n.id))",
        even_closed=True,
        owner="t.signed_by_id",
        what="'Re-audit what was not yet shown'",
    ),
)


def view() -> str:
    """The statement that makes the view, also over the one before it (whoever may read it still may)."""
    union = "\nUNION ALL\n".join(branch.select() for branch in BRANCHES)
    return f"CREATE OR REPLACE VIEW {VIEW} AS {union}"


def create() -> list[str]:
    """The statements that make the view and its indexes."""
    return [*(statement for branch in BRANCHES for _, statement in branch.indexes()), view()]


def drop() -> list[str]:
    return [
        f"DROP VIEW IF EXISTS {VIEW}",
        *(f"DROP INDEX IF EXISTS {name}" for branch in BRANCHES for name, _ in branch.indexes()),
    ]
