"""One fixed cast, made through the actions: Larkfield Homecare, and another provider with a stranger in every role.

    def test_...(cast):
        case = cast.case()                 a minimal case at cast.service, logged by cast.manager
        cast.manager, cast.senior, ...     users; `cast.manager_staff`, `cast.senior_staff`, ... their staff records
        cast.worker                        Staff of the worker whose practice is looked at; cast.worker_user signs in
        cast.strangers["registered_manager"], cast.stranger     of the other provider
        client.force_login(cast.manager)   or cast.PASSWORD to sign in for real

Outside a test (a cloned database, a running product) call `build()`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction

from accounts import actions as people
from accounts.models import Provider, Service, Staff, User
from accounts.roles import ROLES
from incidents import actions
from incidents.models import Case, RiskControl, Safe
from records import times
from records.acting import acting_as

#: What each control needs (domain.md §3); tests change what they are about.
CONTROL: dict[str, Any] = {
    "kind": "no_lone_work",
    "what": "Every call to M.E. in twos until the review",
    "trigger": "Bruises noted on 6 October and not reported until 12 October",
    "who_at_risk": "M.E.; the other ten people on the same round",
    "options_considered": "Doing nothing; phone checks; calls in twos; removing the worker",
    "why_chosen": "Calls in twos protect without ending the trust M.E. has in the worker",
    "proportionality": "Longest safe option for M.E., least harm to the worker",
    "persons_views": "“I don't want him in trouble. I just want him to stop grabbing.”",
    "capacity": "Has capacity for this decision; agrees to calls in twos",
    "advocate": "Not needed: daughter supports her",
    "consent_to_share": "Agreed to share with GP and daughter",
    "impact_and_support": "Worker told in person, supervision the same week",
    "who_was_told": "M.E. in person 11:40; worker in person 12:10; rota by phone",
    "exit_criteria": "The worker shows they report the same shift",
    "would_tighten": "Any further mark without a report",
}
RESTRICTION: dict[str, Any] = {
    "kind": "community",
    "what": "Goes to the market with two staff at quiet times",
    "risk": "Shouting in crowds, about once a month",
    "authority": "consent",
    "authority_detail": "J.P., told to the manager with his tablet",
    "capacity": "Has capacity for this decision",
    "alternatives": "Going alone; going with one person",
    "proportionality": "Keeps the outing, adds company",
    "persons_view": "“Market. I am not bad.”",
    "reduction_step": "One person after two calm visits",
    "positive_risk": "The market matters most to him; the risk is small and he decided",
}


@dataclass
class Cast:
    """Who there is. Names are those of case 1 of the acceptance cases."""

    PASSWORD: ClassVar[str] = "three words together"

    provider: Provider
    service: Service
    second_service: Service
    other_provider: Provider
    other_service: Service
    users: dict[str, User] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    strangers: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        users, staff = self.__dict__["users"], self.__dict__["staff"]
        if name in users:
            return users[name]
        if name.endswith("_staff") and name.removesuffix("_staff") in staff:
            return staff[name.removesuffix("_staff")]
        raise AttributeError(name)

    @property
    def worker(self) -> Staff:
        return self.staff["worker_user"]

    @property
    def stranger(self) -> User:
        return self.strangers["registered_manager"]

    @property
    def owner(self) -> User:
        return self.users["manager"]

    def read_anew(self) -> Cast:
        """The same people as fresh objects: nothing remembered of rights or fields from before."""
        users = User.objects.in_bulk([user.pk for user in [*self.users.values(), *self.strangers.values()]])
        staff = Staff.objects.select_related("provider", "user").in_bulk([one.pk for one in self.staff.values()])
        services = Service.objects.select_related("provider").in_bulk(
            [self.service.pk, self.second_service.pk, self.other_service.pk]
        )
        return Cast(
            services[self.service.pk].provider,
            services[self.service.pk],
            services[self.second_service.pk],
            services[self.other_service.pk].provider,
            services[self.other_service.pk],
            {name: users[user.pk] for name, user in self.users.items()},
            {name: staff[one.pk] for name, one in self.staff.items()},
            {name: users[user.pk] for name, user in self.strangers.items()},
        )

    def case(self, **changed: Any) -> Case:
        """A minimal case; `rated=True` makes it the L3 of case 1; `subject=True` names the worker as subject."""
        now = times.now()
        given: dict[str, Any] = {
            "by": self.users["manager"],
            "service": self.service,
            "title": "Bruises not reported",
            "what_happened": "Small bruises were seen and written down as accidental. Nobody was told.",
            "occurred_at": None,
            "first_noticed_at": now - timedelta(hours=30),
            "first_noticed_by": self.worker,
            "reported_inside_at": now - timedelta(hours=2),
            "registered_person_aware_at": now - timedelta(hours=1),
            "people": ["M.E."],
            "everyone_safe": Safe.YES,
            "safe_note": "Daughter is with her",
            "failure_types": ["F1"],
            "main_type": "F1",
            "abuse_types": ["physical"],
        }
        if changed.pop("rated", False):
            given |= {"harm": 1, "potential": 3, "likelihood": 3}
        if changed.pop("subject", False):
            given["staff"] = [(self.worker, "subject")]
        return actions.log_incident(**(given | changed))

    def control(self, case: Case, **changed: Any) -> RiskControl:
        """A complete control on the worker; `tasks=["T1"]` restricts tasks with it."""
        given = {"by": self.users["manager"], "case": case, "worker": self.worker} | CONTROL
        return actions.record_control(**(given | changed))

    def answer_all_duties(self, case: Case) -> None:
        """Every duty answered and sent, with a second person for each "no"; so that A3 and G2 hold."""
        manager, second = self.users["manager"], self.users["nominated_individual"]
        yes = {"la_safeguarding", "cqc_r18", "commissioner", "family", "emergency_police"}
        # Telling the police brings up a question of its own for the CQC, so those are asked until none is left.
        while duty := case.duties.filter(answer="undecided").order_by("body", "about").first():
            answer = "yes" if duty.body in yes else "no"
            duty = actions.answer_duty(
                by=manager, duty=duty, answer=answer, reason="Considered", professional="Dr Iqbal, GP"
            )
            if duty.proposed_no_by_id:
                actions.second_no(by=second, duty=duty)
            if answer == "yes":
                late = "" if duty.due_at is None or duty.due_at > times.now() else "Found late"
                actions.record_sent(
                    by=manager, duty=duty, sent_at=times.now(), route="Secure e-mail", lateness_reason=late
                )


#: attribute, name, job title, role, whole provider?
PEOPLE = (
    ("manager", "Aoife Brennan", "Registered manager", "registered_manager", False),
    ("deputy", "Tom Okafor", "Deputy manager", "deputy", False),
    ("senior", "Paul Reid", "Senior carer", "senior", False),
    ("other_senior", "Grace Lim", "Senior carer", "senior", False),
    ("worker_user", "Dionne Asante", "Care worker", "care_worker", False),
    ("colleague", "Petra Novak", "Care worker", "care_worker", False),
    ("safeguarding_lead", "Ruth Adeyemi", "Safeguarding lead", "safeguarding_lead", True),
    ("hr", "Helen Marsh", "HR adviser", "hr", True),
    ("quality_lead", "Sunil Rao", "Quality lead", "quality_lead", True),
    ("nominated_individual", "Margaret Shaw", "Director of care", "nominated_individual", True),
    ("system_administrator", "Ian Webb", "Systems officer", "system_administrator", True),
)
STARTED = date(2026, 1, 5)
#: The password in its real algorithm with one round instead of a million: a cast of 22 takes no coffee.
QUICK_HASH = PBKDF2PasswordHasher().encode(Cast.PASSWORD, "cast", iterations=1)


@transaction.atomic
def build() -> Cast:
    """Make the cast. Commits where the caller's database does."""
    by = User.system()
    provider = people.add_provider(by=by, name="Larkfield Homecare", director_name="Olu Bright")
    service = people.add_service(
        by=by, provider=provider, name="Larkfield North", kind="homecare", local_authority="Northshire"
    )
    second = people.add_service(by=by, provider=provider, name="Larkfield South", kind="homecare")
    other = people.add_provider(by=by, name="Beacon Homes")
    other_service = people.add_service(by=by, provider=other, name="Beacon Flats", kind="supported_living")
    cast = Cast(provider, service, second, other, other_service)
    for attribute, name, title, role, whole in PEOPLE:
        cast.staff[attribute], cast.users[attribute] = _person(
            by, provider, service, f"{attribute}@larkfield.example", name, title, role, whole
        )
    cast.staff["neighbour"], cast.users["neighbour"] = _person(
        by, provider, second, "neighbour@larkfield.example", "Nia Price", "Registered manager", "registered_manager"
    )
    cast.staff["agency"] = people.add_staff(
        by=by,
        provider=provider,
        name="Femi Cole",
        job_title="Agency worker",
        started_on=STARTED,
        services=[service],
        contract=Staff.Contract.AGENCY,
        agency="Quickstaff",
    )
    for role in ROLES:
        whole = ROLES[role].scopes == ("provider",)
        _, cast.strangers[role] = _person(
            by, other, other_service, f"{role}@beacon.example", f"Stranger {role}", ROLES[role].name, role, whole
        )
    return cast


def _person(
    by: User,
    provider: Provider,
    service: Service,
    email: str,
    name: str,
    title: str,
    role: str,
    whole: bool = False,
) -> tuple[Staff, User]:
    staff = people.add_staff(
        by=by, provider=provider, name=name, job_title=title, started_on=STARTED, services=[service]
    )
    user = people.make_sign_in(by=by, staff=staff, email=email)
    with acting_as(by, "user.made"):
        user.password = QUICK_HASH
        user.save()
    people.grant_membership(
        by=by, user=user, role=role, provider=provider, service=None if whole else service, starts_on=STARTED
    )
    return staff, user


def find() -> Cast | None:
    """The cast that `build` left in this database earlier, or None."""
    services = {one.name: one for one in Service.objects.select_related("provider")}
    if not {"Larkfield North", "Larkfield South", "Beacon Flats"} <= set(services):
        return None
    here, second, other = services["Larkfield North"], services["Larkfield South"], services["Beacon Flats"]
    cast = Cast(here.provider, here, second, other.provider, other)
    for user in User.objects.filter(email__endswith="@beacon.example"):
        cast.strangers[user.email.split("@")[0]] = user
    for staff in Staff.objects.filter(provider=here.provider).select_related("provider", "user"):
        name = staff.user.email.split("@")[0] if staff.user else "agency"
        cast.staff[name] = staff
        if staff.user:
            cast.users[name] = staff.user
    return cast


@pytest.fixture(scope="session")
def _kept_cast(django_db_setup: None, django_db_blocker: Any) -> Cast:
    """The cast, committed once to this worker's database: making it takes seconds, reading it two queries."""
    with django_db_blocker.unblock():
        return find() or build()


@pytest.fixture
def cast(_kept_cast: Cast, db: None) -> Cast:
    """The cast with every object read anew; what the test does with it is rolled back.

    On a database of the test's own (`cloned_db`) call `build()` instead.
    """
    return _kept_cast.read_anew()
