"""Every part of the form kit and of the case pages on one page, for developers and for the tests of the kit.

Never reachable in production (records/urls.py). Nothing here is kept: it shows, it does not save.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from records.forms import (
    CheckboxesField,
    ConfirmField,
    DateField,
    EmailField,
    FilesField,
    LongTextField,
    NumberField,
    PageForm,
    RadiosField,
    Rows,
    SelectField,
    TextField,
    WhenField,
    YesNoField,
    answer,
)
from records.questions import Answers, Page, Questions
from records.refusals import Missing, Refused
from records.signing_form import SignatureForm


class Colour(TextChoices):
    TEAL = "teal", "Teal"
    GREY = "grey", "Grey"
    OTHER = "other", "Another"


class ShowcaseForm(PageForm):
    """One question of every kind."""

    title = TextField(
        "What is the short title?", hint="For example: bruise seen, not passed on", missing="Enter a title"
    )
    email = EmailField("Where can we write to you?", required=False)
    count = NumberField("How many people were there?", missing="Enter how many people were there")
    story = LongTextField(
        "What happened?", hint="What you saw and heard, in order", missing="Say what happened", max_length=200
    )
    colour = RadiosField(
        "Which colour was it?",
        choices=Colour,
        hints={Colour.TEAL: "Deep, between blue and green"},
        reveals={Colour.OTHER: ["which_colour", "seen_at"]},
        missing="Choose the colour",
    )
    which_colour = TextField("What colour?", width=20, missing="Enter the colour")
    seen_at = WhenField("When did you see it?", name="The time you saw it", past=True)
    told = YesNoField("Has the person been told?", missing="Say whether the person has been told")
    kinds = CheckboxesField(
        "What kinds were there?",
        choices=[("physical", "Physical"), ("neglect", "Neglect"), ("none", "None of these")],
        none_of_these="none",
        missing="Choose what kinds there were, or none of these",
    )
    service = SelectField(
        "Which service?", choices=[("a", "Larkfield"), ("b", "Haven Court")], missing="Choose the service"
    )
    born = DateField("What day was it?", name="The day", past=True)
    noticed_at = WhenField(
        "When did anyone first notice?",
        hint="For example, 6 10 2026 at 9:30am",
        name="When it was first noticed",
        past=True,
    )
    papers = FilesField("Photos or papers", missing="Choose at least one file")
    sure = ConfirmField("I have checked these answers", missing="Confirm that you have checked the answers")


class CriterionForm(PageForm):
    criterion = TextField("What must be seen?", missing="Enter what must be seen")
    star = ConfirmField("This must be met", required=False)


class CriterionRows(Rows):
    form = CriterionForm
    prefix_name, one, least, most, start = "criteria", "criterion", 1, 4, 2


def _case_parts() -> dict[str, Any]:
    now = timezone.now().astimezone(UTC)
    red, amber = Thing(text="Needs action", colour="red"), Thing(text="In progress", colour="amber")
    green, grey = Thing(text="Complete", colour="green"), Thing(text="Cannot start yet", colour="grey")
    seen = datetime(2026, 10, 6, 7, 10, tzinfo=UTC)
    return {
        "case": Thing(
            reference="SP-2026-0001",
            title="Bruise seen, not passed on",
            level=3,
            get_level_display="L3 high",
            service="Larkfield Homecare",
            owner="Aoife Brennan",
            sealed_at=now,
            closed_at=None,
        ),
        "stage": "Protecting",
        "sections": [
            Thing(title=title, url=f"#{number}", state=state, current=number == 1)
            for number, (title, state) in enumerate(
                [
                    ("Overview", None),
                    ("Immediate protection", red),
                    ("External duties", amber),
                    ("Learning response", grey),
                    ("Audit", green),
                ]
            )
        ],
        "steps": [
            Thing(
                text="Record immediate protection", url="#", button="Record it", due=now - timedelta(days=2, hours=1)
            ),
            Thing(
                text="Answer the duty to tell the council", url="#", button="Answer it", due=now + timedelta(hours=3)
            ),
        ],
        "times": [
            Thing(what="First noticed", at=seen, gap="", long=False),
            Thing(
                what="Reported inside",
                at=seen + timedelta(hours=145, minutes=10),
                gap="6 days 1 hour before anyone was told",
                long=True,
            ),
            Thing(what="Registered person aware", at=seen + timedelta(hours=145, minutes=25), gap="15 minutes later"),
            Thing(what="Sent outside", at=None, gap=""),
        ],
        "tracks": [
            Thing(title="Learning response", state=amber, url="#", lacks=[Thing(text="Five causes tested", url="#")]),
            Thing(title="Capability response", state=green, url="#", lacks=[]),
        ],
        "gates": [
            Thing(title="Controls current and reviewed", state=green, url="", missing="", source="G1"),
            Thing(
                title="All tests passed", state=red, url="#", missing="The scenario test is not passed yet", source="G5"
            ),
        ],
        "entries": [
            Thing(
                at=seen,
                title="Bruises seen on the left arm",
                by="Dionne Asante",
                kind="Fact",
                source="care note",
                text="Four small bruises.\nShe said little.",
                recorded_at=now,
                late=True,
                addenda=[],
            ),
            Thing(
                at=seen,
                title="What Margaret said",
                by="Aoife Brennan",
                kind="Direct quote",
                text="I just want him to stop grabbing.",
                quote=True,
            ),
        ],
        "links": [
            Thing(title="Gap: late escalation", state=green, done=True, at=seen),
            Thing(title="Tests", state=red, weakest=True, missing="The scenario test is not planned."),
        ],
        "items": [
            Thing(
                text="Review the control no lone work",
                url="#",
                where="SP-2026-0001 · Larkfield Homecare",
                due=now - timedelta(days=2),
            ),
            Thing(text="Answer the duty to tell CQC", url="#", where="SP-2026-0001 · Larkfield Homecare", due=now),
        ],
        "figures": [Thing(number=3, text="controls overdue", url="#"), Thing(number=12, text="cases open", url="#")],
        "job": Thing(percent=40, step="Drawing the charts, 4 of 10", poll_url="/components/progress/", page_url="#"),
        "headings": ["Worker", "Task", "May do it", "Until"],
        "rows_of_cells": [
            [("Dionne Asante", "#"), "Personal care", "With condition: second worker present", "Thu 15 Oct"],
            ["Petra Nowak", "Personal care", "May", ""],
        ],
    }


@login_not_required
def showcase(request: HttpRequest) -> HttpResponse:
    """All parts. `?refused=1` shows a refusal, `?signed_in=1` the frame of a signed-in person."""
    form = ShowcaseForm(request.POST or None, request.FILES or None)
    rows = CriterionRows(request.POST or None)
    sign = SignatureForm(
        request.POST or None,
        prefix="sign",
        meaning="I saw this practice myself and it met the standard on the day I signed.",
    )
    done = all([form.is_valid(), rows.is_valid(), sign.is_valid()])
    if request.GET.get("refused"):
        form.add_refusal(
            Refused(
                "A7",
                "E-learning shows what was read, not what is done, so it cannot be a practice test.",
                missing=[Missing("Add a test that watches the practice", "#criteria"), Missing("Write the statement")],
                source="domain.md A7",
            )
        )
    context = {"form": form, "rows": rows, "sign": sign, "done": done} | _case_parts()
    if request.GET.get("signed_in"):
        context |= {
            "user": Thing(name="Aoife Brennan", is_authenticated=True),
            "my_role": "Registered manager at Larkfield Homecare",
            "may_log": True,
        }
    return answer(request, "components/showcase.html", context)


@login_not_required
def progress(request: HttpRequest) -> HttpResponse:
    """The fragment that a waiting page asks for: here the work is done by the second look."""
    return render(request, "components/progress.html", {"job": Thing(finished=True, failed=False, step="")})


class WhoForm(PageForm):
    who = TextField("Who saw it?", short="Seen by", missing="Enter who saw it")
    at = WhenField("When was it seen?", name="The time it was seen", past=True, short="Seen at")


class SafeForm(PageForm):
    safe = YesNoField("Is everyone safe now?", missing="Say whether everyone is safe now")


class WhyForm(PageForm):
    why = LongTextField("What makes someone unsafe?", missing="Say what makes someone unsafe")


class Try(Questions):
    """A short run of question pages that ends nowhere: `submit` only shows what it was given."""

    kind, name, start_title = "showcase", "components-questions", "Try the question pages"
    pages = (
        Page("who", "Who saw it", WhoForm),
        Page("safe", "Is everyone safe", SafeForm),
        Page("why", "What is unsafe", WhyForm, needed=lambda answers: answers.get("safe") is False),
        Page("criteria", "What must be seen", PageForm, rows=CriterionRows),
    )

    def submit(self, answers: Answers) -> HttpResponse:
        if answers["who"]["who"] == "refuse me":
            raise Refused("X", "This name is refused.", missing=[Missing("Give another name", "#")], source="test")
        return HttpResponse(f"Sent: {answers['who']['who']}", content_type="text/plain")
