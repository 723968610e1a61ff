"""The whole demo, in order."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from governance.demo import case1, case2, case3, people
from remediation.actions import load_library


def everything(tell: Callable[[str], object] = lambda line: None) -> people.People:
    """Make both providers, their people, the library and the three cases. Inside one transaction of the caller."""
    made = people.make()
    load_library(by=User.system())
    for number, case in enumerate((case1, case2, case3), 1):
        case.make(made)
        tell(f"Demo case {number} of 3 is there.")
    return made
