"""What in the forms of practice tests was written before: evidence copied from another form, comments said again (§7.3).

Read from the record at the moment of asking. Copied evidence fails an attempt (`gates.passing`); a repeated comment
fails nothing and stands beside the attempt for whoever reads the tests, the manager first (case 2, "much better").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from records.reading import once
from records.wording import joined
from remediation.gates import passing
from remediation.models import CriterionMark, TestAttempt


def _other_forms(attempt: TestAttempt) -> QuerySet[CriterionMark]:
    """Marks in every form a copy could come from: the assessor's own, in any case, and everybody's in this case."""
    near = Q(attempt__assessor=attempt.assessor_id) | Q(case=attempt.case_id)
    marks: QuerySet[CriterionMark] = CriterionMark.objects.filter(near).exclude(attempt=attempt)
    return marks.exclude(mark=passing.NOT_OBSERVED)


def other_texts(attempt: TestAttempt) -> frozenset[str]:
    """Normalised evidence of every other form it could be copied from, in one query: to tell copies (§7.3)."""
    texts = _other_forms(attempt).values_list("saw_heard", flat=True)
    return frozenset(passing.normalised(text) for text in texts.iterator(chunk_size=2000)) - {""}


def copied_from(mark: CriterionMark) -> CriterionMark | None:
    """The mark with the same words, in this form or in another it could be copied from (§7.3)."""
    words = passing.normalised(mark.saw_heard)
    if not words or mark.mark == passing.NOT_OBSERVED:
        return None
    same_form = mark.attempt.marks.exclude(pk=mark.pk).exclude(mark=passing.NOT_OBSERVED)
    for others in (same_form, _other_forms(mark.attempt)):
        for key, text in others.values_list("pk", "saw_heard").iterator(chunk_size=2000):
            if passing.normalised(text) == words:
                found: CriterionMark = CriterionMark.objects.select_related("attempt__test", "criterion").get(pk=key)
                return found
    return None


@dataclass(frozen=True)
class Repeated:
    """An attempt with the comments that stand word for word in an earlier one, in sentences."""

    attempt: TestAttempt
    lines: list[str] = field(default_factory=list)


@once
def repeated_comments(case_id: UUID) -> dict[UUID, Repeated]:
    """By attempt: what its comments say again, of this worker or by this assessor.

    "What improved" and "feedback" of every attempt in the case, in one query; what was written first is never named.
    """
    rows = TestAttempt.objects.filter(case=case_id).select_related("test", "worker").order_by("started_at", "number")
    earlier: dict[str, list[TestAttempt]] = {}
    found: dict[UUID, Repeated] = {}
    for one in rows:
        said = {"The feedback": one.feedback, "What improved": one.improved}
        for what, text in said.items():
            before = [
                other
                for other in earlier.get(passing.normalised(text), ())
                if one.worker_id == other.worker_id or one.assessor_id == other.assessor_id
            ]
            if before:
                found.setdefault(one.pk, Repeated(one)).lines.append(
                    f"{what} is word for word as in {_named(one, before)}"
                )
        for words in {passing.normalised(text) for text in said.values()} - {""}:
            earlier.setdefault(words, []).append(one)
    return found


def _named(one: TestAttempt, others: Iterable[TestAttempt]) -> str:
    """The other attempts in words: those of the same test by their number, others with their test and worker."""
    names = []
    for other in others:
        test = "" if other.test_id == one.test_id else f"{other.test.code}, "
        worker = "" if other.worker_id == one.worker_id else f"{other.worker.name}, "
        names.append(f"{worker}{test}attempt {other.number}")
    return joined(names)
