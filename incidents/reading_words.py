"""What a page is called in the read log (F93): plain words for every address that may appear there.

    reading_words.say({"pack-pdf": "A pack, downloaded as PDF"})     each floor says its own, when it starts
    reading_words.of("case-staff-new")                               "Naming a member of staff's part"

A guard test fails for an address that may be logged and has no words.
"""

from __future__ import annotations

from collections.abc import Mapping

from incidents import sections

#: Pages of a form that keeps a draft (records/questions.py) are named after the form.
PARTS = {
    "-csv": ", downloaded as a table",
    "-page": "",
    "-check": ", checking the answers",
    "-discard": ", throwing the draft away",
}

_words: dict[str, str] = {}


def say(words: Mapping[str, str]) -> None:
    """Add words for addresses, by their names. Called in AppConfig.ready()."""
    _words.update(words)


def known(name: str) -> str:
    """The words somebody gave for this address; empty where nobody did."""
    for section in sections.all_sections():
        if section.url_name == name:
            return section.title
    if name in _words:
        return _words[name]
    for part, more in PARTS.items():
        if name.endswith(part) and (form := _words.get(name.removesuffix(part))):
            return form + more
    return ""


def of(name: str) -> str:
    """The words for an address; its name, read plainly, for one that is not there any more."""
    said = name.removeprefix("case-").replace("-", " ")
    return known(name) or said[:1].upper() + said[1:]


WORDS = {
    # People and their sign-ins (accounts)
    "person": "A member of staff",
    "person-sign-in": "Giving a member of staff a sign-in",
    "person-sign-in-help": "Ending the sign-ins of a member of staff",
    "person-supervisor": "Naming a supervisor",
    "person-role": "Giving a role",
    "person-leave": "A member of staff leaving",
    "person-return": "A member of staff coming back",
    "person-delegate": "Delegating to a deputy",
    "delegation-end": "Ending a delegation",
    "role-end": "Ending a role",
    "person-history": "The history of a member of staff",
    "sign-in-history": "The history of a sign-in",
    "posting-history": "The history of a posting",
    "role-history": "The history of a role",
    "delegation-history": "The history of a delegation",
    "service-history": "The history of a service",
    "provider-history": "The history of a provider",
    "unsent": "Something typed and not sent",
    "unsent-discard": "Throwing away something typed and not sent",
    # Logging
    "log": "Logging a concern or failure",
    "logged": "What happens next, after logging",
    # The case
    "case": "Overview",
    "case-safe": "Saying whether everyone is safe",
    "case-control": "A risk control",
    "case-control-review": "Reviewing a risk control",
    "case-control-tasks": "Tasks a risk control restricts",
    "case-control-replace": "Replacing a risk control",
    "case-control-new": "Recording a risk control",
    "case-rate": "Rating how serious it is",
    "case-rating-confirm": "Confirming a lower level",
    "case-duty-raise": "Adding somebody outside to tell",
    "case-duty": "One outside duty",
    "case-duty-answer": "Deciding whether somebody outside must be told",
    "case-duty-second": "Agreeing that somebody outside need not be told",
    "case-duty-sent": "Recording that somebody outside was told",
    "case-duty-late": "Saying why somebody outside was told late",
    "case-duty-acknowledged": "Recording an acknowledgement",
    "case-times": "The five times",
    "case-chronology-new": "Adding to the chronology",
    "case-chronology-review": "Reviewing the chronology",
    "case-chronology-entry": "One entry of the chronology",
    "case-evidence-new": "Adding evidence",
    "case-file": "A file of evidence, downloaded",
    "case-file-replace": "Replacing a file of evidence",
    "case-classify": "Saying what kind of failure it is",
    "case-person-new": "Adding a person at risk",
    "case-person": "A person at risk",
    "case-staff-new": "Naming a member of staff’s part",
    "case-staff-end": "Ending a member of staff’s part",
    "case-owner": "Changing the case’s owner",
    "case-access-give": "Giving somebody access",
    "case-access-end": "Ending somebody’s access",
    "case-take-over": "Taking the case over",
    "case-take-over-outside": "Naming somebody from outside who takes over",
    "case-seal": "Sealing the case",
    "case-unseal": "Unsealing the case",
    "case-exception": "Lifting a rule of separation",
    "case-exception-end": "Ending the lifting of a rule of separation",
    "case-reads": "Who opened this case",
    "person-reads": "What a member of staff opened",
    "emergency-access": "Emergency access",
    "case-restriction-new": "Recording a restriction",
    "case-restriction-end": "Ending a restriction",
    "case-restriction-tests": "The four questions about a restriction",
}
