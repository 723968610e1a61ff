"""Who may be chosen on this floor's forms: staff of the case's provider, less those whose practice is looked at."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from accounts.models import Staff, User
from incidents.models import Case
from records import times
from records.forms import Rows
from remediation import facts


def staff_of(case: Case, user: User, *, with_sign_in: bool = True) -> QuerySet[Staff]:
    """Staff of the case's provider this user may know of, still here, and not a subject of the case."""
    still_here = Q(left_on=None) | Q(left_on__gte=times.today())
    found = (
        Staff.objects.visible_to(user)
        .filter(still_here, provider=case.provider_id)
        .exclude(pk__in=facts.subjects_of(case))
    )
    chosen: QuerySet[Staff] = found.exclude(user=None) if with_sign_in else found
    return chosen.order_by("name")


def name_and_title(staff: Any) -> str:
    return f"{staff.name}, {staff.job_title}"


def assessor_name(staff: Any) -> str:
    """With whether they are trained to assess: nobody finds that out on the day (F44)."""
    trained = "" if staff.assessor_trained_on else " (not assessor-trained)"
    return f"{staff.name}, {staff.job_title}{trained}"


class KeptRows(Rows):
    """Rows that start with what is there: a row left as it was counts as answered. `needed` names its main question."""

    needed = "text"

    def clean(self) -> None:
        if len(self.kept) < self.least:
            raise ValidationError(f"Give at least one {self.one}", code="too_few")

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The cleaned rows that say something, in order."""
        found = [dict(form.cleaned_data) for form in self.forms if getattr(form, "cleaned_data", None)]
        return [row for row in found if row.get(self.needed)]
