"""Parts 11 to 14 of a case pack: effectiveness, what is open or went badly, sign-off, audit extract."""

from __future__ import annotations

from typing import Any

from governance import charts
from governance.models import Chase, PackRelease
from governance.packs import signed as signing
from governance.packs.blocks import Block, by_at, lateness, part, picture, record, table, text, words
from governance.packs.contents_people import not_apart
from incidents import separation
from incidents.models import Case
from records import times
from records.models import LedgerEntry
from records.registry import history_model, tracked_models
from remediation.models import DisciplinaryAppointment, TestAttempt


def effectiveness(case: Case, about: dict[str, Any]) -> Block:
    """11. Did practice change: measures fixed first, charts with n and rule, three kinds of check, the verdict."""
    blocks: list[Block] = []
    for measure in case.measures.select_related("owner", "fixed_by").prefetch_related("points"):
        blocks.append(
            record(
                measure.title,
                [
                    (
                        "Baseline",
                        f"{charts.number(float(measure.baseline))} {measure.unit}, n = {measure.baseline_n}, {measure.baseline_period}",
                    ),
                    (
                        "Target",
                        f"{charts.number(float(measure.target))} {measure.unit}; {measure.get_better_display().lower()}",
                    ),
                    (
                        "Fixed",
                        by_at(measure.fixed_by, measure.fixed_at)
                        + (" – after work had started" if measure.fixed_late else ""),
                    ),
                    ("Owner", measure.owner),
                ],
            )
        )
        if measure.points.all():
            blocks.append(picture(charts.measure_chart(measure)))
    checks = [
        [
            check.get_kind_display(),
            text(check.due_on)
            + (f" (first promised {text(check.original_due_on)})" if check.original_due_on != check.due_on else ""),
            by_at(check.done_by, check.done_at)
            if check.done_at
            else ("Overdue" if check.due_on < times.today() else "Not due yet"),
            " ".join(one for one in (check.what_was_looked_at, check.result) if one) or "–",
            check.get_verdict_display() if check.verdict else "–",
        ]
        for check in case.effectchecks.select_related("done_by")
    ]
    given = list(_originals(case.effectverdicts))
    verdicts = [[one.get_verdict_display(), one.reason, signing.short(one), one.next_reaudit_on] for one in given]
    return part(
        11,
        "Effectiveness",
        "Re-audit, observation and follow-up supervision against a measure fixed before the change. "
        "The verdict is one of four: changed, not yet shown, not changed, worse.",
        blocks or [words("Not recorded yet. No measure has been fixed.", heading="Measures")],
        table("Checks", ["Kind", "Due", "Done", "What was looked at, and what it showed", "Verdict"], checks),
        table("Verdict", ["Verdict", "Reason", "Signed", "Next re-audit"], verdicts),
        signing.table_of(
            "Signatures on the verdict", [(str(one.get_verdict_display()), one) for one in given], about["user"]
        ),
    )


def _misconduct(case: Case) -> list[Block]:
    """Where one person had two parts in a disciplinary process, because nobody else could be found (S8)."""
    made = (
        DisciplinaryAppointment.objects.filter(case=case)
        .exclude(set_aside="")
        .select_related("staff", "appointed_by", "response__worker")
        .order_by("appointed_at")
    )
    rows = [
        [
            f"{one.response.worker}: {one.get_part_display().lower()}",
            one.who_and_title,
            not_apart(one),
            by_at(one.appointed_by, one.appointed_at),
        ]
        for one in made
    ]
    if not rows:
        return []
    return table(
        "Misconduct: parts that one person had twice (S8)", ["Part", "Who", "Why", "Appointed by"], rows, hr=True
    )


def open_risks(case: Case, about: dict[str, Any]) -> Block:
    """12. What is open, what went badly, exceptions and disagreements: a spotless pack is not believed."""
    late = [
        [what, due, done or "Not yet", lateness(due, done)]
        for what, due, done in _promises(case)
        if lateness(due, done)
    ]
    failed = [
        [
            f"{one.test.code}, attempt {one.number}: {one.worker}",
            one.get_outcome_display(),
            by_at(one.assessor, one.signed_at),
            " ".join(map(str, one.reasons)),
        ]
        for one in TestAttempt.objects.filter(case=case, signed_at__isnull=False)
        .exclude(outcome="passed")
        .select_related("test", "worker", "assessor")
    ]
    overrides = [
        [f"{one.get_task_display()}: {one.worker}", _override(line), signing.short(one)]
        for one in _originals(case.reauthorisations).select_related("worker", "withdrawn_by")
        for line in one.overrides
    ]
    disagree = [
        [f"Second decision on {s.first.get_task_display()}", s.reason, signing.short(s)]
        for s in _originals(case.seconddecisions).filter(agrees=False).select_related("first", "withdrawn_by")
    ] + [
        ["Second signature on closing", s.reason, signing.short(s)]
        for s in _originals(case.closureseconds).filter(agrees=False)
    ]
    chases = [
        [chase.what, chase.get_rung_display(), chase.due_at, chase.told, chase.mail]
        for chase in Chase.objects.filter(case=case).select_related("recipient")
    ]
    moved = [
        [change.about, change.was, change.becomes, change.reason, by_at(change.changed_by, change.changed_at)]
        for change in case.duedatechanges.select_related("changed_by").order_by("changed_at")
    ]
    holds = [
        [
            one.asked_by,
            one.reason,
            one.recorded_at,
            f"{text(one.released_at)}. {one.release_note}" if one.released_at else "Still held",
        ]
        for one in case.holdrequests.all()
    ]
    lifted = [
        [
            f"{one.rule}: {separation.RULES[one.rule].sentence}",
            one.person,
            one.reason + (f" Ended {text(one.ended_at)}." if one.ended_at else ""),
            f"{one.reader}: {one.reader_said}",
            by_at(one.allowed_by, one.allowed_at),
        ]
        for one in case.smallserviceexceptions.select_related("person", "allowed_by").order_by("allowed_at")
    ]
    opened = [[one.reopened_at, one.reopened_by, one.reason] for one in case.reopenings.select_related("reopened_by")]
    return part(
        12,
        "Open risks, exceptions and disagreements",
        "What is late or was, what did not pass, who disagreed, and each exception that was made. "
        "These are printed in every edition.",
        table("Late", ["What", "Due", "Done", "Lateness"], late, empty="Nothing is or was late."),
        table(
            "Tests not passed",
            ["Attempt", "Result", "Assessed", "Why"],
            failed,
            empty="No signed attempt was not passed.",
        ),
        table(
            "Gate lines overridden",
            ["Decision", "Line and reason", "By"],
            overrides,
            empty="No gate line was overridden.",
        ),
        table(
            "Small-service exceptions (S11)",
            ["Rule", "For whom", "Why", "Outside reader and what they said", "Allowed by"],
            lifted,
            empty="No rule of separation was lifted.",
        ),
        _misconduct(case),
        _replies(case),
        table("Disagreements between deciders", ["About", "Reason", "By"], disagree, empty="None recorded."),
        table("Chases sent", ["What", "Step", "Due", "To", "Sent"], chases, empty="No chase was needed."),
        table(
            "Promised dates that moved",
            ["What", "Was", "Became", "Reason", "By"],
            moved,
            empty="No promised date was moved.",
        ),
        table("Holds asked for", ["By", "Reason", "Recorded", "Released"], holds, empty="Nobody asked to hold."),
        table("Re-opened", ["When", "By", "Reason"], opened) if opened else [],
    )


def _replies(case: Case) -> list[Block]:
    rows = [
        [
            f"{reply.response.worker}: {reply.about}",
            by_at(reply.invited_by, reply.invited_at),
            f"{reply.get_kind_display() or 'No answer yet'}{', ' + text(reply.answered_at) if reply.answered_at else ''}",
            reply.text or "–",
        ]
        for reply in case.rightofreplys.select_related("response__worker", "invited_by").order_by("invited_at")
    ]
    return table(
        "Right of reply", ["Worker, about", "Invited", "Answer", "In their words"], rows,
        empty="Nobody has been invited to reply yet.", hr_columns=["In their words"],
    )  # fmt: skip


def _override(line: Any) -> str:
    if isinstance(line, dict):
        return ": ".join(str(line[key]) for key in ("code", "reason") if line.get(key)) or str(line)
    return str(line)


def _promises(case: Case) -> list[tuple[str, Any, Any]]:
    """Each dated promise: what, due, done (None while open)."""
    found: list[tuple[str, Any, Any]] = []
    for duty in case.duties.exclude(answer="no").filter(due_at__isnull=False):
        found.append((str(duty), duty.due_at, duty.sent_at))
    for review in case.chronologyreviews.all():
        found.append(("Management review of the chronology", review.due_at, review.reviewed_at))
    for control in case.riskcontrols.prefetch_related("reviews"):
        found += [(f"Review of the control “{control}”", r.due_at, r.reviewed_at) for r in control.reviews.all()]
        if control.ended_at is None and case.is_open:
            found.append((f"Review of the control “{control}”", control.review_due_at, None))
    days = [(str(one), one.due_on, one.done_at) for one in case.systemactions.all()]
    days += [(str(one), one.due_on, one.done_at) for one in case.learningactions.filter(removed_at=None)]
    days += [(str(one), one.due_on, one.held_at) for one in case.planreviews.filter(removed_at=None)]
    days += [(str(one), one.due_on, one.passed_at) for one in case.practicetests.filter(withdrawn_at=None)]
    days += [
        (f"{one}: {one.worker}", one.due_on, one.held_at)
        for one in case.followups.with_asked_for().select_related("worker")
        if one.asked_for or one.held_at
    ]
    days += [(str(one), one.due_on, one.done_at) for one in case.effectchecks.all()]
    found += [(what, times.end_of_day(day), done) for what, day, done in days if day]
    for restriction in case.restrictions.filter(ended_at=None):
        found.append((f"End of the restriction “{restriction}”", restriction.ends_at, None))
    return sorted(found, key=lambda promise: (promise[1] is None, promise[1]))


def sign_off(case: Case, about: dict[str, Any]) -> Block:
    """13. Who signed what in the case, and the page that is signed when the pack is released."""
    closures = [("The closing of the case", one) for one in _originals(case.closures)] + [
        (f"The second person {'agrees' if one.agrees else 'does not agree'}", one)
        for one in _originals(case.closureseconds)
    ]
    released = [
        (f"{one.pack.get_reader_display()}, version {one.pack.version}", one)
        for one in _originals(PackRelease.objects.filter(case=case)).select_related("pack__case", "withdrawn_by")
    ]
    return part(
        13,
        "Sign-off",
        "Prepared, checked and approved by. The statement is made when the pack is released, and kept with it.",
        table(
            "This pack",
            ["Step", "Name", "Role", "Date"],
            [
                ["Prepared", about["prepared_by"] or "–", " ", about["said_at"]],
                ["Checked", " ", " ", " "],
                ["Approved", " ", " ", " "],
            ],
        ),
        words(
            "This pack is true to my knowledge at the time stated. What is not known is said where it belongs and in part 12.",
            "I have declared any conflict of interest.",
            heading="Statement",
        ),
        signing.table_of("Signatures that closed the case", closures, about["user"], empty="The case is not closed."),
        signing.table_of(
            "Packs of this case released before", released, about["user"], empty="No pack was released before."
        ),
    )


def _originals(rows: Any) -> Any:
    """Signatures in their order; a withdrawal is said where what it withdraws stands."""
    return rows.filter(withdraws=None).select_related("withdrawn_by").order_by("signed_at")


def audit(case: Case, about: dict[str, Any]) -> Block:
    """14. An extract of the audit: how many changes, by whom, the newest ones, and the head of the chain."""
    names = {history_model(m)._meta.db_table: m._meta.verbose_name for m in tracked_models()}
    entries = LedgerEntry.objects.filter(chain=case.pk)
    newest = []
    for entry in entries.order_by("-seq")[:24]:
        newest.append([entry.seq, entry.at, str(names.get(entry.table, entry.table)).capitalize(), _why(entry)])
    return part(
        14,
        "Audit extract",
        "Every change of this case is kept and chained: each entry's hash covers the one before it. "
        "The head below fixes all of them as they stood.",
        record(
            "The ledger of this case",
            [
                ("Entries", f"{about['ledger_seq']:,}"),
                ("Head (SHA-256)", about["ledger_head"] or "None yet"),
                ("Pack version", about["version"]),
                ("Made for", about["reader"]),
                ("Speaks of", about["said_at"]),
            ],
        ),
        table("The newest changes", ["Entry", "When", "Record", "What was done"], newest),
    )


def _why(entry: LedgerEntry) -> str:
    import json

    reason = json.loads(entry.payload).get("history_change_reason") or ""
    return wording_of(reason)


def wording_of(reason: str) -> str:
    """A dotted reason in words; records.readable keeps the words."""
    from records import readable

    return readable.reason_words(reason)
