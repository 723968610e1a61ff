"""Case 3, "No town till further notice": two days old, the ban is ended, everything else is still to do."""

from __future__ import annotations

from governance.demo.clock import at, days_ago
from governance.demo.people import People
from incidents import actions as incidents
from incidents.models import Case

BANNED = 66  # days before today
TOLD = 1


def make(people: People) -> Case:
    priya = people.user("priya")
    with at(days_ago(TOLD, 12, 10), priya):
        case = incidents.log_incident(
            by=priya, service=people.services["beacon"], title="Informal ban on going to town",
            what_happened="A communication book entry stopped town trips 'till further notice'. Nobody changed the plan, assessed capacity, told family or set a date. Found by the advocate.",
            occurred_at=days_ago(BANNED, 19, 0), first_noticed_at=days_ago(BANNED, 19, 30), first_noticed_by=people.staff["claire"],
            reported_inside_at=days_ago(TOLD, 11, 0), registered_person_aware_at=days_ago(TOLD, 11, 40),
            everyone_safe="yes", safe_note="The ban ended at noon. He goes to the market tomorrow with two people he chose.",
            people=["J.P."],
            staff=[(people.staff["mark"], "subject"), (people.staff["claire"], "subject"), (people.staff["dan"], "subject")],
            failure_types=["F4", "F5"], main_type="F4", abuse_types=["psychological", "organisational"], involves_restriction=True,
            harm=1, potential=3, likelihood=3, floors=[],
        )  # fmt: skip
        person = case.casepersons.get().person
    with at(days_ago(TOLD, 12, 40), priya):
        ban = incidents.record_restriction(
            by=priya, case=case, person=person, kind="informal_ban", what="No trips to town",
            verbatim="No town trips till further notice, for his own safety and ours.",
            risk="One shout and a thrown cup in a café; no injury.", authority="none",
            capacity="Presumed; nobody assessed this decision.", alternatives="None tried: quieter times, two staff, the café his aunt knows.",
            proportionality="Not proportionate: nine weeks for one event, no end.", persons_view="“Market. I am not bad.”",
            reduction_step="Ended today.", positive_risk="The market and the café are what he loves. Risk: noise. Supports: quiet hour, two people, a way out.",
            starts_at=days_ago(BANNED, 19, 0),
        )  # fmt: skip
        incidents.end_restriction(
            by=priya,
            restriction=ban,
            ended_how="Ended by the manager when she learned of it; planned sessions start again tomorrow.",
        )
    with at(days_ago(TOLD, 13, 0), priya):
        incidents.record_control(
            by=priya, case=case, kind="manager_presence",
            what="Four sessions a week start again, with two people he chooses, at quieter times, first at his aunt's friend's café",
            trigger="Advocate found him by the door; nine weeks with three sessions of thirty-six.", who_at_risk="J.P.; two other tenants with the same team.",
            options_considered="No outings until a review; outings as before; outings with two people at quiet times.",
            why_chosen="Gives back what was taken at once and answers the one known risk.", proportionality="No limit on him; two people for three weeks.",
            persons_views="“Market. I am not bad.”", capacity="Presumed; he said what he wants with his tablet.", advocate="Ros, his advocate, is included.",
            consent_to_share="Agrees that his mother is told.", impact_and_support="Sleep and skin looked at by his GP this week.",
            who_was_told="J.P., his advocate and mother; the team at handover.", exit_criteria="Eight weeks with at least three of four sessions.",
            would_tighten="Any session not offered for a staff reason.",
        )  # fmt: skip
    return case
