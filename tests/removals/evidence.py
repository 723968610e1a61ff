"""Removals in packs, the readable history, the ledger and sign-in (governance/packs, records/, accounts/)."""

from __future__ import annotations

from tests.removals.table import Removal

DOCUMENT = "tests/packs/test_document.py::"
PAGES = "tests/packs/test_pages.py::"
NAMES = "tests/packs/test_redaction.py::"
VERIFY = "tests/packs/test_verify.py::"
READ = "tests/history/test_readable.py::"
TAMPER = "tests/history/test_ledger_tampering.py::"
GUARDS = "tests/records/test_ledger_guards.py::"
OUT = "tests/accounts/test_time_out.py::"
PASSWORD = "tests/accounts/test_passwords_and_tries.py::"  # noqa: S105 (a file of tests)
SIGN_ON = "tests/accounts/test_single_sign_on.py::"

WHOLE_WAY = PAGES + "test_the_manager_asks_waits_checks_signs_and_downloads"
NO_NAME = NAMES + "test_no_name_is_left_in_the_data_the_pdf_or_the_html"
ELSEWHERE = NAMES + "test_the_search_looks_where_nobody_reads"
LISTED = NAMES + "test_each_replacement_is_listed_in_its_sentence_for_a_person_to_check"
STRUCTURE = DOCUMENT + "test_the_structure_is_tagged_in_words_a_reader_s_software_knows"
FOURTEEN = DOCUMENT + "test_fourteen_parts_are_bookmarked_and_the_contents_give_their_true_pages"
KEPT = DOCUMENT + "test_a_kept_pack_is_made_again_byte_for_byte_although_the_case_went_on"
SUPERSEDED = PAGES + "test_a_superseded_version_stays_and_cannot_be_released"
FLIPPED = VERIFY + "test_one_flipped_byte_anywhere_is_caught"
SAYS_ALL = READ + "test_a_change_says_who_when_from_where_why_and_what_before_and_after"

REDACTION = "governance/packs/redaction.py"
ACTIONS = "governance/actions/packs.py"
LEDGER = "records/ledger.py"
READABLE = "records/readable.py"
SQL = "records/ledger_sql.py"
DOCUMENT_HTML = "governance/templates/governance/pack/document.html"
BODY_HTML = "governance/templates/governance/pack/body.html"


def _ledger(rule: str, old: str, new: str, test: str) -> Removal:
    return Removal("F97", rule, LEDGER, old, new, (TAMPER + test,))


REMOVALS = [
    # -- F75 the case pack
    Removal(
        "F75",
        "from one click, in the background",
        ACTIONS,
        "        transaction.on_commit(lambda: queue.send(pack.pk), robust=True)",
        "        pass",
        (WHOLE_WAY,),
    ),
    Removal(
        "F75",
        "with progress",
        "governance/views/packs.py",
        "    if found.is_finished:\n        response.headers",
        "    if False:\n        response.headers",
        (WHOLE_WAY,),
        by=("KeyError",),
    ),
    Removal(
        "F75",
        "all fourteen parts",
        "governance/packs/contents.py",
        "    contents_effect.open_risks,\n",
        "",
        (DOCUMENT + "test_the_manager_s_full_copy_holds_all_fourteen_parts_even_of_an_empty_case",),
    ),
    Removal(
        "F75",
        "what went badly is in it",
        "governance/packs/contents_effect.py",
        "        if lateness(due, done)\n    ]",
        "        if False\n    ]",
        (DOCUMENT + "test_what_went_badly_is_in_the_pack",),
    ),
    Removal(
        "F75",
        "nothing leaves before it is released",
        "governance/views/packs.py",
        "    if not PackRelease.objects.filter(pack=found, expires_on__gte=times.today()).exists():",
        "    if False:",
        (WHOLE_WAY,),
    ),
    # -- F78 redaction
    Removal(
        "F78",
        "names are taken out of the data",
        REDACTION,
        "    known = names_of(case, also) if profile.redacts else []",
        "    known: list[Known] = []",
        (NO_NAME, LISTED),
    ),
    Removal(
        "F78",
        "the finished file is searched",
        "governance/packs/making.py",
        "        if left := redaction.leaks(texts, redacted.known):",
        "        if left := []:",
        (NAMES + "test_a_file_that_still_holds_a_name_is_thrown_away",),
    ),
    Removal(
        "F78",
        "also inside every object",
        REDACTION,
        "            texts += walk(value)\n",
        "",
        (ELSEWHERE,),
    ),
    Removal(
        "F78",
        "also in attachments and streams",
        REDACTION,
        "                texts += _decoded(value.get_data())\n",
        "                pass\n",
        (ELSEWHERE,),
    ),
    Removal(
        "F78",
        "former names too",
        REDACTION,
        "        found.append(Known(staff.name, REPORTER if staff.id in reporters else staff.role_code))",
        "        pass",
        (NAMES + "test_former_names_are_taken_out_too",),
    ),
    Removal(
        "F78",
        "the reporter has no code",
        REDACTION,
        "        instead = REPORTER if staff.pk in reporters else staff.role_code",
        "        instead = staff.role_code",
        (NAMES + "test_the_reporter_is_not_even_known_by_a_role_code",),
    ),
    Removal(
        "F78",
        "the HR compartment is dropped",
        REDACTION,
        '        if names := block.get("hr_names"):',
        "        if names := None:",
        (NAMES + "test_the_hr_compartment_is_dropped_whole_and_says_so",),
    ),
    Removal(
        "F78",
        "each place is listed for a person",
        REDACTION,
        '            made.replaced.append({"was": match.group(), "now": found, "sentence": around})\n',
        "",
        (LISTED,),
    ),
    Removal(
        "F78",
        "released only when a person has checked",
        ACTIONS,
        "    if not checked:",
        "    if False:",
        (PAGES + "test_release_is_signed_on_its_page_and_refused_without_the_check",),
    ),
    # -- F79 the document
    Removal("F79", "its language", DOCUMENT_HTML, '<html lang="en-GB">', "<html>", (STRUCTURE,)),
    Removal("F79", "pictures say what they show", BODY_HTML, ' alt="{{ block.alt }}">', ' alt="">', (STRUCTURE,)),
    Removal(
        "F79",
        "fourteen bookmarked parts",
        "governance/packs/contents.py",
        "    contents_effect.open_risks,\n",
        "",
        (FOURTEEN,),
    ),
    Removal(
        "F79",
        "the twin needs nothing else",
        "governance/packs/render.py",
        '"sheet": _sheet()}',
        '"sheet_url": "build/pack.css"}',
        (DOCUMENT + "test_the_html_twin_says_the_same_and_needs_nothing_else",),
    ),
    Removal(
        "F79",
        "cells are tied to their headings",
        BODY_HTML,
        '<th scope="row">{{ row.0 }}</th>',
        "<td>{{ row.0 }}</td>",
        (STRUCTURE,),
    ),
    # -- F80 the seal
    Removal(
        "F80",
        "not one byte changed",
        "governance/packs/seal.py",
        "        return bool(status.intact and status.valid and status.trusted and whole)",
        "        return True",
        (FLIPPED,),
    ),
    Removal(
        "F80",
        "nothing added after the seal",
        "governance/packs/seal.py",
        "        return bool(status.intact and status.valid and status.trusted and whole)",
        "        return bool(status.intact and status.valid and status.trusted)",
        (VERIFY + "test_something_added_after_the_seal_is_caught",),
    ),
    Removal(
        "F80",
        "changed since is said",
        "governance/packs/checking.py",
        "    if ours or seal.bears_our_certificate(data):",
        "    if False:",
        (FLIPPED,),
    ),
    Removal(
        "F80",
        "intact is said",
        ACTIONS,
        "    pack.sha256, pack.html_sha256 = sha256(pdf), sha256(html)\n",
        "",
        (VERIFY + "test_anybody_with_the_file_learns_that_it_is_intact",),
    ),
    Removal(
        "F80",
        "the ledger's head is kept with it",
        ACTIONS,
        '    pack.ledger_seq, pack.ledger_head = contents["ledger_seq"], contents["ledger_head"]\n',
        "",
        (VERIFY + "test_the_head_printed_in_a_pack_anchors_the_ledger",),
        by=("ValueError",),
    ),
    # -- F81 frozen
    Removal(
        "F81",
        "a finished version does not change",
        ACTIONS,
        "    if found.is_finished:",
        "    if False:",
        (SUPERSEDED,),
    ),
    Removal(
        "F81",
        "a superseded version is not released",
        ACTIONS,
        '    if latest := newer.order_by("-version").first():',
        "    if latest := None:",
        (SUPERSEDED,),
    ),
    Removal("F81", "it names what it supersedes", ACTIONS, "        supersedes=before,\n", "", (SUPERSEDED,)),
    Removal(
        "F81",
        "a changed one is not said to be reproduced",
        "governance/packs/making.py",
        "    return sealed.startswith(again) and seal.sha256(sealed) == pack.sha256",
        "    return True",
        (KEPT,),
    ),
    # -- F94 signing in
    Removal(
        "F94",
        "15 quiet minutes",
        "accounts/timeouts.py",
        "    idle = settings.SESSION_IDLE_SECONDS - (now - request.session.get(SEEN, now))",
        "    idle = settings.SESSION_ABSOLUTE_SECONDS",
        (OUT + "test_fifteen_quiet_minutes_end_it_and_fourteen_do_not",),
    ),
    Removal(
        "F94",
        "12 hours",
        "accounts/timeouts.py",
        "    return int(min(idle, _whole(request, now)))",
        "    return int(idle)",
        (OUT + "test_twelve_hours_end_it_however_busy_somebody_is",),
    ),
    Removal(
        "F94",
        "asking by itself is no sign of a person",
        "accounts/timeouts.py",
        "        if name not in QUIET and now",
        "        if now",
        (OUT + "test_asking_how_long_is_left_is_no_sign_that_somebody_is_there",),
    ),
    Removal(
        "F94",
        "what was typed is not lost",
        "accounts/timeouts.py",
        '        if request.path.startswith(OPEN) or request.method in ("GET", "HEAD"):\n            return None',
        "        return None",
        (OUT + "test_what_was_sent_too_late_is_kept_and_can_be_sent_after_signing_in",),
        by=("DoesNotExist",),
    ),
    Removal(
        "F94",
        "a second factor before any page",
        "accounts/middleware.py",
        "            settings.MFA_REQUIRED\n            and request.user",
        "            False\n            and request.user",
        ("tests/accounts/test_second_factor.py::test_a_user_without_a_second_factor_is_sent_to_set_one_up",),
    ),
    Removal(
        "F94",
        "exempt only whom a setting names",
        "accounts/middleware.py",
        "    return bool(roles) and roles <= settings.MFA_EXEMPT_ROLES",
        "    return bool(roles)",
        (PASSWORD + "test_roles_that_need_no_second_factor_are_named_by_a_setting",),
        by=("AttributeError",),
    ),
    Removal(
        "F94",
        "no stolen password",
        "accounts/passwords.py",
        "        if settings.BREACHED_PASSWORDS and is_in(Path(settings.BREACHED_PASSWORDS), password):",
        "        if False:",
        (PASSWORD + "test_a_stolen_password_is_refused_from_a_file_on_this_machine",),
    ),
    Removal(
        "F94",
        "the sign-on gives no more than care worker",
        "accounts/single_sign_on.py",
        "default=CareWorker.code)",
        'default="registered_manager")',
        (SIGN_ON + "test_the_map_is_read_strictly",),
    ),
    Removal(
        "F94",
        "a device cookie is of one account",
        "accounts/devices.py",
        '    return str(device) if account == _of(email) else ""',
        "    return str(device)",
        (PASSWORD + "test_a_known_device_is_never_held_by_what_others_do",),
    ),
    # -- F96 every change
    Removal("F96", "who", READABLE, "        who=names.user(now, at),", '        who="Somebody",', (SAYS_ALL,)),
    Removal(
        "F96",
        "why",
        READABLE,
        '        why=reason_words(now.get("history_change_reason") or ""),',
        '        why="",',
        (SAYS_ALL,),
        by=("ValueError",),
    ),
    Removal(
        "F96",
        "from where",
        READABLE,
        '        where=SOURCES.get(now.get("history_source", ""), now.get("history_source", "")),',
        '        where="",',
        (SAYS_ALL,),
    ),
    Removal(
        "F96",
        "before and after",
        READABLE,
        "Change(_label(described), _value(described, before, names), _value(described, after, names))",
        "Change(_label(described), NOTHING, _value(described, after, names))",
        (SAYS_ALL,),
    ),
    Removal(
        "F96",
        "no entry is left out",
        READABLE,
        '        ("e.seq < %s", before),',
        '        ("e.seq < %s - 1", before),',
        (READ + "test_every_record_of_the_case_is_in_its_history",),
    ),
    Removal(
        "F96",
        "the HR compartment is kept back",
        READABLE,
        "        if is_kept_back(label, column, compartments):",
        "        if False:",
        (READ + "test_the_hr_compartment_is_kept_back_from_who_may_not_see_it",),
    ),
    Removal(
        "F96",
        "only for who may read it",
        "governance/views/history.py",
        "    if not permissions.can_read_history(user, case):",
        "    if False:",
        (READ + "test_only_who_may_read_the_history_of_this_case_finds_the_page",),
    ),
    Removal(
        "F96",
        "no bulk write escapes it",
        "records/models/tracked.py",
        '        self._refuse("update()")',
        "        return models.QuerySet.update(self, **kwargs)",
        (GUARDS + "test_writes_that_would_leave_no_history_are_refused_on_the_queryset",),
        by=("ProgrammingError",),
    ),
    Removal(
        "F96",
        "no write without an actor (database)",
        SQL,
        'f"CREATE OR REPLACE TRIGGER actor BEFORE INSERT OR UPDATE OR DELETE ON {table} "',
        "",
        (GUARDS + "test_raw_sql_without_an_actor_is_refused_for_every_model[incidents.Case]",),
        sql="DROP TRIGGER actor ON incidents_case",
    ),
    Removal(
        "F96",
        "no write without its history (database)",
        SQL,
        'f"CREATE CONSTRAINT TRIGGER history_kept AFTER INSERT OR UPDATE ON {table} "',
        "",
        (GUARDS + "test_raw_sql_that_names_an_actor_but_leaves_no_history_is_refused",),
        sql="DROP TRIGGER history_kept ON accounts_service",
    ),
    # -- F97 the ledger
    Removal(
        "F97",
        "history is not changed by the application (rights)",
        SQL,
        '                cursor.execute(f"REVOKE UPDATE, DELETE ON {history} FROM {role}")',
        "",
        (GUARDS + "test_history_of_every_model_can_be_neither_changed_nor_removed_nor_emptied[incidents.Case]",),
        sql="GRANT UPDATE ON incidents_historicalcase TO safe_app",
    ),
    Removal(
        "F97",
        "history is not changed by the application (trigger)",
        SQL,
        'f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {history} "',
        "",
        (TAMPER + "test_the_application_s_own_role_is_refused",),
        sql="DROP TRIGGER append_only ON incidents_historicalchronologyentry;"
        "GRANT UPDATE ON incidents_historicalchronologyentry TO safe_app",
    ),
    Removal(
        "F97",
        "every history row enters the chain",
        SQL,
        'f"CREATE OR REPLACE TRIGGER ledger AFTER INSERT ON {history} "',
        "",
        (GUARDS + "test_every_tracked_table_carries_its_guards[incidents.ChronologyEntry]",),
        sql="DROP TRIGGER ledger ON incidents_historicalchronologyentry",
    ),
    _ledger(
        "finds a changed row", "            _rows(chain, counted, most),\n", "", "test_a_changed_history_row_is_named"
    ),
    _ledger(
        "finds a row changed with its entry",
        "        elif entry_hash(last, of_chain, number, table, row, payload) != bytes(stored):",
        "        elif False:",
        "test_a_changed_history_row_whose_entry_was_changed_with_it_is_named",
    ),
    _ledger(
        "finds a removed entry",
        "        if number != seq + 1:",
        "        if False:",
        "test_a_history_row_removed_with_its_entry_is_named",
    ),
    _ledger(
        "finds an inserted row",
        "            _rows(chain, counted, most),\n",
        "",
        "test_an_inserted_history_row_is_named",
    ),
    _ledger(
        "finds swapped entries",
        "        elif bytes(previous) != last:",
        "        elif False:",
        "test_two_swapped_entries_are_found",
    ),
    _ledger(
        "finds a cut tail", "            _heads(chain, most),\n", "", "test_a_tail_cut_off_without_its_head_is_found"
    ),
    _ledger(
        "finds a chain written anew, by an anchor",
        "            _anchored(chain, anchors),\n",
        "",
        "test_a_chain_written_anew_is_found_by_a_head_noted_earlier",
    ),
    _ledger(
        "finds a record changed by a side door",
        "            _records(chain, most),\n",
        "",
        "test_a_record_changed_without_a_history_row_is_found",
    ),
    _ledger(
        "finds a trigger switched off",
        "            _guards() if chain is None else (),\n",
        "",
        "test_a_trigger_switched_off_or_taken_away_is_found",
    ),
    # -- F98 back-dating
    Removal(
        "F98",
        "a time given long after it is said to be late",
        READABLE,
        "    if gap <= LATE:",
        "    if True:",
        (READ + "test_a_time_given_long_after_it_is_shown_as_late",),
    ),
]
