"""Who outside must be thought of: the table of domain.md §4 as data (F19, F20).

Each line is a question that is answered for each case: yes, no because, or not decided yet. Clocks start when
the registered person became aware. Clocks in hours run through nights and weekends ('without delay' never
rolls to Monday); clocks in working days rest at weekends and on bank holidays in England. Times marked
"default" are ours, not the law's. Both sets of regulations have a 17, 18 and 20: the name always says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Staff
from incidents.models import AbuseType, Case, CaseStaff, Involvement
from incidents.timescales import SAME_DAY, Span, days, hours, working_days


@dataclass(frozen=True)
class Facts:
    """What decides which lines a new case opens with."""

    has_subject: bool
    has_agency_staff: bool
    manager_implicated: bool
    died: bool
    financial_abuse: bool

    @classmethod
    def of(cls, case: Case, *, harm: int | None = None) -> Facts:
        links = list(CaseStaff.objects.filter(case=case, ended_at=None).select_related("staff"))
        involvements = {link.involvement for link in links}
        return cls(
            has_subject=Involvement.SUBJECT in involvements,
            has_agency_staff=any(link.staff.contract == Staff.Contract.AGENCY for link in links),
            manager_implicated=Involvement.IMPLICATED in involvements,
            died=harm == 4,
            financial_abuse=case.caseabusetypes.filter(code=AbuseType.FINANCIAL, removed_at=None).exists(),
        )


def _always(facts: Facts) -> bool:
    return True


def _never(facts: Facts) -> bool:
    return False


@dataclass(frozen=True)
class DutyLine:
    """One body and the rule that may require telling it."""

    code: str
    name: str
    #: Short name for tables and tags.
    short: str
    #: The instrument with its number; what makes it more than a habit.
    instrument: str
    trigger: str
    concerns: str
    time_words: str
    amber: Span | None
    red: Span | None
    hint: str = ""
    #: A "no" counts only when a second person agrees (abuse, police, DBS).
    needs_second_for_no: bool = False
    #: Why this one may stay undecided while work on the plan starts; empty: it may not.
    may_wait: str = ""
    #: The decision rests on a health care professional's opinion, who is named.
    needs_professional: bool = False
    #: The paragraphs to choose from when the answer is yes.
    grounds: tuple[tuple[str, str], ...] = ()
    #: The clock starts with a later event (`raise_duty`), not with the registered person knowing.
    starts_later: bool = False
    opens: Callable[[Facts], bool] = _never

    @property
    def concerns_a_worker(self) -> bool:
        """Whether each worker is a question of its own for this body."""
        return self.concerns == "The worker"

    def clocks(self, start: datetime) -> tuple[datetime | None, datetime | None]:
        """(amber, red) for a clock that starts at `start`; amber never lies after red."""
        red = self.red.after(start) if self.red else None
        amber = self.amber.after(start) if self.amber else None
        if amber is not None and red is not None:
            amber = min(amber, red)
        return amber, red


#: Whom we ask for an answer while they stay silent (§13; the due view says the same in SQL).
ASKED_FOR_REPLY = ("la_safeguarding", "cqc_r16", "cqc_r17", "cqc_r18")
#: Of CQC regulation 18: what comes up by itself once the police are to be told.
POLICE_GROUND, ABOUT_POLICE = "2f", "(2)(f) reported to, or investigated by, the police"
REGISTRATION = "Care Quality Commission (Registration) Regulations 2009"
REGULATED = "Health and Social Care Act 2008 (Regulated Activities) Regulations 2014"

_LINES = (
    DutyLine(
        "emergency_police",
        "Emergency services and the police",
        "Police",
        "Criminal Justice and Courts Act 2015 sections 20 and 21; Mental Capacity Act 2005 section 44",
        "Someone is in danger, or a crime is suspected",
        "The person at risk",
        "999 now if anyone is in danger; otherwise the same day (default)",
        hours(1),
        SAME_DAY,
        hint="Secure evidence. Do not interview the person the allegation is about until the police agree.",
        needs_second_for_no=True,
        opens=_always,
    ),
    DutyLine(
        "la_safeguarding",
        "Local authority safeguarding adults team",
        "Council",
        "Care Act 2014 section 42",
        "There is reason to think an adult with care needs is being abused or neglected, or may be",
        "The person at risk",
        "Same day, within 24 hours (default)",
        hours(4),
        hours(24),
        hint="The council decides whether to enquire. We refer. One phone call is not a referral unless they say so.",
        needs_second_for_no=True,
        opens=_always,
    ),
    DutyLine(
        "cqc_r18",
        "CQC: other incidents",
        "CQC r18",
        f"{REGISTRATION}, regulation 18",
        "Abuse or an allegation of it, a serious injury, or a matter reported to the police",
        "The regulated activity",
        "Without delay: amber after 4 hours, red after 24 (default)",
        hours(4),
        hours(24),
        hint="A council referral does not replace this. Where the alleged source is family, say why it is in scope. "
        "In doubt, notify.",
        needs_second_for_no=True,
        grounds=(
            ("2a", "(2)(a), (b) serious injury"),
            ("2c", "(2)(c) deprivation of liberty request and its result"),
            ("2d", "(2)(d) application to a court"),
            ("2e", "(2)(e) abuse or an allegation of abuse"),
            (POLICE_GROUND, ABOUT_POLICE),
            ("2g", "(2)(g) the service cannot run safely"),
        ),
        opens=_always,
    ),
    DutyLine(
        "cqc_r16",
        "CQC: death of a person using the service",
        "CQC r16",
        f"{REGISTRATION}, regulation 16",
        "A person died while, or because, the regulated activity was carried on",
        "The person who died",
        "Without delay: amber after 4 hours, red after 24 (default)",
        hours(4),
        hours(24),
        opens=lambda facts: facts.died,
    ),
    DutyLine(
        "cqc_r17",
        "CQC: death or unauthorised absence of a detained person",
        "CQC r17",
        f"{REGISTRATION}, regulation 17",
        "The person was detained, or liable to be, under the Mental Health Act 1983",
        "The person detained",
        "Without delay: amber after 4 hours, red after 24 (default)",
        hours(4),
        hours(24),
    ),
    DutyLine(
        "cqc_r14_15",
        "CQC: manager absent, or changes",
        "CQC r14 and r15",
        f"{REGISTRATION}, regulations 14 and 15",
        "The registered manager will be away for 28 days or more (a suspension included), or a manager changes",
        "The registered manager",
        "In an emergency within 5 working days",
        working_days(3),
        working_days(5),
        opens=lambda facts: facts.manager_implicated,
    ),
    DutyLine(
        "candour",
        "Duty of candour to the person or their representative",
        "Candour r20",
        f"{REGULATED}, regulation 20",
        "In a health care professional's opinion it caused, or needs treatment to prevent, death or lasting harm",
        "The person harmed",
        "In person within 1 working day, in writing within 10 (default)",
        hours(8),
        working_days(1),
        hint="Being open and saying sorry is always right, whatever the answer here.",
        may_wait="until a health care professional has given an opinion",
        needs_professional=True,
        opens=_always,
    ),
    DutyLine(
        "dbs",
        "Disclosure and Barring Service",
        "DBS",
        "Safeguarding Vulnerable Groups Act 2006 section 35",
        "A worker was taken off regulated activity, or would have been had they not left, and harmed or may harm",
        "The worker",
        "5 working days from the day both conditions are met (default)",
        working_days(3),
        working_days(5),
        hint="Leaving does not end this duty. A suspension alone: take advice.",
        needs_second_for_no=True,
        may_wait="until it is decided whether the worker goes back to the task",
        starts_later=True,
        opens=lambda facts: facts.has_subject,
    ),
    DutyLine(
        "professional_regulator",
        "Professional regulator (NMC, Social Work England, HCPC)",
        "Regulator",
        f"{REGULATED}, regulation 19(5)",
        "A registered professional no longer meets the requirements to be employed",
        "The worker",
        "5 working days; at once if the public is at risk (default)",
        working_days(3),
        working_days(5),
    ),
    DutyLine(
        "pipot",
        "Council: person in a position of trust",
        "PiPoT",
        "Care and Support Statutory Guidance 14.120",
        "A worker's risk arises outside this case, or they also work elsewhere",
        "The worker",
        "1 working day (default; check the local rule)",
        hours(8),
        working_days(1),
    ),
    DutyLine(
        "lado",
        "Local authority designated officer (children)",
        "LADO",
        "Working Together to Safeguard Children",
        "A child is or may be affected",
        "The child",
        "1 working day",
        hours(8),
        working_days(1),
    ),
    DutyLine(
        "riddor",
        "Health and Safety Executive",
        "RIDDOR",
        "Reporting of Injuries, Diseases and Dangerous Occurrences Regulations 2013",
        "Work-related: a death, a listed injury, a person taken from the scene to hospital, or over 7 days off work",
        "The person injured",
        "Without delay, report within 10 days",
        hours(24),
        days(10),
        hint="A CQC notice does not replace this.",
        opens=_always,
    ),
    DutyLine(
        "commissioner",
        "Commissioner or integrated care board",
        "Commissioner",
        "The contract",
        "The contract asks for it",
        "The service",
        "24 hours (default; check the contract)",
        hours(12),
        hours(24),
        opens=_always,
    ),
    DutyLine(
        "family",
        "Family, attorney or deputy",
        "Family",
        "Making Safeguarding Personal; Mental Capacity Act 2005",
        "The person agrees, or it is in their best interests",
        "The person at risk",
        "The same day (default)",
        hours(4),
        SAME_DAY,
        hint="Ask the person who should be told, and who should not. Never somebody who may be the source.",
        opens=_always,
    ),
    DutyLine(
        "opg",
        "Office of the Public Guardian",
        "OPG",
        "Mental Capacity Act 2005 section 58",
        "The concern is about an attorney or deputy",
        "The person at risk",
        "Promptly: 2 working days (default)",
        working_days(1),
        working_days(2),
        opens=lambda facts: facts.financial_abuse,
    ),
    DutyLine(
        "agency",
        "Agency or home employer",
        "Agency",
        "The supply agreement; Safeguarding Vulnerable Groups Act 2006 section 36",
        "The worker is supplied by an agency",
        "The worker",
        "The same day (default)",
        hours(4),
        SAME_DAY,
        opens=lambda facts: facts.has_agency_staff,
    ),
    DutyLine(
        "home_office",
        "Home Office (sponsored worker)",
        "Home Office",
        "Sponsor guidance",
        "A sponsored worker's duties or pay change, they are unpaid for over 4 weeks, or the job ends",
        "The worker",
        "10 working days",
        working_days(5),
        working_days(10),
        may_wait="until it is known whether the worker is sponsored",
        starts_later=True,
    ),
    DutyLine(
        "ico",
        "Information Commissioner",
        "ICO",
        "UK General Data Protection Regulation, article 33",
        "Personal data was lost, changed or seen by the wrong people, and that may harm someone",
        "Those whose data it is",
        "72 hours",
        hours(24),
        hours(72),
    ),
    DutyLine(
        "other",
        "Another body",
        "Other",
        "Charity Commission, insurer, coroner, LeDeR and others",
        "Another body should be told",
        "As named in the reason",
        "Promptly",
        None,
        None,
    ),
)
DUTIES: dict[str, DutyLine] = {line.code: line for line in _LINES}


def lines_for(facts: Facts) -> list[DutyLine]:
    """The lines a case with these facts opens with, in the order of the table."""
    return [line for line in _LINES if line.opens(facts)]
