"""Removals in the readable history and the ledger (records/)."""

from __future__ import annotations

from tests.removals.table import Removal

PLACES = "tests/history/test_places_fail.py::"
DAYS = "tests/history/test_days_late.py::"
READ = "tests/history/test_readable.py::"
TAMPER = "tests/history/test_ledger_tampering.py::"
GUARDS = "tests/records/test_ledger_guards.py::"

UNDER_SEAL = "tests/history/test_reads_sealed.py::test_what_the_superuser_did_to_sealed_reads_is_found"
SAYS_ALL = READ + "test_a_change_says_who_when_from_where_why_and_what_before_and_after"

CHECKPOINTS = "records/checkpoints.py"
CHECKING = "records/checking.py"
LEDGER = "records/ledger.py"
HISTORY = "governance/views/history.py"
SEALS = "incidents/read_seals.py"
READABLE = "records/readable.py"
SQL = "records/ledger_sql.py"


def _ledger(rule: str, old: str, new: str, test: str) -> Removal:
    return Removal("F97", rule, LEDGER, old, new, (TAMPER + test,))


REMOVALS = [
    Removal(
        "F98",
        "only who did what an entry keeps had it typed for them",
        "records/readable.py",
        "    return any(one.name == beside for one in described.model._meta.concrete_fields)",
        "    return True",
        (
            "tests/history/test_readable.py::test_who_is_to_do_something_later_did_not_do_it_and_nothing_says_it_was_typed_for_them",
        ),
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
        '        found[history_model(model)._meta.db_table] = {"UPDATE", "DELETE"}',
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
        "        elif entry_hash(last, of_chain, number, moment, table, row, payload, formula) != bytes(stored):",
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
        "            ledger_guards.faults() if chain is None else (),\n",
        "",
        "test_a_trigger_switched_off_or_taken_away_is_found",
    ),
    Removal(
        "F97",
        "finds a read that is not as it was sealed",
        SEALS,
        "        if found != one.sha256:",
        "        if False:",
        (f"{UNDER_SEAL}[swapped]",),
    ),
    Removal(
        "F97",
        "finds a seal over reads that was taken away",
        SEALS,
        "        if one.after != after:",
        "        if False:",
        (f"{UNDER_SEAL}[a seal removed]",),
    ),
    Removal(
        "F97",
        "finds the read log's guard switched off",
        "records/ledger_guards.py",
        '        elif enabled not in ("O", "A"):',
        "        elif False:",
        (f"{UNDER_SEAL}[a guard off]",),
    ),
    Removal(
        "F97",
        "finds the read log's guard hollowed out",
        "records/ledger_guards.py",
        "        if found.get(name) != [one]:",
        "        if False:",
        (f"{UNDER_SEAL}[a guard hollowed out]",),
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
    Removal(
        "F98",
        "a day given long after it is said to be late",
        READABLE,
        "    if days <= 1:",
        "    if True:",
        (DAYS + "test_a_day_is_late_when_it_lies_before_yesterday",),
    ),
    Removal(
        "F98",
        "the day of a measured point counts",
        "governance/models/effectiveness.py",
        '    past_days: ClassVar[tuple[str, ...]] = ("on",)',
        "    past_days: ClassVar[tuple[str, ...]] = ()",
        (DAYS + "test_a_measured_day_entered_late_stands_in_the_history",),
    ),
    # -- F97 a place that fails
    Removal(
        "F97",
        "a place that cannot be read is a finding",
        CHECKPOINTS,
        "        except stores.ERRORS as problem:\n            kept.wrong.append(_not_reached(place, problem))",
        "        except KeyError as problem:\n            kept.wrong.append(_not_reached(place, problem))",
        (PLACES + "test_a_place_that_fails_for_a_night_is_told_and_the_next_night_is_whole_again",),
        by=("NotADirectoryError",),
    ),
    Removal(
        "F97",
        "an object store's own errors are findings",
        "records/stores.py",
        "(OSError, BotoCoreError, ClientError, SuspiciousOperation)",
        "(OSError, SuspiciousOperation)",
        (PLACES + "test_an_object_store_that_does_not_answer_is_a_finding",),
        by=("EndpointConnectionError",),
    ),
    Removal(
        "F97",
        "a torn checkpoint is a finding",
        CHECKPOINTS,
        "        except (ValueError, TypeError):",
        "        except KeyError:",
        (PLACES + "test_a_checkpoint_that_is_torn_is_a_finding_and_mailed",),
        by=("ValueError", "JSONDecodeError"),
    ),
    Removal(
        "F97",
        "a night that broke off is made good",
        CHECKING,
        "                checkpoints.complete(kept)\n",
        "",
        (PLACES + "test_a_night_that_broke_off_between_the_two_places_is_made_good",),
    ),
    Removal(
        "F97",
        "one check at a time",
        CHECKING,
        "SELECT pg_advisory_lock(hashtext('safe.ledger_check'))",
        "SELECT 1",
        (PLACES + "test_a_second_check_waits_until_the_first_is_done",),
    ),
    Removal(
        "F97",
        "a check that does not run is an alarm",
        "governance/ledger_alert.py",
        "        return last.checked_at < long_ago",
        "        return False",
        (PLACES + "test_a_check_that_does_not_run_is_mailed_once_a_day_and_stands_on_my_work",),
    ),
    Removal(
        "F97",
        "it is told once a day",
        "governance/ledger_alert.py",
        ' or not cache.add("ledger-overdue-told", 1, DAY_SECONDS)',
        "",
        (PLACES + "test_a_check_that_does_not_run_is_mailed_once_a_day_and_stands_on_my_work",),
    ),
    Removal(
        "F96",
        "what is no record narrows nothing",
        HISTORY,
        "        return str(UUID(given))\n",
        "        return given\n",
        ("tests/attacks/test_sessions_and_headers.py::test_odd_requests_are_answered_and_break_nothing",),
    ),
]
