"""Who there is in the demo: two providers, five services, and somebody in every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts import actions
from accounts.models import Provider, Service, Staff, User
from records import times

PASSWORD = "harbour-lantern-42"  # noqa: S105 - the demo's own, printed at start; load_demo refuses in production

#: name, job title, role, service key or "" for the whole provider, sign-in, more
CARE_GROUP = [
    ("Ruth Adeyemi", "Nominated individual", "nominated_individual", "", True),
    ("Helen Park", "Quality lead", "quality_lead", "", True),
    ("Imran Qureshi", "Safeguarding lead", "safeguarding_lead", "", True),
    ("Sam Whitlock", "HR adviser", "hr", "", True),
    ("Tom Field", "System administrator", "system_administrator", "", True),
    ("Aoife Brennan", "Registered manager", "registered_manager", "larkfield", True),
    ("Dele Martins", "Deputy manager", "deputy", "larkfield", True),
    ("Paul Reid", "Senior carer", "senior", "larkfield", True),
    ("Nadia Hussain", "Senior carer", "senior", "larkfield", True),
    ("Dionne Asante", "Care worker", "care_worker", "larkfield", True),
    ("Petra Novak", "Relief care worker", "care_worker", "larkfield", True),
    ("Tunde Bello", "Registered manager", "registered_manager", "haven", True),
    ("Gary Poole", "Senior support worker", "senior", "haven", True),
    ("Ife Okafor", "Senior support worker", "senior", "haven", True),
    ("Lena Fischer", "Support worker", "care_worker", "haven", True),
    ("Mei Tan", "Support worker", "care_worker", "haven", True),
    ("Stuart Grey", "Support worker", "care_worker", "haven", True),
    ("Ola Nowak", "Support worker", "care_worker", "haven", True),
    ("Femi Balogun", "Agency support worker", "", "haven", False),
    ("Priya Shah", "Registered manager", "registered_manager", "beacon", True),
    ("Mark Dunne", "Team leader", "senior", "beacon", True),
    ("Claire Hobbs", "Senior support worker", "senior", "beacon", True),
    ("Dan Price-Lowe", "Support worker", "care_worker", "beacon", True),
    ("Sofia Marin", "Support worker", "care_worker", "beacon", True),
]
OTHER_TRUST = [
    ("Grace Lindqvist", "Nominated individual", "nominated_individual", "", True),
    ("Owen Pritchard", "Registered manager", "registered_manager", "ashby", True),
    ("Bola Ade", "Senior carer", "senior", "ashby", True),
    ("Kit Lowry", "Care worker", "care_worker", "ashby", True),
]


@dataclass
class People:
    """Everybody by first name in lower case: `people.staff["aoife"]`, `people.user("aoife")`."""

    provider: Provider
    services: dict[str, Service] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)

    def user(self, name: str) -> User:
        user = self.staff[name].user
        assert user is not None  # noqa: S101 - a slip in the demo script, not input
        return user


def make() -> People:
    """Make both providers and everybody in them. Runs as the product itself."""
    system = User.system()
    provider = actions.add_provider(
        by=system, name="Larkfield Care Group", director_name="Joan Mallory", external_person="Dr Peter Okoye"
    )
    people = People(provider)
    for key, name, kind, council in (
        ("larkfield", "Larkfield Homecare", "homecare", "Northmoor Council"),
        ("haven", "Haven Court", "supported_living", "Northmoor Council"),
        ("beacon", "Beacon Homes", "supported_living", "Easton Council"),
    ):
        people.services[key] = actions.add_service(
            by=system, provider=provider, name=name, kind=kind, local_authority=council
        )
    _add(people, CARE_GROUP, "larkfieldcare.example")
    for worker, supervisor in (
        ("dionne", "paul"),
        ("petra", "nadia"),
        ("lena", "gary"),
        ("mei", "ife"),
        ("stuart", "gary"),
        ("ola", "gary"),
        ("dan", "claire"),
        ("sofia", "claire"),
    ):
        actions.set_supervisor(by=system, staff=people.staff[worker], supervisor=people.staff[supervisor])

    trust = actions.add_provider(by=system, name="Meadow Trust")
    other = People(trust)
    for key, name, kind in (("ashby", "Ashby House", "care_home"), ("meadow", "Meadow at Home", "homecare")):
        other.services[key] = actions.add_service(
            by=system, provider=trust, name=name, kind=kind, local_authority="Weston Council"
        )
    _add(other, OTHER_TRUST, "meadowtrust.example")
    return people


def _add(people: People, rows: list[tuple[str, str, str, str, bool]], domain: str) -> None:
    system = User.system()
    started = times.today() - timedelta(days=900)
    for name, title, role, service_key, signs_in in rows:
        first = name.split()[0].lower()
        services = [people.services[service_key]] if service_key else list(people.services.values())
        staff = actions.add_staff(
            by=system,
            provider=people.provider,
            name=name,
            job_title=title,
            started_on=_started(first, started),
            services=services,
            contract="agency" if first == "femi" else "employed",
            agency="Brightstaff Agency" if first == "femi" else "",
            assessor_trained_on=started + timedelta(days=100)
            if role in {"senior", "quality_lead", "deputy", "registered_manager"}
            else None,
        )
        people.staff[first] = staff
        if not signs_in:
            continue
        user = actions.make_sign_in(
            by=system, staff=staff, email=f"{name.lower().replace(' ', '.')}@{domain}", password=PASSWORD
        )
        actions.grant_membership(
            by=system,
            user=user,
            role=role,
            provider=people.provider,
            service=people.services[service_key] if service_key else None,
            starts_on=started,
        )


def _started(first: str, usual: date) -> date:
    # Dionne started 71 days before the bruise was seen, as in case 1.
    return times.today() - timedelta(days=48 + 71) if first == "dionne" else usual
