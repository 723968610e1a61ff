"""Case 1, "Probably just clumsy": seven weeks old, tests under way, waiting for re-authorisation."""

from __future__ import annotations

from typing import Any

from accounts import actions as accounts
from governance import actions as governance
from governance.demo.clock import at, days_ago
from governance.demo.people import PASSWORD, People
from governance.demo.testing import signature
from governance.models import Reader
from governance.packs import making
from incidents import actions as incidents
from incidents.duties import ABOUT_POLICE, POLICE_GROUND
from incidents.models import Case

NOTICED = 48  # days before today: a bruise is seen
TOLD = NOTICED - 6  # a relief worker rings the office
REVIEWER = "joy.amadi@northmoor.example"

CONTROL: dict[str, Any] = {
    "trigger": "Fresh marks on both arms seen at 09:20; four small bruises written down six days earlier and reported to nobody.",
    "who_at_risk": "M.E.; other people on the same rounds if signs are missed again.",
    "options_considered": "Doing nothing; phone checks after each call; no lone work; removal from all calls.",
    "why_chosen": "Least intrusive that makes a missed sign unlikely. Phone checks would rest on the same judgement; removal would take away people's familiar worker.",
    "proportionality": "M.E. keeps her calls. The worker keeps her hours; only lone work and three tasks stop until tested.",
    "persons_views": "“He gets cross when I'm slow. I don't want him in trouble. I just want him to stop grabbing.” Wants her GP and daughter told, not her son.",
    "capacity": "Has capacity for this decision: understood, weighed and said what she wants, alone with the manager at 11:00.",
    "advocate": "Offered; she asks for her daughter instead, who is suitable and not involved.",
    "consent_to_share": "Agreed to GP and daughter. Police and council told against her wish: a crime is suspected and the alleged source lives with her.",
    "impact_and_support": "Daughter stays for two nights. The worker was told in person, has a named contact and her hours.",
    "who_was_told": "M.E. in person 11:40; daughter by phone 12:05; the worker in person 13:00; rota office 13:10.",
    "exit_criteria": "The worker has shown in tests that she reports the same shift and records what she sees.",
    "would_tighten": "Any further mark without a report, or the son present at a call.",
}


def make(people: People) -> Case:
    """Log it, protect, tell outside bodies, find causes, plan, test: each at its own day and hour."""
    case = _first_day(people)
    _duties(people, case)
    _reviewer(people, case)
    _reviews(people, case)
    from governance.demo import case1_remediation

    case1_remediation.make(people, case)
    return case


def _reviewer(people: People, case: Case) -> None:
    """The council's contract manager asks what was done at once, and may read it: a pack made, checked and released."""
    aoife, until = people.user("aoife"), days_ago(-31, 12, 0).date()
    with at(days_ago(TOLD - 2, 11, 30), aoife):
        accounts.make_reviewer_sign_in(by=aoife, email=REVIEWER, name="Joy Amadi, Northmoor Council", password=PASSWORD)
        pack = governance.ask_for_pack(
            by=aoife, case=case, reader=Reader.COMMISSIONER, names=["Margaret", "Colin"], in_background=False
        )
        pack = making.make_and_keep(pack)
        governance.release_pack(
            by=aoife, pack=pack, recipient="Northmoor Council, contracts", checked=True, expires_on=until,
            purpose="Contract monitoring: what was done before the worker worked alone again",
            lawful_basis="Contract: monitoring clause; UK GDPR Art 6(1)(e), 9(2)(h)", signature=signature(),
        )  # fmt: skip
        governance.invite_reviewer(
            by=aoife, case=case, name="Joy Amadi", email=REVIEWER, organisation="Northmoor Council",
            purpose="Contract monitoring: what was done before the worker worked alone again", ends_on=until,
        )  # fmt: skip


def _first_day(people: People) -> Case:
    aoife, dionne = people.user("aoife"), people.staff["dionne"]
    with at(days_ago(TOLD, 9, 50), aoife):
        case = incidents.log_incident(
            by=aoife,
            service=people.services["larkfield"],
            title="Bruises not reported for six days",
            what_happened="Four small bruises inside the left upper arm were written down as 'seems accidental'. Two later notes say fading and quiet. Nobody was told until a relief worker saw fresh marks on both arms and rang the office.",
            first_noticed_at=days_ago(NOTICED, 8, 10),
            first_noticed_by=dionne,
            reported_inside_at=days_ago(TOLD, 9, 20),
            registered_person_aware_at=days_ago(TOLD, 9, 35),
            everyone_safe="yes",
            safe_note="Daughter is with her. Son asked to stay elsewhere tonight. All calls in twos from today.",
            people=["M.E."],
            staff=[(dionne, "subject"), (people.staff["petra"], "reporter")],
            failure_types=["F1", "F2"],
            main_type="F1",
            abuse_types=["physical", "domestic"],
            harm=1,
            potential=3,
            likelihood=3,
        )
    with at(days_ago(TOLD, 12, 15), aoife):
        incidents.record_control(
            by=aoife, case=case, kind="no_lone_work", worker=dionne, tasks=["T1", "T4", "T5", "T6"],
            what="No lone work: every call in twos. No first response to disclosures, no triage of concerns, no safeguarding records alone.",
            welfare_contact="Dele Martins, deputy manager", decided_at=days_ago(TOLD, 11, 30), **CONTROL,
        )  # fmt: skip
        incidents.record_control(
            by=aoife, case=case, kind="safety_plan",
            what="Safety plan made with M.E.: daughter stays, a word she can say on the phone, no call is made through her son.",
            decided_at=days_ago(TOLD, 11, 40), **CONTROL,
        )  # fmt: skip
    for day, hour, minute, kind, text, said_by, source in (
        (NOTICED, 8, 10, "quote", "bruise noted, bit quiet today, seems accidental", "D.A., care note", "Care note of that call"),
        (NOTICED - 1, 8, 5, "quote", "bruise fading", "D.A., care note", "Care note"),
        (NOTICED - 3, 8, 12, "quote", "still quiet", "D.A., care note", "Care note"),
        (TOLD, 9, 20, "fact", "Relief worker saw fresh marks on both arms and rang the office.", "", "Call log"),
        (TOLD, 11, 0, "quote", "He gets cross when I'm slow. I don't want him in trouble. I just want him to stop grabbing.", "M.E.", "Manager's note of a talk alone with M.E."),
        (TOLD, 15, 30, "fact", "GP examined: bruising consistent with gripping, no treatment needed, no lasting harm.", "", "GP letter"),
    ):  # fmt: skip
        with at(days_ago(TOLD, 17, 0), aoife):
            incidents.add_chronology_entry(
                by=aoife, case=case, event_at=days_ago(day, hour, minute), kind=kind, text=text, said_by=said_by, source=source,
                late_reason="Collected from the care notes on the day the manager was told." if day > TOLD else "",
            )  # fmt: skip
    return case


def _duties(people: People, case: Case) -> None:
    aoife, ruth = people.user("aoife"), people.user("ruth")
    duties = {duty.body: duty for duty in case.duties.all()}
    sent = {
        "la_safeguarding": ("By phone, then the council's form", "LA-40718", 12, 40, ""),
        "cqc_r18": ("Provider portal", "NOT-88213", 13, 5, "The alleged source is family, but the missed escalation is an omission in the regulated activity, so it is notified."),
        "emergency_police": ("101, then officer visit", "NP/2231", 12, 20, ""),
        "commissioner": ("E-mail to the contract manager", "", 14, 30, ""),
        "family": ("Daughter, by phone, as M.E. asked", "", 12, 5, ""),
    }  # fmt: skip
    for body, (route, reference, hour, minute, scope) in sent.items():
        if body not in duties:
            continue
        with at(days_ago(TOLD, hour, minute), aoife):
            incidents.answer_duty(
                by=aoife,
                duty=duties[body],
                answer="yes",
                reason="An allegation of abuse by gripping.",
                scope_reasoning=scope,
                grounds=["2e"] if body == "cqc_r18" else [],
            )
        with at(days_ago(TOLD, hour, minute + 5), aoife):
            incidents.record_sent(
                by=aoife, duty=duties[body], sent_at=days_ago(TOLD, hour, minute), route=route, reference=reference
            )
    # Telling the police brought up a notice of its own to the CQC.
    with at(days_ago(TOLD, 13, 20), aoife):
        police = incidents.answer_duty(
            by=aoife,
            duty=case.duties.get(body="cqc_r18", about=ABOUT_POLICE),
            answer="yes",
            reason="Told to the police today.",
            grounds=[POLICE_GROUND],
        )
        incidents.record_sent(
            by=aoife, duty=police, sent_at=days_ago(TOLD, 13, 15), route="Provider portal", reference="NOT-88214"
        )
    duties["cqc_police"] = police
    with at(days_ago(TOLD - 1, 10, 0), aoife):
        incidents.answer_duty(
            by=aoife,
            duty=duties["candour"],
            answer="no",
            reason="Not met: bruising, no treatment, no lasting harm. Told openly and an apology given all the same.",
            professional="Dr Lena Marsh, GP",
        )
        for body, why in (
            ("riddor", "Not work-related and nobody was taken to hospital."),
            ("lado", "No child is affected."),
            ("agency", "Nobody involved works through an agency."),
            ("opg", "No attorney or deputy is involved."),
        ):
            if body in duties:
                incidents.answer_duty(by=aoife, duty=duties[body], answer="no", reason=why)
        if "dbs" in duties:
            incidents.answer_duty(
                by=aoife, duty=duties["dbs"], answer="undecided", reason="Waits for the capability decision."
            )
    with at(days_ago(TOLD - 2, 9, 0), ruth):
        for body in ("la_safeguarding", "cqc_r18", "cqc_police"):
            incidents.record_acknowledgement(
                by=aoife, duty=duties[body], acknowledged_at=days_ago(TOLD - 2, 8, 45), acknowledged_by="Duty desk"
            )


def _reviews(people: People, case: Case) -> None:
    aoife, dele = people.user("aoife"), people.user("dele")
    review = case.chronologyreviews.get()
    with at(days_ago(TOLD - 1, 8, 50), aoife):
        incidents.record_chronology_review(
            by=aoife, review=review,
            findings="Three notes in four days show a change in M.E. and none was passed on. The on-call number in the handbook has been dead since June.",
            gaps="No body map for the first bruises. What M.E. said at the first call is not written in her words.",
        )  # fmt: skip
    for control in case.riskcontrols.filter(ended_at=None).order_by("decided_at"):
        for weeks in range(6):
            day, by = TOLD - 3 - 7 * weeks, (aoife, dele)[weeks % 2]
            if day < 2:
                break
            with at(days_ago(day, 9, 15), by):
                incidents.review_control(
                    by=by, control=control, outcome="amend" if weeks % 2 else "continue",
                    changed_to=control.what if weeks % 2 else "",
                    reason="Working as meant; the worker's tests are not finished." if weeks % 2 == 0 else "Still needed. The pairing of workers was changed so that M.E. has two faces she knows.",
                )  # fmt: skip
