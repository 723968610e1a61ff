"""Driving the pages of practice tests as a person does: signing in for real, then form after form."""

from __future__ import annotations

import time
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from remediation.models import TestAttempt
from tests.remediation.scene import Scene

SIGN = {"conflict": "none", "agree": "on"}


def signed_in(user: User) -> Client:
    """A client signed in, identity confirmed now, as allauth records it after a password."""
    client = Client()
    client.force_login(user)
    session = client.session
    # The two entries allauth writes at sign-in; going through its page costs seconds of hashing each time.
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def start(client: Client, on: Scene, code: str = "P1", **answers: Any) -> TestAttempt:
    test = on.tests[code]
    given = {"scenario": f"A new scenario, {on._next()}"}
    if test.kind == "observation":
        given = {"setting": "M.E.'s home", "person_agreed": "yes", "announced": "yes"}
    answer = client.post(reverse("attempt-start", args=[test.pk]), given | answers)
    assert answer.status_code == 302, words(answer)[:3000]
    return TestAttempt.objects.filter(test=test).order_by("number").last()


def mark_all(client: Client, on: Scene, attempt: TestAttempt, marks: str = "22222", **answers: Any) -> Any:
    answer = None
    for order, mark in enumerate(marks, 1):
        given = {"mark": mark, "saw_heard": f"She did it in her own way, {on._next()}", "judgement": ""}
        answer = client.post(reverse("attempt-criterion", args=[attempt.pk, order]), given | answers)
        assert answer.status_code == 302, words(answer)[:3000]
    return answer


def finish(client: Client, attempt: TestAttempt, **answers: Any) -> Any:
    given = {
        "minutes": "20",
        "direct_contact": "yes",
        "unsafe": "no",
        "work": "“I would ring the office now.”",
        "feedback": "Told her what went well",
        "worker_comment": "I felt ready",
        "competent": "competent",
    }
    return client.post(reverse("attempt-end", args=[attempt.pk]), given | answers)


def sign(client: Client, attempt: TestAttempt, **answers: Any) -> Any:
    return client.post(reverse("attempt-sign", args=[attempt.pk]), SIGN | answers)


def whole(client: Client, on: Scene, code: str = "P1", marks: str = "22222", **answers: Any) -> TestAttempt:
    """Start, mark, finish and sign one attempt through the pages."""
    attempt = start(client, on, code)
    mark_all(client, on, attempt, marks)
    assert finish(client, attempt, **answers).status_code == 302
    answer = sign(client, attempt)
    assert answer.status_code == 302, words(answer)[:3000]
    attempt.refresh_from_db()
    return attempt
