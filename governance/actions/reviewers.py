"""Inviting somebody from outside to read one case, or one pack, redacted, until a day (F95, domain.md §1)."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from accounts import actions as people
from accounts.models import User
from governance import permissions
from governance.models import Pack, PackRelease, Reader
from incidents import permissions as cases
from incidents.actions.access import make_grant
from incidents.actions.lock import lock
from incidents.models import Case, CaseGrant
from records import times
from records.acting import action
from records.refusals import Missing, Refused

SOURCE = "domain.md §1, §11"
#: An invitation lasts this long at most; a reader who needs longer is invited again.
LONGEST = timedelta(days=92)


@action("case.reviewer_invited")
def invite_reviewer(
    *,
    by: User,
    case: Case,
    name: str,
    email: str,
    organisation: str,
    purpose: str,
    ends_on: date,
    pack: Pack | None = None,
) -> CaseGrant:
    """Invite an outside reader to this case, or to one redacted pack of it. Whoever may release packs invites.

    They read a redacted edition with their name on it, and nothing else in the product. It ends by itself. What they
    read was released (§11): checked by a person, with a lawful basis, and signed. Invited to the case, they read the
    newest redacted pack whose release stands on the day they read.
    """
    case = lock(case, even_closed=True)
    permissions.check_export(by, case)
    cases.check_give_access(by, case)
    for given, field, sentence in (
        (name, "name", "Enter their name."),
        (email, "email", "Enter their e-mail address."),
        (organisation, "organisation", "Enter where they work."),
    ):
        if not given.strip():
            raise Refused("F95", sentence, source=SOURCE, field=field)
    if ends_on > times.today() + LONGEST:
        raise Refused("F95", "An invitation lasts three months at most.", source=SOURCE, field="ends_on")
    if pack is not None and (
        pack.case_id != case.pk or pack.reader == Reader.MANAGER or pack.status != Pack.Status.READY
    ):
        raise Refused("F95", "Choose a finished, redacted pack of this case.", source=SOURCE, field="what")
    released = PackRelease.for_outside(case)
    if not (released.filter(pack=pack) if pack is not None else released).exists():
        raise Refused(
            "F95",
            "Nobody from outside reads what has not been checked. Release the pack first: say its lawful basis, look at "
            "what was taken out, and sign.",
            missing=[Missing("Release a redacted pack", reverse("case-packs", args=[case.pk]))],
            source=SOURCE,
            field="what",
        )
    user = people.make_reviewer_sign_in(by=by, email=email.strip(), name=f"{name.strip()}, {organisation.strip()}")
    grant = make_grant(by, case, user, CaseGrant.Kind.REVIEWER, purpose, None, ends_on)
    if pack is not None:
        grant.pack = pack.pk
        grant.save()
    return grant
