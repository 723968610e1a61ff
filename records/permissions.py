"""The shape of every permission check: `can_x` answers, `check_x` raises. Kept here: the raising."""

from records.refusals import NotAllowed


def require(allowed: bool, sentence: str, code: str = "ROLE") -> None:
    """Raise NotAllowed with one plain sentence unless allowed."""
    if not allowed:
        raise NotAllowed(code, sentence, source="domain.md §1")
