from governance.actions.closure import close_case, reopen_case, second_close
from governance.actions.effectiveness import (
    add_point,
    book_check,
    book_usual_checks,
    change_measure,
    fix_measure,
    give_verdict,
    move_check,
    record_check,
)

__all__ = [
    "add_point",
    "book_check",
    "book_usual_checks",
    "change_measure",
    "close_case",
    "fix_measure",
    "give_verdict",
    "move_check",
    "record_check",
    "reopen_case",
    "second_close",
]
