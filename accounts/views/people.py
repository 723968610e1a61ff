"""People and roles: who works here, what each may do, since when and until when; for those who manage people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts import access, actions, forms, permissions
from accounts.models import Delegation, Membership, Staff, User
from accounts.roles import RegisteredManager
from records.forms import PageForm, answer
from records.refusals import Refused


def _manager(request: HttpRequest) -> User:
    """The signed-in user if they manage people; otherwise these pages do not exist."""
    user = request.user
    if not isinstance(user, User) or not permissions.can_manage_people(user):
        raise Http404
    return user


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works in a service I manage, with their current roles; 50 a page."""
    user = _manager(request)
    staff = permissions.managed_staff(user).order_by("name", "pk").prefetch_related("services")
    page = Paginator(staff, 50).get_page(request.GET.get("page"))
    roles: dict[UUID, list[Membership]] = {}
    held = Membership.objects.current().filter(user__in=[one.user_id for one in page if one.user_id])
    for membership in held.select_related("service", "provider"):
        roles.setdefault(membership.user_id, []).append(membership)
    rows = [(one, roles.get(one.user_id, [])) for one in page]
    places = {
        "services": permissions.managed_services(user).order_by("name"),
        "providers": permissions.managed_providers(user),
    }
    return answer(request, "accounts/people.html", {"page": page, "rows": rows} | places)


@login_required
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One member of staff: sign-in, supervisor, every role with its dates and who granted it."""
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk)
    held: Any = (
        Membership.objects.filter(user=staff.user_id).select_related("service", "provider").order_by("-starts_on")
        if staff.user_id
        else []
    )
    may_end = set(permissions.managed_memberships(user).filter(user=staff.user_id).values_list("pk", flat=True))
    granted = {
        row.id: row.history_user
        for row in Membership.history.filter(id__in=[m.pk for m in held], history_type="+").select_related(
            "history_user"
        )
    }
    current = set(Membership.objects.current().filter(user=staff.user_id).values_list("pk", flat=True))
    rows = [(one, one.pk in current, one.pk in may_end, granted.get(one.pk)) for one in held]
    delegations: Any = Delegation.objects.none()
    if staff.user is not None:
        delegations = Delegation.objects.filter(
            to_user=staff.user, service__in=permissions.managed_services(user)
        ).select_related("from_user", "service")
    return answer(
        request,
        "accounts/person.html",
        {
            "staff": staff,
            "myself": staff.user_id == user.pk,
            "rows": rows,
            "postings": staff.postings.select_related("service").order_by("service__name"),
            "delegations": delegations,
            "may_read_log": staff.user_id not in (None, user.pk)
            and any(role.rank >= RegisteredManager.rank for role in _roles_over(user, staff)),
            "may_delegate": staff.user is not None and permissions.delegating_services(user, staff.user).exists(),
        },
    )


def _roles_over(user: User, staff: Staff) -> list[Any]:
    """The roles this user holds over any service where the person works."""
    found = staff.services.filter(pk__in=permissions.managed_services(user)).select_related("provider")
    return [role for service in found for role in access.of(user).roles_at(service)]


def _run(request: HttpRequest, form: Any, do: Any, context: dict[str, Any]) -> HttpResponse:
    """Form → action → back to where it belongs; a refusal stands in the error summary and nothing typed is lost."""
    if form.is_valid():
        try:
            staff: Staff = do(form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("person", staff.pk)
    return answer(request, "accounts/person_form.html", {"form": form} | context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    user = _manager(request)
    form = forms.StaffForm(request.POST or None, user=user)

    def do(typed: dict[str, Any]) -> Staff:
        services = list(typed.pop("services"))
        provider = services[0].provider
        made: Staff = actions.add_staff(by=user, provider=provider, services=services, **typed)
        return made

    return _run(request, form, do, {"title": "Add a member of staff", "button": "Add this person"})


@login_required
def sign_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk, user=None)
    form = forms.SignInForm(request.POST or None)

    def do(typed: dict[str, Any]) -> Staff:
        actions.make_sign_in(by=user, staff=staff, email=typed["email"])
        return staff

    return _run(request, form, do, {"title": "Give a sign-in", "staff": staff, "button": "Give this sign-in"})


@login_required
def sign_in_help(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End somebody's open sign-ins, or take off a second step they lost. Asks again who one is, like a signature."""
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk, user__isnull=False)
    raise_if_reauthentication_required(request, app="usersessions")
    form = forms.SignInHelpForm(request.POST or None)

    def do(typed: dict[str, Any]) -> Staff:
        done: Staff
        if typed["what"] == form.TAKE_OFF:
            done = actions.take_off_second_step(by=user, staff=staff, why=typed["why"], how_known=typed["how_known"])
        else:
            done = actions.end_sign_ins_of(by=user, staff=staff, why=typed["why"])
        messages.success(request, "They are signed out everywhere.")
        return done

    return _run(request, form, do, {"title": "Help with signing in", "staff": staff, "button": "Do this now"})


@login_required
def supervisor(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk)
    form = forms.SupervisorForm(request.POST or None, staff=staff, initial={"supervisor": staff.supervisor_id})

    def do(typed: dict[str, Any]) -> Staff:
        actions.set_supervisor(by=user, staff=staff, supervisor=typed["supervisor"])
        return staff

    return _run(request, form, do, {"title": "Who supervises this person", "staff": staff, "button": "Save"})


@login_required
def grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk, user__isnull=False)
    form = forms.RoleForm(request.POST or None, user=user, staff=staff)

    def do(typed: dict[str, Any]) -> Staff:
        assert staff.user is not None  # noqa: S101 - the query above asks for it
        actions.grant_membership(by=user, user=staff.user, provider=staff.provider, **typed)
        return staff

    return _run(request, form, do, {"title": "Give a role", "staff": staff, "button": "Give this role"})


@login_required
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _manager(request)
    membership = get_object_or_404(permissions.managed_memberships(user).select_related("user__staff"), pk=pk)
    form = forms.EndRoleForm(request.POST or None)

    def do(typed: dict[str, Any]) -> Staff:
        actions.end_membership(by=user, membership=membership, last_day=typed["last_day"])
        staff: Staff = membership.user.staff
        return staff

    title = f"End the role: {membership.role_class.name}, {membership.scope_name}"
    return _run(request, form, do, {"title": title, "staff": membership.user.staff, "button": "End this role"})


@login_required
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record somebody's last day: roles end with it, and sessions at once where it has come."""
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk)
    form = forms.LeaverForm(request.POST or None)

    def do(typed: dict[str, Any]) -> Staff:
        done: Staff = actions.end_employment(by=user, staff=staff, last_day=typed["last_day"])
        return done

    return _run(
        request, form, do, {"title": "Record that they leave", "staff": staff, "button": "Record their last day"}
    )


@login_required
def come_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody comes back, or their leaving was a mistake."""
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk, left_on__isnull=False)

    def do(typed: dict[str, Any]) -> Staff:
        done: Staff = actions.undo_leaving(by=user, staff=staff)
        return done

    form = PageForm(request.POST if request.method == "POST" else None)
    said = "They may sign in again. Roles that ended with their last day are not given back: give each one again."
    return _run(
        request, form, do, {"title": "Do they come back?", "staff": staff, "button": "They come back", "said": said}
    )


@login_required
def delegate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A registered manager hands something to a deputy in writing."""
    user = _manager(request)
    staff: Staff = get_object_or_404(permissions.managed_staff(user), pk=pk, user__isnull=False)
    assert staff.user is not None  # noqa: S101 - the query above asks for it
    to = staff.user
    services = permissions.delegating_services(user, to)
    form = forms.DelegationForm(request.POST or None, services=services)
    if not services.exists():
        raise Http404

    def do(typed: dict[str, Any]) -> Staff:
        actions.delegate(by=user, to=to, **typed)
        return staff

    return _run(request, form, do, {"title": "Delegate in writing", "staff": staff, "button": "Delegate"})


@login_required
def delegation_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a delegation back before its last day."""
    user = _manager(request)
    found: Delegation = get_object_or_404(
        Delegation.objects.filter(ended_at=None, service__in=permissions.managed_services(user)).select_related(
            "to_user__staff", "service"
        ),
        pk=pk,
    )
    staff: Staff = found.to_user.staff

    def do(typed: dict[str, Any]) -> Staff:
        actions.end_delegation(by=user, delegation=found)
        return staff

    form = PageForm(request.POST if request.method == "POST" else None)
    return _run(request, form, do, {"title": "End this delegation?", "staff": staff, "button": "End it"})
