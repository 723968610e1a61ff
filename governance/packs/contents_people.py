"""Parts 6 to 10 of a case pack: causes, actions, capability, practice tests, re-authorisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import User
from governance.packs import signed as signing
from governance.packs.blocks import Block, by_at, part, record, sentence, table, text, words
from incidents.models import Case
from records import times, wording
from remediation import endings, facts_copies, pass_rules
from remediation import facts_practice as practice
from remediation.models import BEING_FAIR, Cause, CauseFinding, PracticeTest, RemediationPlan, Strength, SystemAction
from remediation.trail_questions import WHY


def causes(case: Case, about: dict[str, Any]) -> Block:
    """6. All five causes, each with its finding, why, and what was looked at; an untested one says so (A2)."""
    found = {
        one.cause: one
        for one in CauseFinding.objects.filter(case=case)
        .select_related("found_by")
        .prefetch_related("evidence__added_by")
    }
    rows: list[list[Any]] = []
    evidence: list[list[Any]] = []
    for code, name in Cause.choices:
        one = found.get(code)
        if one is None:
            rows.append([name, "Not tested yet", "–", "0", "–"])
            continue
        live = {None: "Not said", True: "Yes", False: "No"}[one.still_live]
        reason = " ".join(said for said in (one.reason, one.contributory_statement) if said)
        pieces = list(one.evidence.all())
        rows.append(
            [name, one.get_finding_display(), reason or "–", len(pieces), f"{live}. {one.still_live_note}".strip(". ")]
        )
        evidence += [
            [name, piece.get_source_display(), piece.what, by_at(piece.added_by, piece.added_at)] for piece in pieces
        ]
    response = getattr(case, "learningresponses", None)
    learning = response.first() if response is not None else None
    return part(
        6,
        "Causes",
        "Five causes are tested every time. “Ruled out” needs two sources of evidence, one of them not an interview.",
        table("The five causes", ["Cause", "Finding", "Why", "Pieces of evidence", "Still live today"], rows),
        table("What was looked at", ["Cause", "Source", "What it shows", "Added"], evidence),
        record(
            "What was learned",
            [
                ("Method", learning.method),
                ("What normally happens", learning.what_normally_happens),
                ("What worked", learning.what_worked),
                ("Missed opportunities", learning.missed_opportunities),
                ("How it was shared", learning.shared_how),
                ("Finished", by_at(learning.finished_by, learning.finished_at)),
            ],
        )
        if learning
        else words("Not recorded yet.", heading="What was learned"),
    )


def actions(case: Case, about: dict[str, Any]) -> Block:
    """7. Actions on the system by strength; 'done' and 'worked' are two states (F30)."""
    order = list(Strength.values)
    found = sorted(
        SystemAction.objects.filter(case=case).select_related("owner", "done_by", "effect_checked_by", "cause"),
        key=lambda action: (order.index(action.strength), action.due_on),
    )
    rows = [
        [
            action.what,
            action.get_strength_display(),
            f"{action.owner}, due {text(action.due_on)}{_moved(action)}",
            _done(action),
            _worked(action),
        ]
        for action in found
    ]
    count = {name: sum(action.strength == name for action in found) for name in order}
    mix = wording.joined([f"{count[name]} {name}" for name in order])
    none = CauseFinding.objects.filter(case=case).exclude(no_action_reason="")
    weak = case.learningresponses.exclude(all_weak_reason="").first()
    return part(
        7,
        "Actions on the system",
        "Strongest first. An action is done when there is evidence of it, and has worked only when someone else saw the effect.",
        words(f"By strength: {mix}." if found else ""),
        table("Actions", ["Action", "Strength", "Owner and date", "Done", "Worked"], rows),
        table(
            "No action needed, because",
            ["Cause", "Reason"],
            [[c.get_cause_display(), c.no_action_reason] for c in none],
        )
        if none
        else [],
        record(
            "Weak actions accepted",
            [("Reason", weak.all_weak_reason), ("By", by_at(weak.all_weak_by, weak.all_weak_at))],
        )
        if weak
        else [],
    )


def _moved(one: Any) -> str:
    return f" (first promised {text(one.original_due_on)})" if one.original_due_on != one.due_on else ""


def _done(action: SystemAction) -> str:
    if action.done_at:
        return f"{by_at(action.done_by, action.done_at)}. {action.done_evidence}".strip()
    return "Not done; overdue" if action.due_on < times.today() else "Not done yet"


def _worked(action: SystemAction) -> str:
    if action.worked is None:
        return "Not shown yet"
    said = "Worked" if action.worked else f"Did not work. {action.not_worked_reason}"
    return f"{said}. {action.effect_evidence} ({by_at(action.effect_checked_by, action.effect_checked_at)})"


def capability(case: Case, about: dict[str, Any]) -> Block:
    """8. Each worker's route, support, own words and plan; most of it is the HR compartment's."""
    blocks: list[Block] = []
    query = case.capabilityresponses.select_related("worker", "route_by", "not_needed_by").prefetch_related(
        "coachings__coach",
        "appointments__staff",
        "appointments__appointed_by",
        "plans__learning_actions",
        "plans__reviews",
        "plans__approvals__withdrawn_by",
    )
    for response in query:
        if response.superseded_at:
            continue
        if response.worker is None:
            blocks.append(
                record(
                    "No individual concern",
                    [
                        ("Because", response.not_needed_reason or "Not decided yet"),
                        ("Decided", by_at(response.not_needed_by, response.not_needed_at)),
                    ],
                )
            )
            continue
        blocks += _worker(response, about["user"])
    return part(
        8,
        "Capability",
        "For each worker whose practice was looked at: the fair route, the support, and the plan.",
        blocks or [words("Not recorded yet.")],
    )


def _worker(response: Any, reader: User) -> list[Block]:
    trail = getattr(response, "trail", None)
    coached = [f"{c.coach}, {text(c.held_on)}" for c in response.coachings.all()]
    prompts = response.being_fair or {}
    fair = " ".join(f"{asked} {sentence(prompts[key])}" for key, asked in BEING_FAIR.items() if prompts.get(key))
    blocks = [
        record(
            str(response.worker),
            [
                ("Route", response.get_route_display() or "Not decided yet"),
                ("Why this route", response.route_reason),
                ("Being fair", fair),
                ("Decided", by_at(response.route_by, response.route_at)),
                ("Supporter", response.supporter),
                ("Support", response.support),
                ("Coached by", coached or "Nobody recorded"),
                ("Their own reflection", _trail_state(trail)),
                ("How the track ended", response.get_outcome_display() if response.outcome else ""),
                ("Why", response.outcome_reason),
            ],
            hr_names=["Why this route", "Being fair", "Supporter", "Support", "Why"],
        )
    ]
    if trail and trail.submitted_at:
        blocks.append(
            record(
                f"In {response.worker}’s own words",
                [
                    ("What I saw or heard", trail.saw_heard),
                    ("What I thought and did", trail.thought_did),
                    (WHY[trail.why_asked].title, trail.why_not_escalated),
                    ("What should have happened", trail.should_have),
                    ("The effect on the person", trail.effect_on_person),
                    ("What I need", trail.what_i_need),
                    ("Supervisor’s note, separate", trail.supervisor_note),
                ],
                hr=True,
            )
        )
    if made := list(response.appointments.all()):
        blocks += table(
            f"Disciplinary process of {response.worker}",
            ["Part", "Who", "Appointed", "Apart from the others (S8)", "What came of it"],
            [
                [
                    one.get_part_display() + (f" (ended: {one.ended_reason})" if one.ended_at else ""),
                    one.who_and_title,
                    by_at(one.appointed_by, one.appointed_at),
                    not_apart(one) or "Yes",
                    _came_of(one),
                ]
                for one in made
            ],
            hr=True,
        )
    for plan in response.plans.all():
        blocks += _plan(plan, reader)
    return blocks


def not_apart(appointment: Any) -> str:
    """What S8 said against it, and why nobody else could be found; empty where nothing stood against it."""
    if not appointment.set_aside:
        return ""
    return f"No. {sentence(appointment.set_aside)} Nobody else could be found, because: {appointment.no_other_reason}"


def _came_of(appointment: Any) -> str:
    if not appointment.result_at:
        return "Not written down yet"
    came = f" The worker came with {appointment.companion}." if appointment.companion else ""
    return f"{text(appointment.held_on)}. {sentence(appointment.result)}{came}"


def _trail_state(trail: Any) -> str:
    if trail is None or not trail.submitted_at:
        return "Not written yet"
    discussed = (
        f"; discussed {by_at(trail.discussed_by, trail.discussed_at)}" if trail.discussed_at else "; not discussed yet"
    )
    return f"Submitted {text(trail.submitted_at)}{discussed}"


def _plan(plan: RemediationPlan, reader: User) -> list[Block]:
    tasks = [one.get_task_display() for one in plan.tasks.all() if one.removed_at is None]
    state = f"Started {by_at(plan.started_by, plan.started_at)}" if plan.started_at else "Not started"
    ended = (
        f"{endings.in_words(plan.ended_how)}. {plan.ended_reason} {by_at(plan.ended_by, plan.ended_at)}"
        if plan.ended_at
        else ""
    )
    learning = [
        [
            action.what,
            action.get_kind_display(),
            text(action.due_on) + _moved(action),
            f"{by_at(action.done_by, action.done_at)}. {action.done_evidence}" if action.done_at else "Not done yet",
        ]
        for action in plan.learning_actions.all()
        if action.removed_at is None
    ]
    reviews = [
        [review.due_on, by_at(review.held_by, review.held_at) if review.held_at else "Not held yet", review.notes]
        for review in plan.reviews.all()
        if review.removed_at is None
    ]
    return [
        record(
            f"Remediation plan of {plan.worker}",
            [
                ("The gap", plan.gap),
                ("Evidence of it at the start", plan.baseline),
                ("“Safe to practise” will mean", plan.statement or "Not written yet"),
                ("Tasks it must lead back to", tasks),
                ("If it is not met", plan.if_not_met),
                ("Support", plan.support),
                ("Adjustments", plan.adjustments),
                ("Written", by_at(plan.written_by, plan.written_at)),
                ("State", state),
                ("Ended", ended),
            ],
            hr_names=["Support", "Adjustments", "If it is not met"],
        ),
        *table(
            "Learning (context only: doing it proves nothing about practice)",
            ["What", "Kind", "Due", "Done"],
            learning,
        ),
        *table("Reviews of the plan", ["Due", "Held", "Notes"], reviews),
        *signing.table_of(
            f"Signatures on the plan of {plan.worker}",
            [("The start of the plan", one) for one in plan.approvals.all() if one.withdraws_id is None],
            reader,
        ),
    ]


def tests(case: Case, about: dict[str, Any]) -> Block:
    """9. Every test with its rule fixed first, and every attempt, those not passed included (F42)."""
    blocks: list[Block] = []
    query = (
        PracticeTest.objects.filter(case=case)
        .select_related("plan__worker", "plan__response", "assessor")
        .prefetch_related(
            "attempts__assessor", "attempts__marks__criterion", "attempts__sign_offs__withdrawn_by", "criteria"
        )
        .order_by("plan__written_at", "code")
    )
    again = facts_copies.repeated_comments(case.pk)
    for test in query:
        blocks += _test(test, again, about["user"])
    return part(
        9,
        "Practice tests",
        "The rule was fixed before anyone was tested. Every attempt is shown, and who assessed it.",
        blocks or [words("Not recorded yet. No practice test has been written.")],
    )


def _test(test: PracticeTest, again: dict[UUID, facts_copies.Repeated], reader: User) -> list[Block]:
    attempts = list(test.attempts.all())
    passed = sum(one.outcome == "passed" for one in attempts if one.signed_at)
    signed = sum(bool(one.signed_at) for one in attempts)
    name = f"{test.code} {test.title}: {test.plan.worker}"
    state = "Passed " + text(test.passed_at) if test.passed_at else "Not passed yet"
    if test.withdrawn_at:
        state = f"Withdrawn {text(test.withdrawn_at)}: {test.withdrawn_reason}"
    blocks = [
        record(
            name,
            [
                ("Kind", test.get_kind_display()),
                ("How a pass is decided", _rule(test.pass_rule)),
                (
                    "Criteria",
                    f"{test.criteria.count()}, of which {sum(c.star for c in test.criteria.all())} must be met",
                ),
                (
                    "When",
                    "Before duties come back" if test.before_return else "After duties came back, under a condition",
                ),
                ("Due", text(test.due_on) + (_moved(test) if test.original_due_on and test.due_on else "")),
                ("Attempts", f"{len(attempts)} made, {signed} signed, {passed} passed"),
                ("State", state),
            ],
        )
    ]
    rows = [
        [
            f"Attempt {one.number}" + (f", week {one.week}" if one.week else ""),
            by_at(one.assessor, one.started_at),
            _outcome(one),
            " ".join(map(str, one.reasons)) or "–",
            _separation(one, test),
        ]
        for one in attempts
    ]
    blocks += table(
        f"Attempts at {test.code}", ["Attempt", "Assessor, when", "Result", "Why", "Separation"], rows,
        empty="No attempt yet.",
    )  # fmt: skip
    blocks += signing.table_of(
        f"Signatures on {test.code}",
        [
            (f"Attempt {one.number}: {one.get_outcome_display().lower()}", sign_off)
            for one in attempts
            for sign_off in one.sign_offs.all()
            if sign_off.withdraws_id is None
        ],
        reader,
    )
    for one in attempts:
        marks = list(one.marks.all())
        if not marks:
            continue
        blocks += table(
            f"{test.code}, attempt {one.number}: what was seen",
            ["Criterion", "Mark", "What was seen or heard", "Judgement"],
            [
                [("★ " if m.criterion.star else "") + m.criterion.text, m.get_mark_display(), m.saw_heard, m.judgement]
                for m in marks
            ],
        )
        said = [("Feedback given", one.feedback), ("The worker’s comment", one.worker_comment or "None recorded")]
        if one.pk in again:
            said.append(("Same comment again", ". ".join(again[one.pk].lines)))
        blocks.append(record(f"{test.code}, attempt {one.number}: feedback", said))
    return blocks


def _rule(rule: Any) -> str:
    return pass_rules.in_words(rule) if isinstance(rule, dict) and rule else "–"


def _outcome(one: Any) -> str:
    if not one.signed_at:
        return "Not signed yet"
    score = f", {one.points} of {one.points_possible} points" if one.points_possible else ""
    unsafe = f". Unsafe answer: {one.unsafe_answer}" if one.unsafe_answer else ""
    stands = "".join(f". Signed: {signing.short(s)}" for s in one.sign_offs.all() if s.withdraws_id is None)
    return f"{one.get_outcome_display()}{score}{unsafe}{stands}"


def _separation(one: Any, test: PracticeTest) -> str:
    """Who the assessor was not: the worker, their coach, their supervisor (S1, S2, S4)."""
    worker = test.plan.worker
    coaches = {coaching.coach_id for coaching in test.plan.response.coachings.all()}
    found = []
    if one.assessor_id == worker.pk:
        found.append("is the worker")
    if one.assessor_id in coaches:
        found.append("coached the worker")
    if one.assessor_id == worker.supervisor_id:
        found.append("supervises the worker")
    if found:
        return f"Assessor {wording.joined(found)}"
    return "Assessor is not the worker, their coach or their supervisor"


def reauthorisation(case: Case, about: dict[str, Any]) -> Block:
    """10. Who may do what again, on what evidence, under which condition, and who agreed."""
    query = case.reauthorisations.filter(withdraws=None).select_related("worker", "supervisor", "withdrawn_by")
    made = list(query.prefetch_related("seconds__withdrawn_by"))
    decisions = [
        [
            f"{one.get_task_display()}: {one.worker}",
            one.get_decision_display(),
            " ".join(said for said in (one.reason, one.statement) if said),
            _condition(one),
            f"{signing.short(one)}. {_second(one)}",
        ]
        for one in made
    ]
    signatures = [(f"{one.get_task_display()}: {one.get_decision_display().lower()}", one) for one in made] + [
        (f"{one.get_task_display()}: the second person {'agrees' if s.agrees else 'does not agree'}", s)
        for one in made
        for s in _seconds(one)
    ]
    restricted = [
        [
            str(one.worker),
            one.get_task_display(),
            by_at(one.started_by, one.started_at),
            f"{by_at(one.ended_by, one.ended_at)}. {one.ended_reason}" if one.ended_at else "Still restricted",
        ]
        for one in case.taskrestrictions.select_related("worker", "started_by", "ended_by").order_by(
            "worker__name", "task"
        )
    ]
    authorised = [
        [
            str(one.worker),
            one.get_task_display(),
            one.condition or "None",
            one.started_at,
            f"{text(one.ended_at)}. {one.ended_reason}"
            if one.ended_at
            else (f"Until {text(one.expires_at)}" if one.expires_at else "In force"),
        ]
        for one in case.taskauthorisations.select_related("worker")
    ]
    follow_ups = [
        [
            f"{one.worker}, week {one.week}",
            one.get_kind_display(),
            one.due_on,
            by_at(one.held_by, one.held_at)
            if one.held_at
            else "Not needed: nothing of the plan is given back"
            if not one.asked_for
            else ("Missed" if one.due_on < times.today() else "Not due yet"),
            one.result or "–",
        ]
        for one in case.followups.with_asked_for().select_related("worker", "held_by")
    ]
    return part(
        10,
        "Re-authorisation",
        "Duties come back task by task, each on evidence, signed, and at L3 and L4 agreed by a second person.",
        table("Decisions", ["Task", "Decision", "Reason and statement", "Condition", "Signed"], decisions),
        signing.table_of("Signatures on the decisions", signatures, about["user"]),
        table(
            "Who may do what: restrictions",
            ["Worker", "Task", "From", "Until"],
            restricted,
            empty="No task was restricted.",
        ),
        table("Who may do what: tasks given back", ["Worker", "Task", "Condition", "From", "State"], authorised),
        table("Follow-ups", ["Worker", "Kind", "Due", "Held", "What was seen"], follow_ups),
    )


def _condition(one: Any) -> str:
    if not one.condition:
        return "None"
    who = f", with {one.supervisor}" if one.supervisor else ""
    return f"{one.condition}{who}, until {text(one.expires_at)}"


def _second(one: Any) -> str:
    said = [f"Second person {'agrees' if s.agrees else 'does not agree'}: {signing.short(s)}." for s in _seconds(one)]
    if practice.waits_for_second(one):
        said.append("Waits for a second person.")
    return " ".join(said)


def _seconds(one: Any) -> list[Any]:
    """The second decisions on one, in the order of signing; a withdrawal is said where what it withdraws stands."""
    return sorted((s for s in one.seconds.all() if s.withdraws_id is None), key=lambda s: s.signed_at)
