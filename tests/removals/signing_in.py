"""Removals in signing in: time-outs, passwords, devices, the organisation's own sign-on (accounts/)."""

from __future__ import annotations

from tests.removals.table import Removal

OUT = "tests/accounts/test_time_out.py::"
PASSWORD = "tests/accounts/test_passwords_and_tries.py::"  # noqa: S105 (a file of tests)
SIGN_ON = "tests/accounts/test_single_sign_on.py::"


REMOVALS = [
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
]
