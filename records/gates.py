"""What a gate says: one line a condition, each with its code, its source, its state and the page that settles it.

Gates are pure functions over facts; they read and never write. The same lines are shown on the page, decide
in the action, and are printed in the pack, so that the three cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from records.refusals import Missing, Refused


@dataclass(frozen=True)
class GateLine:
    """One condition: `text` says what must be true, `met` whether it is, `detail` what is missing or how it is met."""

    code: str
    text: str
    met: bool
    url: str = ""
    source: str = ""
    detail: str = ""
    #: Who may override with a reason: "" nobody, "nominated_individual".
    override: str = ""

    @property
    def state(self) -> str:
        return "Met" if self.met else "Not met"


def unmet(lines: list[GateLine]) -> list[GateLine]:
    return [line for line in lines if not line.met]


def refuse_unless_met(lines: list[GateLine], message: str) -> None:
    """Raise Refused naming every unmet line with its link; the first one's code and source are the refusal's."""
    missing = unmet(lines)
    if missing:
        raise Refused(
            missing[0].code,
            message,
            missing=[Missing(line.detail or line.text, line.url) for line in missing],
            source=missing[0].source,
        )
