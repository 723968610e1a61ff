"""Between deciding a mail and sending it a seal may come, or a last day: then it does not go (F90, domain.md §12)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.urls import reverse

from accounts import actions as people
from config.processes import free_port
from governance import chasing
from governance.models import Chase
from incidents import actions
from incidents.models import Case
from records import times
from records.acting import acting_as
from remediation.actions.capability import invite_reply
from remediation.models import CapabilityResponse
from tests.access.test_case_access import signed_in
from tests.access.test_sealed import seal
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F90")]
DAY = timedelta(days=1)


def mail_server_down() -> Any:
    """Nobody listens on this port."""
    return override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=free_port()
    )


def given_to() -> set[str]:
    return {address for one in mail.outbox for address in one.to}


def test_mail_decided_before_a_seal_goes_to_nobody_the_seal_shut_out_nor_to_a_leaver(cast: Cast, case: Case) -> None:
    with acting_as(cast.manager, "test.given"):
        cast.provider.director_email = "director@larkfield.example"
        cast.provider.save()
    assert chasing.sweep(times.now() + DAY * 30)
    decided = set(Chase.objects.filter(case=case).values_list("recipient__email", flat=True))
    assert {cast.manager.email, cast.nominated_individual.email, None} <= decided
    with mail_server_down():
        assert chasing.send().sent == 0
    seal(cast, case)
    chasing.send()
    assert given_to() == {cast.nominated_individual.email, "director@larkfield.example"}
    # of the case itself the director hears nothing any more; only that a case was sealed by the highest there is
    assert [one.subject for one in mail.outbox if one.to == ["director@larkfield.example"]] == ["A case was sealed"]
    waiting = Chase.objects.filter(sent_at=None, not_sent_at=None)
    assert not waiting.exists()
    chasing.send()  # what was not theirs is settled: it does not go out when the seal is lifted either
    actions.unseal_case(by=cast.nominated_individual, case=case, reason="Looked into")
    chasing.send()
    assert cast.manager.email not in given_to()
    shown = signed_in(cast.manager).get(reverse("case-chasing", args=[case.pk])).content.decode()
    assert "Not sent: no longer theirs" in shown


def test_a_leaver_gets_nothing_of_what_was_decided_while_they_were_here(cast: Cast, case: Case) -> None:
    chasing.sweep(times.now() + DAY * 30)
    assert Chase.objects.filter(recipient=cast.manager).exists()
    people.end_employment(by=cast.nominated_individual, staff=cast.manager_staff, last_day=times.today())
    chasing.send()
    assert cast.nominated_individual.email in given_to() and cast.manager.email not in given_to()


def test_a_worker_who_left_before_the_mail_went_is_not_asked_for_the_comment_that_was_theirs(
    cast: Cast, case: Case
) -> None:
    """Their own comment is theirs whoever is shut out, so nothing but their having left stands in its way."""
    response = CapabilityResponse.objects.get(case=case, worker=cast.worker)
    with acting_as(cast.manager, "test.given"):
        response.told_at = times.now()
        response.save()
    invite_reply(by=cast.manager, response=response, about="The four visits")
    chasing.sweep(times.now() + DAY * 30)
    asked = Chase.objects.filter(kind="reply", recipient=cast.worker_user)
    assert asked.exists()
    with acting_as(cast.manager, "test.given"):
        cast.worker.left_on = times.today() - DAY
        cast.worker.save()
    chasing.send()
    assert given_to() and cast.worker_user.email not in given_to()


def test_that_a_mail_was_not_sent_is_kept_like_that_it_was(cast: Cast, case: Case) -> None:
    chasing.sweep(times.now() + DAY * 30)
    seal(cast, case)
    chasing.send()
    assert Chase.objects.filter(not_sent_at__isnull=False).exists()
    for changed in ("not_sent_at = NULL", "sent_at = now()", "what = 'Something else'"):
        with pytest.raises(DatabaseError, match="kept as it was made"), transaction.atomic():
            connection.cursor().execute(f"UPDATE governance_chase SET {changed} WHERE not_sent_at IS NOT NULL")
