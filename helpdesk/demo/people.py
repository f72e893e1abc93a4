"""The people of the demo: agents of every role and level, accounts of every status, contacts of every role.

All logins share one password that stands in the README; the demo is never filled in production.
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
    Role,
    User,
)
from helpdesk.demo.desks import DeskParts
from routing.models import Rotation, Shift

PASSWORD = "plumbline-demo"  # noqa: S105 (documented, for the demo only)
SUPERUSER = "admin@plumbline.example"
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@dataclass
class Cast:
    """Everybody of a demo desk."""

    parts: DeskParts
    agents: list[Agent] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    domains: list[AccountDomain] = field(default_factory=list)
    leaves: list[tuple[datetime, Agent]] = field(default_factory=list)  # who goes away, and when


class Logins:
    """Makes logins with the demo's password. It is hashed once: each hash costs a third of a second."""

    def __init__(self) -> None:
        self.hash = make_password(PASSWORD)

    def open(self, email: str, name: str, **rights: bool) -> User:
        """The login of this address, made if it is not there, its address proven."""
        defaults = {"name": name, "password": self.hash, **rights}
        user, is_new = User.objects.get_or_create(email=email, defaults=defaults)
        if is_new:
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user


def make_superuser(logins: Logins) -> User:
    """The installation's admin, above the desks."""
    return logins.open(SUPERUSER, "Installation Admin", is_staff=True, is_superuser=True)


def make_logins(slug: str, data: dict[str, Any], logins: Logins) -> None:
    """Make the logins of a desk's agents and of its accounts' contacts."""
    for one in data["agent"]:
        is_staff = one.get("role") == Role.ADMIN
        logins.open(find_address(one, f"{slug}.example"), one["name"], is_staff=is_staff)
    for account in data["account"]:
        for one in account["contacts"]:
            logins.open(find_address(one, account["domains"][0]), one["name"])


def make_people(parts: DeskParts, data: dict[str, Any], *, logins: Logins, now: datetime) -> Cast:
    """Make a desk's people from its data file; runs inside the desk's scope."""
    cast = Cast(parts)
    agents = {one["name"]: _make_agent(cast, one, logins=logins, now=now) for one in data["agent"]}
    for one in data["account"]:
        _make_account(cast, one, agents, logins=logins)
    for one in data["person"]:
        cast.contacts.append(
            Contact.objects.create(
                desk=parts.desk, email=one["email"], name=one["name"], account=None
            )
        )
    return cast


def login_addresses(slug: str, data: dict[str, Any]) -> dict[str, str]:
    """Whom to sign in as to see each role: from the word of the data file to the address."""
    people = [(one, f"{slug}.example") for one in data["agent"]]
    people += [
        (one, account["domains"][0]) for account in data["account"] for one in account["contacts"]
    ]
    return {one["login"]: find_address(one, domain) for one, domain in people if "login" in one}


def find_address(person: dict[str, Any], domain: str) -> str:
    """The person's address: the one that the data file says, or else made of the name."""
    plain = unicodedata.normalize("NFKD", person["name"].lower()).encode("ascii", "ignore").decode()
    return str(person.get("email") or f"{'.'.join(plain.split())}@{domain}")


def _make_agent(cast: Cast, data: dict[str, Any], *, logins: Logins, now: datetime) -> Agent:
    desk, role = cast.parts.desk, data.get("role", Role.ANALYST)
    email = find_address(data, f"{desk.slug}.example")
    user = logins.open(email, data["name"], is_staff=role == Role.ADMIN)
    agent = Agent.objects.create(
        desk=desk, user=user, name=data["name"], role=role, level=data.get("level", Level.L1)
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


def read_shifts(agent: Agent, text: str) -> list[Shift]:
    """The shifts that a text such as "Fri-Mon 20:00-08:00 Europe/Lisbon" means; the second may end tomorrow."""
    days, hours, zone = text.split()
    first, last = (WEEKDAYS.index(day) for day in days.split("-"))
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    return [
        Shift(
            desk_id=agent.desk_id,
            agent=agent,
            weekday=(first + day) % 7,
            start_minute=start,
            end_minute=end,
            time_zone=zone,
        )
        for day in range((last - first) % 7 + 1)
    ]


def _make_account(
    cast: Cast, data: dict[str, Any], agents: dict[str, Agent], *, logins: Logins
) -> None:
    desk = cast.parts.desk
    account = Account.objects.create(
        desk=desk,
        name=data["name"],
        status=data.get("status", "customer"),
        plan=cast.parts.plans[data["plan"]] if "plan" in data else None,
        account_manager=agents.get(data.get("manager", "")),
        success_manager=agents.get(data.get("success", "")),
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
        _make_contact(cast, one, account, domain=data["domains"][0], logins=logins)


def _make_contact(
    cast: Cast, data: dict[str, Any], account: Account, *, domain: str, logins: Logins
) -> None:
    email = find_address(data, domain)
    contact = Contact.objects.create(
        desk=cast.parts.desk,
        email=email,
        name=data["name"],
        account=account,
        user=logins.open(email, data["name"]),
        role=data.get("role", ContactRole.CONTACT),
    )
    cast.contacts.append(contact)
