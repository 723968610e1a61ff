"""The task catalogue T1–T20: what a worker may be restricted from, and re-authorised for (domain.md §8, A9)."""

from typing import Final

from django.db import models


class Task(models.TextChoices):
    T1 = "T1", "Lone or unsupervised work"
    T2 = "T2", "Personal care"
    T3 = "T3", "Work with the named person"
    T4 = "T4", "Disclosures and first response"
    T5 = "T5", "Raise or triage concerns"
    T6 = "T6", "Safeguarding records, body maps and chronology"
    T7 = "T7", "Medication"
    T8 = "T8", "Money and valuables"
    T9 = "T9", "Applying any restriction"
    T10 = "T10", "Physical intervention"
    T11 = "T11", "Community support"
    T12 = "T12", "Transport"
    T13 = "T13", "Key, door or safe access"
    T14 = "T14", "Shift lead"
    T15 = "T15", "On-call"
    T16 = "T16", "Supervising or signing off others"
    T17 = "T17", "Writing care and risk plans"
    T18 = "T18", "Mental Capacity Act and best-interests lead"
    T19 = "T19", "Investigation"
    T20 = "T20", "Notices to outside bodies"


#: Work that meets the people supported, or opens the way to them: keys and on-call do. Desk work is not in it (raising
#: concerns, records, supervising, plans, investigating on paper, notices).
MEETING_PEOPLE: Final[tuple[Task, ...]] = (
    Task.T1,
    Task.T2,
    Task.T3,
    Task.T4,
    Task.T7,
    Task.T8,
    Task.T9,
    Task.T10,
    Task.T11,
    Task.T12,
    Task.T13,
    Task.T14,
    Task.T15,
    Task.T18,
)
