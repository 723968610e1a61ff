"""Removals of what stands against attacks and accidents at the edge: doubles, shared devices, neighbours, lost phones."""

from __future__ import annotations

from tests.removals.table import Removal

TWICE = "tests/attacks/test_sent_twice.py::"
SIGN_INS = "tests/accounts/test_ending_sign_ins.py::"
TRIES = "tests/accounts/test_passwords_and_tries.py::"
TIME_OUT = "tests/accounts/test_time_out.py::"
CODES = "tests/accounts/test_one_time_codes.py::"
SETTINGS = "config/settings.py"
HELP = "accounts/actions/sign_ins.py"

REMOVALS = [
    Removal(
        "F03",
        "a form sent twice is taken once",
        SETTINGS,
        '    "records.once.Once",\n',
        "",
        (TWICE + "test_the_same_form_sent_again_leads_to_the_same_place_and_writes_nothing_more",),
    ),
    Removal(
        "F03",
        "other words in the same form are taken",
        "records/once.py",
        '    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")\n',
        "    typed = request.POST[FIELD]\n",
        (TWICE + "test_other_words_in_the_same_form_and_the_same_words_in_a_new_form_are_taken",),
    ),
    Removal(
        "F03",
        "what was refused may be sent again",
        "records/once.py",
        "            else:  # refused, or broken: the same words may be sent again\n                cache.delete(key)\n",
        "",
        (TWICE + "test_what_was_refused_may_be_sent_again_and_nobody_replays_the_form_of_another",),
    ),
    Removal(
        "F03",
        "the double waits for the first",
        "records/once.py",
        "        while not cache.add(key, BEING_SAVED, WORKING):\n",
        "        while cache.get(key, BEING_SAVED) != BEING_SAVED:\n",
        (TWICE + "test_the_same_form_six_times_at_the_same_moment_is_one_entry",),
    ),
    Removal(
        "F94",
        "ending the sign-ins of somebody else (ASVS 7.4.5)",
        HELP,
        "    user.help_given = why.strip()\n    user.save()\n    transaction.on_commit(lambda: end_sessions(user))\n",
        "    user.help_given = why.strip()\n    user.save()\n",
        (SIGN_INS + "test_a_manager_signs_somebody_out_everywhere_and_the_reason_stands_in_the_history",),
    ),
    Removal(
        "F94",
        "a lost second step only when it is said how they are known",
        HELP,
        "    if not how_known.strip():\n",
        "    if False:\n",
        (SIGN_INS + "test_a_lost_second_step_is_taken_off_only_when_it_is_said_how_they_are_known",),
    ),
    Removal(
        "F94",
        "nobody ends the sign-ins of somebody who stands above",
        HELP,
        "    check_stands_over(by, user)\n",
        "",
        (SIGN_INS + "test_nobody_signs_out_who_stands_above_them_nor_themselves_nor_people_of_another_provider",),
    ),
    Removal(
        "F94",
        "a known device is not held by its neighbours",
        "accounts/adapters.py",
        'action="login_failed_known_device" if known else "login_failed"',
        'action="login_failed"',
        (TRIES + "test_one_persons_wrong_tries_hold_nobody_else_on_the_same_network_or_tablet",),
    ),
    Removal(
        "F94",
        "a tablet keeps its other users known",
        "accounts/devices.py",
        "held = {**_accounts(request), _of(email)",
        "held = {_of(email)",
        (TRIES + "test_one_persons_wrong_tries_hold_nobody_else_on_the_same_network_or_tablet",),
    ),
    Removal(
        "F94",
        "the link from the mailbox makes a device known",
        "accounts/devices.py",
        "@receiver(password_reset)\n",
        "",
        (TRIES + "test_whoever_is_kept_off_a_new_device_gets_in_by_the_link_from_their_mailbox",),
    ),
    Removal(
        "F94",
        "what was typed is kept over night",
        SETTINGS,
        "SESSION_COOKIE_AGE = max(7 * 24 * 3600, SESSION_ABSOLUTE_SECONDS)",
        "SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS",
        (TIME_OUT + "test_what_was_typed_in_a_window_left_open_over_night_is_kept_too",),
    ),
    # (That nobody's words go out under another name is a script's guard, frontend/js/timeout.js: what the browser gets is
    # built from it, so it is taken out by hand; tests/accounts/test_time_out_browser.py.)
    Removal(
        "F94",
        "a code of the app ends with its half minute",
        SETTINGS,
        "MFA_TOTP_PERIOD, MFA_TOTP_TOLERANCE = 30, 0",
        "MFA_TOTP_PERIOD, MFA_TOTP_TOLERANCE = 30, 1",
        (CODES + "test_a_code_not_used_ends_with_its_half_minute",),
    ),
    # (That every form says where it goes is read from what git knows, which a copy without its history cannot be asked:
    # taken out by hand; tests/guards/test_house.py.)
]
