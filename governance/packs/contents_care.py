"""Parts 1 to 5 of a case pack: summary, chronology, controls, duties, the person's views."""

from __future__ import annotations

from typing import Any

from governance import charts
from governance.packs import chronology as merged
from governance.packs.blocks import Block, by_at, lateness, part, picture, record, sentence, span, table, text, words
from incidents import masking
from incidents.latency import five_times
from incidents.levels import in_words
from incidents.models import Case, ChronologyReview, RiskControl, RiskControlReview
from incidents.sub_types import label
from records import times, wording


def summary(case: Case, about: dict[str, Any]) -> Block:
    """1. What failed, who was at risk, the state now; the five times and the hours between them."""
    types = case.casefailuretypes.filter(removed_at=None).order_by("-main", "code")
    people = case.casepersons.select_related("person")
    steps = five_times(case)
    gaps = [(step.meaning[:1].upper() + step.meaning[1:], step.hours) for step in steps if step.meaning]
    told_first = [f"{step.note[:1].upper()}{step.note[1:]}" for step in steps if step.code == "sent" and step.note]
    rows = [[step.name, text(step.at) if step.at else "Not known yet", _gap(step)] for step in steps]
    rating = case.ratings.order_by("-rated_at").first()
    return part(
        1,
        "Summary",
        "What failed, who was at risk, how long it took, and how things stand.",
        record(
            "The case at a glance",
            [
                ("Reference", case.reference),
                ("Service", f"{case.service.name}, {case.provider.name}"),
                ("What failed", "; ".join(_failed(kind) for kind in types) or "Not recorded yet"),
                ("Type of abuse", "; ".join(a.get_code_display() for a in case.caseabusetypes.filter(removed_at=None))),
                ("Why this is not abuse", case.not_abuse_reason),
                ("Who was at risk", [link.person.code for link in people]),
                ("Why no single person", case.service_wide_reason),
                ("Level", case.get_level_display() if case.level else "Not rated yet"),
                ("How the level was reached", _rated(rating, case, about)),
                ("Everyone safe", case.get_everyone_safe_display() + (f". {case.safe_note}" if case.safe_note else "")),
                ("Confirmed safe", _by_at(case, about, case.safe_confirmed_by, case.safe_confirmed_at)),
                ("Logged", _by_at(case, about, case.logged_by, case.logged_at)),
                ("Case owner", case.owner),
                ("Closed", by_at(case.closed_by, case.closed_at) if case.closed_at else "No, the case is open"),
            ],
        ),
        words(case.what_happened, heading="What happened"),
        table("The five times", ["Time", "When", "Time since the one before"], rows),
        picture(charts.gap_chart(title="Hours each step took", gaps=gaps, notes=told_first)) if gaps else [],
    )


def _failed(kind: Any) -> str:
    exactly = label(kind.code, kind.sub_type) if kind.sub_type else ""
    return f"{kind.get_code_display()}: {exactly[:1].lower()}{exactly[1:]}" if exactly else kind.get_code_display()


def _gap(step: Any) -> str:
    if step.gap is None:
        return step.note or "–"
    return f"{span(step.gap)} {step.meaning}"


def _by_at(case: Case, about: dict[str, Any], who: Any, moment: Any) -> str:
    """Who and when, without a name that would tell whoever asked for the pack who reported it (S10)."""
    return by_at(masking.by(str(who), moment, about["user"], case) if who else None, moment)


def _rated(rating: Any, case: Case, about: dict[str, Any]) -> str:
    if rating is None:
        return ""
    reached = in_words(harm=rating.harm, potential=rating.potential, likelihood=rating.likelihood, floors=rating.floors)
    reason = f" {sentence(rating.reason)}" if rating.reason else ""
    return f"{reached}{reason} Rated by {_by_at(case, about, rating.rated_by, rating.rated_at)}."


def chronology(case: Case, about: dict[str, Any]) -> Block:
    """2. The chronology with its sources, and when each line was written down."""
    rows = []
    for line in merged.lines(case, about["user"]):
        said = f"{line.kind}: {line.text}" if line.kind else line.text
        source = f" (source: {line.source})" if line.source else ""
        late = " – late entry" + (f": {line.late_reason}" if line.late_reason else "") if line.late else ""
        when = text(line.event_at) + (f" ({line.time_note})" if line.time_note else "")
        rows.append([when, said + source, by_at(line.who, line.entered_at) + late])
    reviews = [
        [
            review.due_at,
            by_at(review.reviewed_by, review.reviewed_at) if review.reviewed_at else "Not done yet",
            lateness(review.due_at, review.reviewed_at) or "In time",
            " ".join(one for one in (review.findings, review.gaps and f"Gaps: {review.gaps}") if one),
        ]
        for review in ChronologyReview.objects.filter(case=case).select_related("reviewed_by").order_by("due_at")
    ]
    return part(
        2,
        "Chronology",
        "What happened in order, where each line comes from, and when it was written down. "
        "Times are those of the event; a line written more than 12 hours later is marked.",
        table("What happened, in order", ["When it happened", "What", "Written down by, when"], rows),
        table("Management review of the chronology", ["Due", "Reviewed", "Lateness", "What it shows"], reviews),
    )


def controls(case: Case, about: dict[str, Any]) -> Block:
    """3. Every immediate control with its reasons and each of its reviews, overdue ones named."""
    blocks: list[Block] = []
    query = case.riskcontrols.select_related("decided_by", "worker", "ended_by").prefetch_related(
        "reviews__reviewed_by", "restricted_tasks__worker"
    )
    for number, control in enumerate(query, start=1):
        blocks += _control(number, control)
    if not blocks:
        blocks = [words("Not recorded yet. No risk control and no reasoned decision that none is needed.")]
    return part(
        3,
        "Immediate protection",
        "Each control, why it was chosen and is proportionate, and every review of it.",
        blocks,
    )


def _control(number: int, control: RiskControl) -> list[Block]:
    ended = f"{control.ended_how or 'Ended'}, {by_at(control.ended_by, control.ended_at)}" if control.ended_at else ""
    # One that stands beside a closed case keeps away what does not come back; nobody reviews it there.
    late = "" if control.ended_at or not control.case.is_open else lateness(control.review_due_at, None)
    tasks = [f"{t.worker}: {t.get_task_display()}" for t in control.restricted_tasks.all()]
    title = f"Control {number}: {control.get_kind_display()}"
    blocks = [
        record(
            title,
            [
                ("What is done", control.what),
                ("Worker concerned", control.worker),
                ("What led to it", control.trigger),
                ("Who is at risk", control.who_at_risk),
                ("Options considered", control.options_considered),
                ("Why this one", control.why_chosen),
                ("Proportionality", control.proportionality),
                ("The person's views", control.persons_views or control.views_not_obtained),
                ("Capacity and consent", control.capacity),
                ("Advocate", control.advocate),
                ("Consent to share", control.consent_to_share),
                ("Impact and support", control.impact_and_support),
                ("Who was told", control.who_was_told),
                ("What ends it", control.exit_criteria),
                ("What would tighten it", control.would_tighten),
                ("Why it does not limit the person", control.why_no_limit),
                ("Tasks restricted", "; ".join(tasks)),
                ("Decided", by_at(control.decided_by, control.decided_at)),
                ("Written down", _written(control)),
                ("Welfare contact of the worker", control.welfare_contact),
                ("Next review", text(control.review_due_at) + (f" – {late}" if late else "")),
                ("Ended", ended),
            ],
            hr_names=["Welfare contact of the worker", "Impact and support"],
        )
    ]
    rows = [
        [
            review.due_at,
            by_at(review.reviewed_by, review.reviewed_at),
            lateness(review.due_at, review.reviewed_at) or "In time",
            f"{review.get_outcome_display()}. {review.reason} {review.changed_to}{_no_limit(review)}".strip(),
            review.next_review_at,
        ]
        for review in control.reviews.all()
    ]
    blocks += table(
        f"Reviews of control {number}", ["Due", "Reviewed", "Lateness", "Outcome and reason", "Next"], rows,
        empty="No review held yet.",
    )  # fmt: skip
    return blocks


def _no_limit(review: RiskControlReview) -> str:
    return f" This does not limit the person, because: {sentence(review.why_no_limit)}" if review.why_no_limit else ""


def _written(control: RiskControl) -> str:
    gap = control.recorded_at - control.decided_at
    late = f", {wording.gap_text(gap)} after the decision" if gap.total_seconds() > 3600 else ""
    return text(control.recorded_at) + late


#: Of a notice that turned out to be late when the times were corrected.
LATE_UNSAID = "Nobody has said why yet."


def duties(case: Case, about: dict[str, Any]) -> Block:
    """4. The external duties: each body's answer, its clock, when it was told, and how late."""
    from incidents.duties import DUTIES

    answers, sent = [], []
    for duty in case.duties.select_related("decided_by", "second_by", "sent_by", "worker").order_by(
        "due_at", "body", "about"
    ):
        name = duty.name if duty.body in DUTIES else duty.body
        second = f" Second person: {by_at(duty.second_by, duty.second_at)}." if duty.second_at else ""
        waiting = " A 'no' waits for a second person." if duty.proposed_no_at and not duty.second_at else ""
        reasons = " ".join(sentence(one) for one in (duty.reason, duty.scope_reasoning) if one)
        opinion = f" Opinion of {duty.professional}." if duty.professional else ""
        answers.append(
            [
                name,
                duty.get_answer_display(),
                f"{reasons}{opinion}{second}{waiting}",
                by_at(duty.decided_by, duty.decided_at),
            ]
        )
        if duty.answer != "no" and (duty.due_at or duty.sent_at):
            late = lateness(duty.due_at, duty.sent_at)
            sent.append(
                [
                    name,
                    duty.due_at,
                    by_at(duty.sent_by, duty.sent_at) if duty.sent_at else "Not sent yet",
                    (f"{late}. {duty.lateness_reason or LATE_UNSAID}" if late else "In time")
                    if duty.sent_at or late
                    else "Not due yet",
                    " · ".join(one for one in (duty.route, duty.reference, duty.outcome) if one),
                ]
            )
    return part(
        4,
        "Duties to outside bodies",
        "For each body: must it be told, who decided, when it was told, and how late.",
        table("What was decided for each body", ["Body", "Answer", "Why", "Decided"], answers),
        table("When each was told", ["Body", "Due", "Sent", "Lateness", "Route, reference, outcome"], sent),
    )


def views(case: Case, about: dict[str, Any]) -> Block:
    """5. The person's own views, wanted outcomes, and what they and their family were told."""
    blocks: list[Block] = []
    for link in case.casepersons.select_related("person"):
        blocks.append(
            record(
                f"Person {link.person.code}",
                [
                    ("How they were affected", link.how_affected or "Not recorded yet"),
                    ("Who they want told", link.agreed_contacts),
                    ("Who must not be contacted", link.blocked_contacts),
                ],
            )
        )
    said = [
        [
            control.decided_at,
            control.persons_views or f"Not obtained: {control.views_not_obtained or 'no reason given'}",
            control.capacity,
        ]
        for control in case.riskcontrols.all()
    ]
    quotes = [[e.event_at, e.text, e.said_by] for e in case.chronology_entries.filter(kind="quote")]
    told = [
        [str(duty), duty.get_answer_display(), duty.reason, duty.sent_at or "Not sent yet"]
        for duty in case.duties.filter(body__in=("candour", "family")).select_related("worker")
    ]
    restrictions = [
        record(
            f"Restriction: {one.get_kind_display()}",
            [
                ("What", one.what),
                ("Authority", f"{one.get_authority_display()}. {one.authority_detail}"),
                ("The person's own view", one.persons_view),
                ("Less restrictive options", one.alternatives),
                ("Positive risk-taking", one.positive_risk),
                ("From, until", f"{text(one.starts_at)} to {text(one.ends_at)}"),
                ("State", _restriction_state(one)),
                ("Next step to reduce it", one.reduction_step),
            ],
        )
        for one in case.restrictions.select_related("person")
    ]
    return part(
        5,
        "The person's views, outcomes and candour",
        "In their words where they were given; what they wanted; who was told openly.",
        blocks,
        table("What the person said", ["When", "Their words", "Said by"], quotes),
        table("Views at each decision", ["Decision of", "The person's views and wanted outcomes", "Capacity"], said),
        table("Openness", ["Duty", "Answer", "Why", "Told"], told),
        restrictions,
    )


def _restriction_state(one: Any) -> str:
    if one.ended_at:
        return f"Ended {text(one.ended_at)}. {one.ended_how}"
    if one.authority == "none":
        return "Unauthorised: nobody with the authority agreed it"
    if one.not_begun:
        return "Not begun yet"
    return "Unauthorised: past its end" if one.ends_at < times.now() else "In force"
