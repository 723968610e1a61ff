"""The questions of a disciplinary process: who does which part, and what came of it."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from incidents.models import Case
from records.forms import ChooseOneField, ConfirmField, DateField, LongTextField, PageForm, RadiosField, TextField
from records.models import Conflict
from remediation.forms.choices import name_and_title, staff_of
from remediation.models import DisciplinaryAppointment, Part

#: What somebody else says they declared, in the third person.
DECLARED = [
    (Conflict.NONE, "They have no conflict of interest"),
    (Conflict.RELATIVE, "They are a relative or partner of someone involved"),
    (Conflict.REPORTER, "They reported this"),
    (Conflict.WITNESS, "They are a witness"),
    (Conflict.GRIEVANCE, "There is an open grievance between them and the worker"),
    (Conflict.OTHER, "Another conflict"),
]


class AppointForm(PageForm):
    """Who does one part. Staff and outside person are one question: the action asks for exactly one of them."""

    part = RadiosField(
        "What are they appointed to do?",
        choices=[
            (Part.INVESTIGATOR, "Investigate: establish the facts"),
            (Part.CHAIR, "Chair the hearing, and decide"),
            (Part.APPEAL, "Hear the appeal"),
        ],
        hints={
            Part.CHAIR: "Somebody who did not investigate",
            Part.APPEAL: "A manager who had nothing to do with it before",
        },
        missing="Choose what they are appointed to do",
    )
    staff = ChooseOneField("Which of your staff?", name_of=name_and_title, required=False)
    outside_person = TextField(
        "Or who from outside?",
        hint="For example: a manager of another provider, or an independent investigator. Name and where they work",
        required=False,
    )
    declared = RadiosField(
        "What did they declare when you asked about a conflict of interest?",
        choices=DECLARED,
        missing="Say what they declared",
    )
    no_other_reason = LongTextField(
        "If it is somebody who had another part in it: why could nobody else be found?",
        hint="For example: one manager in the company, and the two we asked elsewhere could not come before March. "
        "This is kept, and printed in the pack",
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = staff_of(case, user, with_sign_in=False)  # type: ignore[attr-defined]


class EndForm(PageForm):
    reason = LongTextField("Why does somebody else do it?", missing="Say why somebody else does it", rows=3)


#: By part: when it was, what came of it.
ASKED = {
    Part.INVESTIGATOR: ("When was it finished?", "What did the investigation find?"),
    Part.CHAIR: ("When was the hearing held?", "What did the hearing decide, and why?"),
    Part.APPEAL: ("When was the appeal heard?", "What did the appeal decide, and why?"),
}
RIGHTS = {
    Part.CHAIR: "The worker was told in writing that they may be accompanied, and that they may appeal",
    Part.APPEAL: "The worker was told in writing that they may be accompanied",
}


class ResultForm(PageForm):
    """What was found or decided, and when. For a meeting also who came with the worker."""

    held_on = DateField("When was it held?", name="The day it was held", past=True, missing="Enter the day it was held")
    rights_told = ConfirmField("", missing="Tell the worker of their rights in writing, then confirm it")
    companion = TextField(
        "Who accompanied the worker?",
        hint="A colleague or a trade union representative of their choice. Leave empty if they chose nobody",
        required=False,
    )
    result = LongTextField("What was decided?", missing="Say what was found or decided", rows=6)

    def __init__(self, *args: Any, appointment: DisciplinaryAppointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part = Part(appointment.part)
        self.fields["held_on"].label, self.fields["result"].label = ASKED[part]
        if part == Part.INVESTIGATOR:
            del self.fields["rights_told"], self.fields["companion"]
        else:
            self.fields["rights_told"].label = RIGHTS[part]
