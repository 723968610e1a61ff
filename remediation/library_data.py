"""The library as it comes: gaps, what teaches them, what tests them, what counts as a pass (domain.md §7.1–7.4).

Data only. Loaded by `actions.library.load_library`, which writes a new version where this file has changed.
In criteria lists a leading "★ " marks what must be met. `days` counts from the day the plan starts.
"""

from __future__ import annotations

from typing import Any, Final

from remediation.pass_rules import OBSERVATION, WEEKLY, WRITTEN


def criteria(*lines: str, group: str = "") -> list[dict[str, Any]]:
    """Criteria from lines; "★ " in front marks what must be met."""
    return [{"text": line.removeprefix("★ "), "star": line.startswith("★ "), "group": group} for line in lines]


#: §7.2: the ten criteria of the weekly recording check and of each record written under supervision.
RECORD_CRITERIA: Final = criteria(
    "★ The time of the event and the time of writing, in the same shift",
    "Who was present, and their roles",
    "★ Fact is kept apart from opinion; an opinion is labelled, with its reason",
    "★ The person's own words, quoted",
    "The order of events",
    "Injuries: site, size, colour, body map (or: none seen)",
    "★ The action taken, and its time",
    "★ Who was told, when, and what they answered",
    "The person's wishes, consent and capacity",
    "Complete and respectful, with no unexplained shorthand",
)

#: §7.1: what the concern form must show.
P1_CRITERIA: Final = criteria(
    "★ Reports at once if there is danger, otherwise within one hour and in the same shift",
    "★ Does not decide the cause",
    "★ Asks no leading question and does not promise secrecy",
    "★ Names the other route if the manager is part of it",
    "★ Preserves evidence: nothing washed, tidied or thrown away",
    "★ The person's wishes are asked",
    "Says what was seen and heard, with time and place",
    "Body map done: site, size, colour",
    "Says who else may be at risk",
    "Says what was done to make the person safe now",
)

#: §7.4, question 1.
Q1_CRITERIA: Final = criteria(
    "★ Checks the log and the plan, and compares",
    "★ Tells the senior or the registered manager that shift, with numbers",
    "★ Asks why for the person (pain, communication, staffing, environment, sensory) before more control",
    "★ Uses or proposes a less restrictive option",
    "Records each use, its length, the alternatives tried and the person's response",
    "Asks for an urgent review (positive behaviour support, GP, family or advocate)",
    "Debriefs the person and the staff",
    "Knows when the restriction ends",
    "Names the route outside the service if ignored",
)

#: §7.4, question 2.
Q2_CRITERIA: Final = criteria(
    "★ When it is unauthorised, outside the plan or past its review",
    "★ When it is not necessary or not proportionate to the harm, or is for convenience or as a punishment",
    "★ When the person objects, is distressed or is injured and there is no lawful basis",
    "★ When there is a pattern or a rise despite review; says who is told and when: the same shift, "
    "and the council through the registered manager or directly",
    "A blanket rule or an informal ban",
    "Sedation used to control",
    "It is concealed",
    "A possible deprivation of liberty without authority",
    "Says “in doubt, raise it”",
)
UNSAFE_ANSWERS: Final = [
    "If they are hurt",
    "When the manager says",
    "If it's in their best interests it is fine",
]
Q1, Q2 = "What would you do if restriction use is increasing?", "When does this become a safeguarding concern?"

VIGNETTES: Final = [
    *criteria("★ Says the right action: what, to whom and when", group="Vignette 1: bruises and a change of mood"),
    *criteria("★ Says the right action: what, to whom and when", group="Vignette 2: a relative speaks for the person"),
    *criteria("★ Says the right action: what, to whom and when", group="Vignette 3: the manager brushes it aside"),
]


def _test(
    code: str, title: str, kind: str, rule: dict[str, Any], lines: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    return {
        "code": code,
        "title": title,
        "kind": kind,
        "pass_rule": rule,
        "criteria": lines,
        "before_return": more.get("before_return", True),
        "instructions": more.get("instructions", ""),
        "days": more.get("days", 14),
    }


def _learn(kind: str, what: str, days: int = 7) -> dict[str, Any]:
    return {"kind": kind, "what": what, "days": days}


LATE_ESCALATION: Final[dict[str, Any]] = {
    "code": "late_escalation",
    "name": "Late escalation",
    "gap": "Signs of possible abuse or neglect were noticed and not reported in the same shift.",
    "tasks": ["T1", "T4", "T5", "T6"],
    "learning": [
        _learn("coaching", "Work through the indicators of physical abuse and neglect on shift, with real examples"),
        _learn("reading", "Read the threshold guide and the on-call route, and ring the on-call number once"),
        _learn("supervision", "Reflective supervision on professional curiosity: what stopped you ringing?"),
    ],
    "tests": [
        _test(
            "P1",
            "Concern form from a scenario",
            "scenario",
            WRITTEN,
            P1_CRITERIA,
            instructions="Give a scenario the worker has not seen. 30 minutes, alone, on the form in use.",
        ),
        _test(
            "P2",
            "Record from a scenario",
            "record_writing",
            WRITTEN,
            RECORD_CRITERIA,
            instructions="The same scenario or another. The worker writes the record as on shift; 30 minutes.",
        ),
        _test(
            "P3",
            "Three short cases, answered aloud",
            "scenario",
            {"stars": "all", "all": True},
            VIGNETTES,
            instructions="Read each case aloud. Ask: what do you do, whom do you tell, by when? Write the words used.",
        ),
        _test(
            "P4",
            "Live: all concerns of the first 8 weeks back",
            "live",
            {"live": {"weeks": 8, "percent": 100}, "stars": "all"},
            criteria(
                "★ Every concern was reported in the same shift",
                "★ The audit of the records found no concern that was missed",
            ),
            before_return=False,
            days=84,
            instructions="Audit every concern and the records of the first 8 weeks back, under a conditional decision.",
        ),
    ],
    "statement": (
        "{name} may work alone with the people they support, respond to disclosures, raise concerns and write "
        "safeguarding records when an assessor who did not coach them has seen P1 and P2 at 80% or more with every "
        "criterion that must be met, and three right answers in P3. P4 then shows every concern of the first 8 weeks "
        "reported in the same shift, with none found missed on audit."
    ),
}

RECORD_QUALITY: Final[dict[str, Any]] = {
    "code": "record_quality",
    "name": "Record quality",
    "gap": "Records leave out times, the person's words or who was told, or mix opinion with fact.",
    "tasks": ["T6"],
    "learning": [
        _learn("coaching", "Write two records on shift beside a senior, and compare them with the ten criteria"),
        _learn("coaching", "Build a chronology of one day from three sources"),
        _learn("simulation", "Sort twenty sentences into fact, opinion and direct quote"),
    ],
    "tests": [
        _test(
            "W",
            "Weekly recording check, four weeks",
            "weekly_check",
            WEEKLY,
            RECORD_CRITERIA,
            days=28,
            instructions="Each week three records, picked by the product or the assessor, one of them about safeguarding.",
        ),
        _test(
            "CH",
            "One chronology from several sources",
            "record_writing",
            WRITTEN,
            criteria(
                "★ Event times and the times of writing are both given",
                "★ Each line names its source",
                "★ Accounts that differ are kept side by side, not merged",
                "In the order of events",
                "Gaps are named as gaps",
            ),
            days=28,
            instructions="Give three accounts of one day. The worker makes one chronology a stranger can follow.",
        ),
    ],
    "statement": (
        "{name} may write safeguarding records, body maps and chronologies without a second reader when weeks 3 and 4 "
        "of the weekly check each reach 16 of 20 with every criterion that must be met, and one chronology from "
        "several sources reaches 80% as marked by someone who did not coach them."
    ),
}

RESTRICTION_DRIFT: Final[dict[str, Any]] = {
    "code": "restriction_drift",
    "name": "Restriction drift",
    "gap": "A restriction grew, or an informal ban took hold, without authority, review or a less restrictive try.",
    "tasks": ["T9", "T11"],
    "learning": [
        _learn(
            "simulation", "Rights, Mental Capacity Act sections 5 and 6, and proportionality, on two cases from here"
        ),
        _learn("shadowing", "Shadow a community session led by someone from another service"),
        _learn("supervision", "Positive behaviour support and risk enablement: what matters to the person, and why"),
    ],
    "tests": [
        _test(
            "Q1",
            Q1,
            "scenario",
            {"stars": "all", "others_at_least": 3, "unsafe_answers": UNSAFE_ANSWERS},
            Q1_CRITERIA,
            instructions="Ask the question as it stands. Prompt only with “anything else?”. Write the words used.",
        ),
        _test(
            "Q2",
            Q2,
            "scenario",
            {"stars": "all", "others_at_least": 2, "unsafe_answers": UNSAFE_ANSWERS},
            Q2_CRITERIA,
            instructions="Ask the question as it stands. The answer must say who is told, and when.",
        ),
        _test(
            "O",
            "Three observed community sessions",
            "observation",
            {**OBSERVATION, "repeat": 3, "settings": 2},
            criteria(
                "★ Offers the session in a way the person understands",
                "★ Uses no restriction outside the plan",
                "★ Notices distress or objection and acts on it",
                "★ Tries the least restrictive way first",
                "Follows the risk-enablement plan",
                "The person chooses something real on the way",
                "Writes what was planned, delivered and, if not, the true reason",
            ),
            days=21,
            instructions="Three sessions in at least two settings. Watch at least 15 minutes with direct contact.",
        ),
        _test(
            "RE",
            "One risk-enablement record",
            "record_writing",
            WRITTEN,
            criteria(
                "★ What matters to the person, in their words",
                "★ The benefit and the risk, side by side",
                "★ Who decided, with the person's view",
                "Supports that make the risk acceptable",
                "What worked, and the date of its review",
            ),
            days=21,
        ),
    ],
    "statement": (
        "{name} may support people in the community and apply a restriction in a plan when both questions are passed "
        "with every point that must be made, three sessions in at least two settings were observed at 80% or more, and "
        "one risk-enablement record reaches 80%, all seen by an assessor from outside the team."
    ),
}

#: The other rows of §7.1, in short form.
SHORT: Final[list[dict[str, Any]]] = [
    {
        "code": "thresholds",
        "name": "Thresholds",
        "gap": "Does not recognise when something reaches the council's threshold, alone or with earlier concerns.",
        "tasks": ["T5"],
        "learning": [_learn("reading", "Work through the local threshold guide with a senior")],
        "tests": [
            _test(
                "M",
                "Six mini-cases, two of them cumulative",
                "scenario",
                {"stars": "all", "at_least": 5},
                [
                    *criteria(*(f"Case {n}: right decision, with its reason" for n in range(1, 5))),
                    *criteria(*(f"★ Case {n} (cumulative): sees the link and raises it" for n in range(5, 7))),
                ],
            )
        ],
        "statement": "{name} may triage concerns when an assessor marked five of six mini-cases right and no unsafe one was missed.",
    },
    {
        "code": "immediate_protection",
        "name": "Immediate protection",
        "gap": "After a disclosure or an injury the person was not made safe at once.",
        "tasks": ["T4"],
        "learning": [_learn("simulation", "Safety planning with the person: two role-plays with feedback")],
        "tests": [
            _test(
                "D",
                "Role-play of a disclosure",
                "scenario",
                {"stars": "all"},
                criteria(
                    "★ Listens and stays calm; does not question",
                    "★ Says it must be passed on, and to whom",
                    "★ Makes the person safe now, with them",
                    "★ Calls medical help or 999 where needed",
                    "★ Keeps evidence",
                    "★ Tells the senior at once and writes it down in the same shift",
                ),
            )
        ],
        "statement": "{name} may respond to disclosures when an assessor saw every step of the role-play done without prompting.",
    },
    {
        "code": "threshold_decisions",
        "name": "Threshold decisions and notices (managers)",
        "gap": "A referral or a notice to an outside body was late, missing or sent to one body only.",
        "tasks": ["T5", "T20"],
        "learning": [_learn("coaching", "Supervised triage of every new concern for two weeks", 14)],
        "tests": [
            _test(
                "TD",
                "Five past cases decided again",
                "scenario",
                {"stars": "all", "all": True},
                criteria(*(f"★ Past case {n}: right decision and right outside bodies" for n in range(1, 6))),
            )
        ],
        "statement": "{name} may decide thresholds and send notices when an assessor marked five of five past cases right.",
    },
    {
        "code": "supervision_quality",
        "name": "Supervision quality",
        "gap": "Supervision was missed, or did not ask about practice.",
        "tasks": ["T16"],
        "learning": [_learn("supervision", "Reflective practice: plan a session and go through it afterwards")],
        "tests": [
            _test(
                "SQ",
                "One observed supervision session",
                "observation",
                # What is watched is a talk between two members of staff: nobody is supported in it.
                {"stars": "all", "percent": 80, "min_minutes": 15, "direct_contact": False},
                criteria(
                    "★ Asks about real practice, with examples",
                    "★ Asks about safeguarding concerns, raised and not raised",
                    "★ Agrees what will change, and by when",
                    "Asks what the worker needs",
                    "Checks what was agreed last time",
                ),
            )
        ],
        "statement": "{name} may supervise others when one observed session reaches 80% with every point that must be met.",
    },
    {
        "code": "connecting_concerns",
        "name": "Connecting concerns",
        "gap": "Low-level concerns were closed one by one, and the pattern was not seen.",
        "tasks": ["T5", "T14"],
        "learning": [_learn("coaching", "Review one past cluster: what would an earlier link have shown?")],
        "tests": [
            _test(
                "CL",
                "Blind log of 12 entries",
                "scenario",
                {"stars": "all"},
                criteria(
                    "★ Finds the pattern",
                    "★ Names what links the entries",
                    "★ Escalates to the right person, at the right time",
                ),
            )
        ],
        "statement": "{name} may triage concerns and lead shifts when an assessor saw them find and escalate the pattern in a blind log.",
    },
]

LIBRARY: Final[list[dict[str, Any]]] = [LATE_ESCALATION, RECORD_QUALITY, RESTRICTION_DRIFT, *SHORT]
