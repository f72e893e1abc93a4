"""The people of the demo: agents and contacts of every role, accounts of every status.

All users share one password, which the README prints. The demo is never filled in production.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import (
    Account,
    AccountDomain,
    AccountProduct,
    Agent,
    AgentDepartment,
    Contact,
    ContactRole,
    Level,
    Region,
    Role,
    User,
)
from helpdesk.demo.desks import DeskParts
from routing.models import Rotation, Shift, Team

PASSWORD = "plumbline-demo"  # noqa: S105 (documented, for the demo only)
SUPERUSER = "admin@plumbline.example"
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@dataclass
class Cast:
    """All people of a demo desk."""

    parts: DeskParts
    agents: list[Agent] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    domains: list[AccountDomain] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    leaves: list[tuple[datetime, Agent]] = field(
        default_factory=list
    )  # who is marked as away, and when


class UserFactory:
    """Create users with the demo's password, hashed only once: a hash takes a third of a second."""

    def __init__(self) -> None:
        self.hash = make_password(PASSWORD)

    def get_or_create(self, email: str, name: str, **rights: bool) -> User:
        """Return the user with this email address, created and verified if missing."""
        defaults = {"name": name, "password": self.hash, **rights}
        user, is_new = User.objects.get_or_create(email=email, defaults=defaults)
        if is_new:
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user


def create_superuser(users: UserFactory) -> User:
    """Create the installation's admin."""
    return users.get_or_create(SUPERUSER, "Installation Admin", is_staff=True, is_superuser=True)


def create_users(slug: str, data: dict[str, Any], users: UserFactory) -> None:
    """Create the users of a desk's agents and of its accounts' contacts."""
    for one in data["agent"]:
        is_staff = one.get("role") == Role.ADMIN
        users.get_or_create(find_address(one, f"{slug}.example"), one["name"], is_staff=is_staff)
    for account in data["account"]:
        for one in account["contacts"]:
            users.get_or_create(find_address(one, account["domains"][0]), one["name"])


def create_people(
    parts: DeskParts, data: dict[str, Any], *, users: UserFactory, now: datetime
) -> Cast:
    """Create a desk's people from its data file. Call this inside the desk's scope."""
    cast = Cast(parts)
    cast.regions = [
        Region.objects.create(desk=parts.desk, position=position, **one)
        for position, one in enumerate(data.get("region", []))
    ]
    agents = {one["name"]: _create_agent(cast, one, users=users, now=now) for one in data["agent"]}
    for one in data["account"]:
        _create_account(cast, one, agents, users=users)
    for one in data["person"]:
        cast.contacts.append(
            Contact.objects.create(
                desk=parts.desk, email=one["email"], name=one["name"], account=None
            )
        )
    return cast


def list_sign_ins(slug: str, data: dict[str, Any]) -> dict[str, str]:
    """Return the email address to sign in with for each role named in the data file."""
    people = [(one, f"{slug}.example") for one in data["agent"]]
    people += [
        (one, account["domains"][0]) for account in data["account"] for one in account["contacts"]
    ]
    return {one["login"]: find_address(one, domain) for one, domain in people if "login" in one}


def find_address(person: dict[str, Any], domain: str) -> str:
    """Return a person's email address: from the data file, or derived from the name."""
    plain = unicodedata.normalize("NFKD", person["name"].lower()).encode("ascii", "ignore").decode()
    return str(person.get("email") or f"{'.'.join(plain.split())}@{domain}")


def _create_agent(cast: Cast, data: dict[str, Any], *, users: UserFactory, now: datetime) -> Agent:
    desk, role = cast.parts.desk, data.get("role", Role.ANALYST)
    email = find_address(data, f"{desk.slug}.example")
    user = users.get_or_create(email, data["name"], is_staff=role == Role.ADMIN)
    agent = Agent.objects.create(
        desk=desk,
        user=user,
        name=data["name"],
        role=role,
        level=data.get("level", Level.L1),
    )
    works_for = data.get("departments")
    AgentDepartment.objects.bulk_create(
        AgentDepartment(desk=desk, agent=agent, department=department)
        for department in cast.parts.departments
        if works_for is None or department.kind in works_for
    )
    Shift.objects.bulk_create(
        shift for text in data.get("shifts", []) for shift in read_shifts(agent, text)
    )
    Rotation.objects.create(desk=desk, agent=agent)
    if days := data.get("goes_away_days_ago"):
        cast.leaves.append((now - timedelta(days=days), agent))
    cast.agents.append(agent)
    return agent


def read_shifts(owner: Agent | Team, text: str) -> list[Shift]:
    """Return the shifts for a text such as "Fri-Mon 20:00-08:00 Europe/Lisbon".

    A shift whose end is before its start ends on the next day.
    """
    days, hours, zone = text.split()
    first, last = (WEEKDAYS.index(day) for day in days.split("-"))
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    mine = {"agent": owner} if isinstance(owner, Agent) else {"team": owner}
    return [
        Shift(
            **mine,
            desk_id=owner.desk_id,
            weekday=(first + day) % 7,
            start_minute=start,
            end_minute=end,
            time_zone=zone,
        )
        for day in range((last - first) % 7 + 1)
    ]


def _create_account(
    cast: Cast, data: dict[str, Any], agents: dict[str, Agent], *, users: UserFactory
) -> None:
    desk = cast.parts.desk
    account = Account.objects.create(
        desk=desk,
        name=data["name"],
        status=data.get("status", "customer"),
        plan=cast.parts.plans[data["plan"]] if "plan" in data else None,
        account_manager=agents.get(data.get("manager", "")),
        success_manager=agents.get(data.get("success", "")),
        named_engineer=agents.get(data.get("engineer", "")),
        home_region=next(
            (one for one in cast.regions if one.name == data.get("home_region")), None
        ),
    )
    cast.domains += AccountDomain.objects.bulk_create(
        AccountDomain(
            desk=desk,
            account=account,
            domain=domain,
            include_subdomains=data.get("include_subdomains", False),
        )
        for domain in data["domains"]
    )
    AccountProduct.objects.bulk_create(
        AccountProduct(desk=desk, account=account, product=cast.parts.products[name])
        for name in data.get("products", [])
    )
    for one in data["contacts"]:
        _create_contact(cast, one, account, domain=data["domains"][0], users=users)


def _create_contact(
    cast: Cast, data: dict[str, Any], account: Account, *, domain: str, users: UserFactory
) -> None:
    email = find_address(data, domain)
    contact = Contact.objects.create(
        desk=cast.parts.desk,
        email=email,
        name=data["name"],
        account=account,
        user=users.get_or_create(email, data["name"]),
        role=data.get("role", ContactRole.CONTACT),
    )
    cast.contacts.append(contact)
