"""How a remediation plan ends (`RemediationPlan.ended_how`): what a person may choose, and what follows by itself."""

from __future__ import annotations

from typing import Final

#: Its last task was decided for good.
DECIDED: Final = "decided"
REPLACED: Final = "replaced"
LEFT: Final = "left"
NOT_MET: Final = "not_met"
#: The signature that started it was withdrawn.
START_WITHDRAWN: Final = "start_withdrawn"

#: What whoever ends a plan chooses from. That every task is decided shows by itself and is never chosen.
CHOSEN: Final[dict[str, str]] = {
    NOT_MET: "It was not met",
    LEFT: "The worker left before it was done",
    REPLACED: "Replaced by another plan",
}
WORDS: Final[dict[str, str]] = CHOSEN | {
    DECIDED: "Every task is decided",
    START_WITHDRAWN: "The signature that started it was withdrawn",
}
#: Plans that lead nowhere any more: another one is written in their place.
LEAD_NOWHERE: Final = (REPLACED, START_WITHDRAWN)


def in_words(how: str) -> str:
    return WORDS.get(how, how)
