"""What is asked about the chronology and evidence."""

from __future__ import annotations

from records.forms import FileField, FilesField, LongTextField, PageForm, RadiosField, TextField, WhenField


class EntryForm(PageForm):
    kind = RadiosField(
        "What is it?",
        choices=[
            ("fact", "A fact: what was seen, heard or done"),
            ("opinion", "An opinion: what someone thought, and why"),
            ("quote", "A direct quote: the words used"),
        ],
        reveals={"opinion": ["opinion_of"], "quote": ["said_by"]},
        missing="Choose fact, opinion or direct quote",
    )
    opinion_of = TextField("Whose opinion is it?", missing="Say whose opinion it is")
    said_by = TextField("Who said it?", hint="By initials, code or role", missing="Say who said it")
    text = LongTextField(
        "What happened, was said or was thought?",
        hint="One thing in each entry. For example: four small bruises on the inside of the left upper arm",
        missing="Say what happened, was said or was thought",
        rows=5,
    )
    event_at = WhenField("When did it happen?", name="The time it happened", past=True)
    event_time_note = TextField("If the time is not exact, what do you know?", required=False)
    source = TextField(
        "Where does this come from?",
        hint="For example: daily notes of 6 October; phone call with the daughter",
        missing="Say where this comes from",
    )
    late_reason = LongTextField(
        "If it is more than 12 hours ago, why is it written now?",
        hint="It will be marked as a late entry",
        required=False,
        rows=2,
    )


class AddendumForm(PageForm):
    text = LongTextField("What do you add?", missing="Write what you add")
    reason = TextField("Why is it added?", hint="For example: found in the visit log", missing="Say why it is added")


class ChronologyReviewForm(PageForm):
    findings = LongTextField(
        "What does the chronology show?",
        hint="When did the first person know? What would have made a difference?",
        missing="Say what the chronology shows",
        rows=6,
    )
    gaps = LongTextField("What is missing or disputed?", required=False)


class EvidenceForm(PageForm):
    uploads = FilesField(
        "Which files?",
        hint="Pictures, PDF, Word, Excel, PowerPoint, text or sound; 25 MB or smaller each",
        missing="Choose at least one file",
    )
    description = TextField("What do they show?", missing="Say what they show", max_length=300)


class NewVersionForm(PageForm):
    upload = FileField(
        "Which file takes its place?",
        hint="The version there is now stays in the record",
        missing="Choose a file",
    )
    description = TextField("What is different in it?", missing="Say what is different in it", max_length=300)
