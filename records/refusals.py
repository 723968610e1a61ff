"""A refusal: the one exception by which an action says no, in words a person can act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way, and the page where it can be put right (empty: nowhere to go)."""

    text: str
    url: str = ""


class Refused(Exception):  # noqa: N818 - the field's word; it is an answer, not a fault
    """The rule named by `code` does not allow this.

    `message` says what and why in one or two plain sentences; `missing` lists what would change the answer;
    `source` is where the rule comes from (`domain.md §8`). Views put it in the error summary (status 422).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        missing: list[Missing] | None = None,
        source: str = "",
        field: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.missing = missing or []
        self.source = source
        #: Name of the form field the error belongs to, when there is one.
        self.field = field
        #: Whether the log knows of it already.
        self.told = False

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotAllowed(Refused):
    """This person may not do this at all (a role or scope question, not a gate)."""
