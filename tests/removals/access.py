"""Removals in who may see what: roles, grants for one case, leaving and delegating (accounts/, incidents/)."""

from __future__ import annotations

from tests.removals.table import Removal

CASE = "tests/access/test_case_access.py::"
LEAVING = "tests/access/test_leaving_and_delegating.py::"
REFUSED = "tests/access/test_actions_refuse.py::"
ROLES = "tests/accounts/test_access.py::"

GIVEN = CASE + "test_access_is_given_on_a_page_works_at_once_for_the_signed_in_and_is_written_down"
ITS_DAYS = CASE + "test_access_begins_and_ends_by_itself_on_its_days"
NOBODY = CASE + "test_nobody_gives_access_to_themselves_upwards_to_a_subject_or_without_being_entitled"
TAKEN_OVER = CASE + "test_who_takes_over_from_an_implicated_manager_may_act_as_one_in_that_case_only"
LEAVER = LEAVING + "test_a_leaver_loses_every_session_roles_and_delegations_at_once"
LAST_DAY = LEAVING + "test_a_last_day_to_come_shuts_the_door_by_itself_the_day_after"
LOW_RISK = LEAVING + "test_a_deputy_acts_for_the_manager_in_low_risk_cases_while_it_is_written_down"
ONLY_THE_MANAGER = LEAVING + "test_only_the_manager_delegates_only_to_a_deputy_and_never_for_long"
HAS_DAYS = REFUSED + "test_access_by_exception_has_a_purpose_and_days_and_lasts_a_year_at_most"
IN_ORDER = REFUSED + "test_a_delegation_says_why_and_its_days_are_in_order"
NOT_EVEN = REFUSED + "test_not_even_the_nominated_individual_delegates_for_the_manager"
GRANTED = ROLES + "test_nobody_grants_above_their_own_role_nor_to_themselves_nor_elsewhere"

ACTIONS = "incidents/actions/access.py"
PEOPLE = "accounts/actions/people.py"
STANDING = "accounts/actions/standing.py"
DELEGATING = "accounts/actions/delegation.py"
RIGHTS = "accounts/access.py"
MAY = "incidents/permissions.py"
GRANTS = "incidents/models/access.py"
CASES = "incidents/models/case.py"

REMOVALS = [
    # -- F89 who sees a case
    Removal(
        "F89",
        "only the cases of one's own services",
        CASES,
        "models.Q(service__in=scope, sealed_at__isnull=True)",
        "models.Q(sealed_at__isnull=True)",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "404 for what one may not know of",
        "incidents/case_page.py",
        "    found: Case = get_object_or_404(cases, pk=pk)",
        "    found: Case = get_object_or_404(Case.objects.all(), pk=pk)",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "access works at once",
        CASES,
        " | models.Q(pk__in=granted)",
        "",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "everybody who sees it by a role is named",
        "incidents/who_sees.py",
        '    return [Seer(m.user.name, f"{m.role_class.name}, {m.scope_name}", m.starts_on, m.ends_on) for m in held]',
        "    return []",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "everybody who sees it by exception is named",
        "incidents/who_sees.py",
        "    return _said(one for one in grants if not one.is_over), ",
        "    return [], ",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "access that is over stays in the record",
        "incidents/who_sees.py",
        ", _said(one for one in grants if one.is_over)",
        ", []",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "ended, it is over at once",
        ACTIONS,
        "    grant.ends_at, grant.ended_by, grant.ended_reason = now, by, reason",
        "    grant.ended_by, grant.ended_reason = by, reason",
        (GIVEN,),
    ),
    Removal(
        "F89",
        "access begins on its day",
        GRANTS,
        "        return self.filter(starts_at__lte=now).filter(",
        "        return self.filter(",
        (ITS_DAYS,),
    ),
    Removal(
        "F89",
        "access ends by itself",
        GRANTS,
        ".filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))",
        "",
        (ITS_DAYS,),
    ),
    Removal(
        "F89",
        "not to oneself",
        ACTIONS,
        "    if user.pk == by.pk:",
        "    if False:",
        (REFUSED + "test_nobody_names_themselves_to_take_over",),
    ),
    Removal(
        "F89",
        "not to somebody who stands above",
        ACTIONS,
        "    if not above and not by.is_system and stands > permissions.rank_in(by, case):",
        "    if False:",
        (NOBODY + "[safeguarding_lead-neighbour-stands above you]",),
    ),
    Removal(
        "F89",
        "not to a subject",
        ACTIONS,
        "    if permissions.is_shut_out(user, case):",
        "    if False:",
        (NOBODY + "[manager-worker_user-own practice]",),
    ),
    Removal(
        "F89",
        "only by whoever is entitled",
        ACTIONS,
        "    permissions.check_give_access(by, case)\n    check_recipient(by, case, user)\n",
        "    check_recipient(by, case, user)\n",
        (NOBODY + "[senior-colleague-decides who sees]",),
    ),
    Removal(
        "F89",
        "not to somebody who sees it already",
        ACTIONS,
        "    if permissions.can_act(user, case):",
        "    if False:",
        (NOBODY + "[manager-senior-sees the case already]",),
    ),
    Removal(
        "F89",
        "not to another provider's people",
        ACTIONS,
        "    if staff is None or staff.provider_id != case.provider_id or not user.is_active or user.has_left:",
        "    if staff is None or not user.is_active or user.has_left:",
        (CASE + "test_a_person_of_another_provider_is_neither_offered_nor_accepted",),
    ),
    Removal("F89", "for a purpose (action)", ACTIONS, "    if not purpose.strip():", "    if False:", (HAS_DAYS,)),
    Removal("F89", "not backdated", ACTIONS, "    if first < times.today():", "    if False:", (HAS_DAYS,)),
    Removal("F89", "not ended before it began", ACTIONS, "    if ends_on < first:", "    if False:", (HAS_DAYS,)),
    Removal("F89", "for a year at most", ACTIONS, "    if ends_on - first > LONGEST:", "    if False:", (HAS_DAYS,)),
    Removal(
        "F89",
        "ended with a reason (action)",
        ACTIONS,
        "    if not reason.strip():",
        "    if False:",
        (REFUSED + "test_access_is_ended_with_a_reason_and_only_by_whoever_decides_who_sees",),
    ),
    Removal(
        "F89",
        "ended only by whoever is entitled",
        ACTIONS,
        "    permissions.check_give_access(by, case)\n    found: CaseGrant",
        "    found: CaseGrant",
        (REFUSED + "test_access_is_ended_with_a_reason_and_only_by_whoever_decides_who_sees",),
    ),
    Removal(
        "F89",
        "seeing by exception is seeing only",
        MAY,
        "    return {case for case, kind in _granted(user).items() if CaseGrant.Kind.TAKE_OVER in kind}",
        "    return set(_granted(user))",
        (CASE + "test_seeing_by_exception_is_seeing_only",),
    ),
    Removal(
        "F89",
        "taking over holds in that case only",
        MAY,
        "    return permit in RegisteredManager.permits and case.pk in _taken_over(user)",
        "    return permit in RegisteredManager.permits and bool(_taken_over(user))",
        (REFUSED + "test_whoever_took_over_one_case_decides_nothing_in_another_they_only_see",),
    ),
    Removal(
        "F89",
        "the nominated individual says who takes over",
        ACTIONS,
        "    if free and by not in free:",
        "    if False:",
        (TAKEN_OVER,),
    ),
    Removal(
        "F89",
        "else nobody but the owner says who takes over",
        ACTIONS,
        "    if not free and by.pk != case.owner_id:",
        "    if False:",
        (REFUSED + "test_where_no_nominated_individual_is_free_nobody_but_the_owner_says_who_takes_over",),
    ),
    # -- F89 roles
    Removal(
        "F89",
        "a role on one service opens that service only",
        RIGHTS,
        "        return service.pk in self._services.get(permit, ()) or service.provider_id",
        "        return bool(self._services.get(permit)) or service.provider_id",
        (ROLES + "test_a_role_on_one_service_opens_that_service_only",),
    ),
    Removal(
        "F89",
        "a role holds between its days",
        RIGHTS,
        "        current = Membership.objects.current(self.day).filter(user=self.user)",
        "        current = Membership.objects.filter(user=self.user)",
        (ROLES + "test_a_membership_takes_effect_on_its_first_day_and_ends_with_its_last",),
    ),
    Removal(
        "F89",
        "a leaver holds nothing",
        RIGHTS,
        "        current = current.exclude(user__staff__left_on__lt=self.day)  # a leaver holds nothing\n",
        "",
        (REFUSED + "test_a_leaver_holds_nothing_even_where_a_role_was_left_open",),
    ),
    Removal(
        "F89",
        "no role for oneself",
        PEOPLE,
        '        if user.pk == by.pk:\n            raise NotAllowed("ACCOUNTS", "You cannot grant a role to yourself.',
        '        if False:\n            raise NotAllowed("ACCOUNTS", "You cannot grant a role to yourself.',
        (GRANTED,),
    ),
    Removal(
        "F89",
        "no role above one's own",
        PEOPLE,
        "        if ROLES[role].rank > access.of(by).rank_at(provider.pk, service.pk if service else None):",
        "        if False:",
        (GRANTED,),
    ),
    Removal(
        "F89",
        "no role where one manages nobody",
        PEOPLE,
        '    """Grant a role on a scope. Nobody grants above their own role there, more than it permits, or to themselves (§1)."""\n'
        "    check_manages(by, provider, [service])\n",
        '    """Grant a role on a scope. Nobody grants above their own role there, more than it permits, or to themselves (§1)."""\n',
        (GRANTED,),
    ),
    Removal(
        "F89",
        "no role above one's own is ended",
        PEOPLE,
        "    if not by.is_system and ROLES[membership.role].rank > access.of(by).rank_at(\n"
        "        membership.provider_id, membership.service_id\n    ):",
        "    if False:",
        (LEAVING + "test_nobody_ends_a_role_that_stands_above_their_own",),
    ),
    # -- F89 leaving
    Removal(
        "F89",
        "a leaver's open session ends",
        PEOPLE,
        "    if last_day <= times.today():\n        user.is_active = False\n",
        "    if last_day <= times.today():\n",
        (LEAVER,),
    ),
    Removal(
        "F89",
        "a leaver's roles end",
        PEOPLE,
        "        membership.ends_on = last_day\n        membership.save()\n    for delegation",
        "        pass\n    for delegation",
        (LEAVER,),
    ),
    Removal(
        "F89",
        "a leaver's delegations end",
        PEOPLE,
        "            delegation.ends_on = max(last_day, delegation.starts_on)\n"
        "            if last_day <= times.today():\n"
        "                delegation.ended_at, delegation.ended_by = times.now(), by\n",
        "            delegation.ends_on = max(last_day, delegation.starts_on)\n",
        (LEAVER,),
    ),
    Removal(
        "F89",
        "a last day that has passed is asked for at each request",
        "accounts/backends.py",
        " and not user.has_left",
        "",
        (LAST_DAY,),
    ),
    Removal(
        "F89",
        "it is written down that they were shut off",
        PEOPLE,
        "        _shut_off(by=User.system(), user=staff.user)\n",
        "        pass\n",
        (LEAVING + "test_the_product_shuts_off_those_whose_last_day_has_passed",),
    ),
    Removal(
        "F89",
        "nobody ends their own employment",
        STANDING,
        '    if user.pk == by.pk:\n        raise NotAllowed(\n            "ACCOUNTS",\n            "You cannot do this for yourself.',
        '    if False:\n        raise NotAllowed(\n            "ACCOUNTS",\n            "You cannot do this for yourself.',
        (LEAVING + "test_nobody_ends_their_own_employment_or_that_of_somebody_above_them[manager-manager]",),
    ),
    Removal(
        "F89",
        "nobody ends the employment of somebody above them",
        STANDING,
        "    if any(ROLES[role].rank > over(provider, service) for role, provider, service in stands):",
        "    if False:",
        (
            LEAVING
            + "test_nobody_ends_their_own_employment_or_that_of_somebody_above_them[manager-nominated_individual]",
        ),
    ),
    Removal(
        "F89",
        "nobody takes back the leaving of somebody who stood above them",
        STANDING,
        "        for day in on\n",
        "        for day in ()\n",
        (LEAVING + "test_nobody_takes_back_the_leaving_of_somebody_who_stood_above_them",),
    ),
    Removal(
        "F89",
        "nobody chooses their own supervisor",
        PEOPLE,
        "    check_stands_over(by, staff.user)\n    if supervisor is not None and",
        "    if supervisor is not None and",
        (LEAVING + "test_nobody_changes_their_own_supervisor_or_role_nor_those_of_somebody_above_them",),
    ),
    Removal(
        "F89",
        "nobody ends their own role",
        PEOPLE,
        "    check_stands_over(by, membership.user)\n",
        "",
        (LEAVING + "test_nobody_changes_their_own_supervisor_or_role_nor_those_of_somebody_above_them",),
    ),
    Removal(
        "F89",
        "ending a role never lengthens it",
        PEOPLE,
        "    if membership.ends_on is not None and last_day > membership.ends_on:",
        "    if False:",
        (LEAVING + "test_ending_a_role_never_lengthens_it",),
    ),
    Removal(
        "F89",
        "some roles only the operator gives",
        PEOPLE,
        "        if role in BY_THE_OPERATOR:",
        "        if False:",
        (LEAVING + "test_a_role_that_only_the_operator_gives_and_days_the_wrong_way_round_are_refused_in_the_action",),
    ),
    # -- F89 delegating
    Removal(
        "F89",
        "delegated rights hold in low-risk cases only",
        MAY,
        "        return permit not in LOW_RISK_ONLY or case.level in (Level.L1, Level.L2)",
        "        return True",
        (LOW_RISK,),
    ),
    Removal(
        "F89",
        "a case nobody rated is not low-risk",
        MAY,
        "        return permit not in LOW_RISK_ONLY or case.level in (Level.L1, Level.L2)",
        "        return permit not in LOW_RISK_ONLY or case.level in (Level.L1, Level.L2, None)",
        (LOW_RISK,),
    ),
    Removal(
        "F89",
        "no more than was delegated",
        RIGHTS,
        "        return permit in self._delegated.get(service.pk, ())",
        "        return bool(self._delegated.get(service.pk))",
        (LOW_RISK,),
    ),
    Removal(
        "F89",
        "a delegation holds between its days",
        RIGHTS,
        "        Delegation.objects.current(day).filter(",
        "        Delegation.objects.filter(ended_at=None).filter(",
        (LOW_RISK,),
    ),
    Removal(
        "F89",
        "a delegation that was taken back holds no more",
        DELEGATING,
        "        found.ended_at, found.ended_by = times.now(), by\n",
        "        pass\n",
        (LOW_RISK,),
    ),
    Removal(
        "F89",
        "a delegation ends with the manager's own role",
        RIGHTS,
        "filter(models.Exists(still), to_user=user)",
        "filter(to_user=user)",
        (LEAVING + "test_a_delegation_ends_with_the_managers_own_role",),
    ),
    Removal(
        "F89",
        "only the registered manager delegates",
        DELEGATING,
        "    if RegisteredManager not in access.of(by).roles_at(service):",
        "    if False:",
        (NOT_EVEN,),
    ),
    Removal("F89", "not to oneself, by delegation", DELEGATING, "    if to.pk == by.pk:", "    if False:", (NOT_EVEN,)),
    Removal(
        "F89",
        "only to a deputy",
        DELEGATING,
        "    if Deputy not in access.of(to).roles_at(service):",
        "    if False:",
        (ONLY_THE_MANAGER,),
    ),
    Removal(
        "F89", "only what may be delegated", DELEGATING, "    if not chosen:", "    if False:", (ONLY_THE_MANAGER,)
    ),
    Removal(
        "F89",
        "delegated for three months at most",
        DELEGATING,
        "    if ends_on - starts_on > LONGEST:",
        "    if False:",
        (ONLY_THE_MANAGER,),
    ),
    Removal(
        "F89",
        "delegated with a reason (action)",
        DELEGATING,
        "    if not reason.strip():",
        "    if False:",
        (IN_ORDER,),
    ),
    Removal(
        "F89",
        "delegated for days in order",
        DELEGATING,
        "    if ends_on < max(starts_on, times.today()):",
        "    if False:",
        (IN_ORDER,),
    ),
    Removal(
        "F89",
        "taken back by whoever gave it or manages",
        DELEGATING,
        "    if delegation.from_user_id != by.pk and not any(",
        "    if False and not any(",
        (REFUSED + "test_a_delegation_is_taken_back_by_who_gave_it_or_manages_and_by_nobody_else",),
    ),
]
