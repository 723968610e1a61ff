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
from governance.actions.packs import ask_for_pack, fail_pack, keep_pack, mark_step, release_pack
from governance.actions.reviewers import invite_reviewer

__all__ = [
    "add_point",
    "ask_for_pack",
    "book_check",
    "book_usual_checks",
    "change_measure",
    "close_case",
    "fail_pack",
    "fix_measure",
    "give_verdict",
    "invite_reviewer",
    "keep_pack",
    "mark_step",
    "move_check",
    "record_check",
    "release_pack",
    "reopen_case",
    "second_close",
]
