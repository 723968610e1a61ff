"""Case 2, "Three versions of Saturday": the CQC notice is overdue, causes are being found, one plan is a draft."""

from __future__ import annotations

from typing import Any

from governance.demo.clock import at, days_ago
from governance.demo.people import People
from incidents import actions as incidents
from incidents.models import Case
from remediation import actions
from remediation.models import GapTemplate

AWARE = 24  # days before today: the manager learns of it
OPENED = AWARE - 17  # he opens the case

CONTROL: dict[str, Any] = {
    "trigger": "£340 missing after visits from a new friend; three staff describe different Saturdays and the council cannot follow the referral.",
    "who_at_risk": "A.T.; seven other tenants if records stay as they are.",
    "options_considered": "Doing nothing; a memo; a second reader for every safeguarding record; taking record writing away.",
    "why_chosen": "A second reader catches what is missing the same day and teaches; a memo changes nothing.",
    "proportionality": "Adds ten minutes a shift; takes nothing from the tenants and no duty from the workers.",
    "persons_views": "“I want my money back. I still want to see my friends.”",
    "capacity": "Has capacity to decide who visits and about his money, with support to weigh it.",
    "advocate": "Advocate asked for from the council; A.T. agreed.",
    "consent_to_share": "Agreed to council and police.",
    "impact_and_support": "Bank card stopped with him; a worker he chose goes to the bank with him.",
    "who_was_told": "A.T. in person; seniors at handover.",
    "exit_criteria": "Four weekly checks of each worker pass.",
    "would_tighten": "Another record that a stranger cannot follow.",
}


def make(people: People) -> Case:
    tunde, gary = people.user("tunde"), people.user("gary")
    with at(days_ago(OPENED, 10, 30), tunde):
        case = incidents.log_incident(
            by=tunde, service=people.services["haven"], title="Records nobody can follow after missing money",
            what_happened="A tenant's £340 went missing after visits. The council could not use our referral and sent eleven questions. Saturday's note said 'good mood, no issues'. One entry was typed on Wednesday as though on Saturday.",
            first_noticed_at=days_ago(AWARE + 2, 18, 0), occurred_note="During visits over a weekend",
            reported_inside_at=days_ago(AWARE, 9, 50), registered_person_aware_at=days_ago(AWARE, 10, 15),
            everyone_safe="yes", safe_note="Card stopped; visits only with a worker nearby, as A.T. asked.",
            people=["A.T."],
            staff=[(people.staff["stuart"], "subject"), (people.staff["ola"], "subject"), (people.staff["lena"], "witness")],
            failure_types=["F2"], main_type="F2", abuse_types=["financial"], harm=2, potential=2, likelihood=3,
        )  # fmt: skip
        duties = {duty.body: duty for duty in case.duties.all()}
        incidents.answer_duty(
            by=tunde, duty=duties["la_safeguarding"], answer="yes", reason="Money missing after visits by a new friend."
        )
        incidents.record_sent(
            by=tunde,
            duty=duties["la_safeguarding"],
            sent_at=days_ago(AWARE, 11, 55),
            route="Council's form",
            reference="LA-39002",
        )
    with at(days_ago(OPENED, 11, 0), tunde):
        incidents.record_control(
            by=tunde,
            case=case,
            kind="other",
            what="Every safeguarding record is read by a senior the same shift",
            **CONTROL,
        )
        incidents.record_control(
            by=tunde, case=case, kind="task_removed", worker=people.staff["stuart"], tasks=["T6"],
            what="Safeguarding records are written together with a senior", welfare_contact="Ife Okafor", **CONTROL,
        )  # fmt: skip
    for hours, kind, text, said_by, source in (
        (20, "quote", "Alan in good mood, no issues", "Care note of Saturday", "Care note, typed Saturday"),
        (
            18,
            "quote",
            "Friend left at four with a bag",
            "Care note for Saturday",
            "Care note, typed on the Wednesday after",
        ),
        (10, "fact", "Council's social worker sent the first three of eleven questions.", "", "E-mail log"),
    ):
        with at(days_ago(OPENED - 1, 9, 0), gary):
            incidents.add_chronology_entry(
                by=gary, case=case, event_at=days_ago(AWARE + 2, 0, 0) if kind == "quote" else days_ago(AWARE - 3, hours, 0), kind=kind,
                text=text, said_by=said_by, source=source, late_reason="Collected for this case.",
            )  # fmt: skip
    with at(days_ago(OPENED - 3, 14, 0), tunde):
        finding = case.causefindings.get(cause="process")
        actions.add_cause_evidence(
            by=tunde, finding=finding, source="policy", what="The record form has no field for the time of writing."
        )
        actions.add_cause_evidence(
            by=tunde, finding=finding, source="record", what="Eleven outside questions about one referral."
        )
        actions.find_cause(
            by=tunde, finding=finding, result="main", reason="The form invites a summary, not a sequence.",
            contributory_statement="A form without times increased the likelihood of three versions because nobody had to write the order of events.",
            still_live=True,
        )  # fmt: skip
        response = case.capabilityresponses.get(worker=people.staff["stuart"])
        actions.tell_worker(by=tunde, response=response, note="In supervision.")
        actions.decide_route(
            by=tunde, response=response, route="supported", reason="Writes what he concluded, not what was said; nobody showed him otherwise.",
            being_fair={"deliberate": "No.", "health": "No.", "rule": "Unclear.", "peers": "Most records look alike.", "pressure": "Short shifts."},
        )  # fmt: skip
        actions.write_plan(
            by=tunde, response=response, template=GapTemplate.objects.get(provider=None, code="record_quality"),
            assessor=people.staff["ife"], learning_owner=gary, baseline="9 of 20 on a first check; opinion as fact in three records.",
        )  # fmt: skip
    return case
