"""The standing cast: a desk and its people. Two of them let every test include an outsider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import (
    Account,
    AccountDomain,
    Agent,
    AgentDepartment,
    Contact,
    Department,
    Desk,
    Plan,
    User,
)
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from routing.models import Shift
from sla.hours import save_version
from sla.models import Calendar, CalendarWindow, Target
from tests.cast_copies import Original, record
from tickets.actors import Actor
from tickets.models import Priority, Ticket
from tickets.services import NewMessage, NewTicket, Origin, open_ticket

# A Wednesday, 10:00 in Sao Paulo (UTC-3), during every shift.
NOON = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
AGENTS = {
    "analyst": ("l1", "analyst"),
    "colleague": ("l1", "analyst"),
    "level_two": ("l2", "analyst"),
    "lead": ("l2", "lead"),
    "admin": ("l2", "admin"),
    "observer": ("l1", "observer"),
}


_originals: dict[tuple[str, ...], Original] = {}


@dataclass
class Cast:
    """A desk and its people, by attribute. Enter the desk's scope before using rows."""

    desk: Desk
    departments: dict[str, Department]
    priorities: dict[str, Priority]
    plan: Plan
    calendar: Calendar
    account: Account
    other_account: Account
    mailbox: Mailbox
    analyst: Agent
    colleague: Agent
    level_two: Agent
    lead: Agent
    admin: Agent
    observer: Agent
    customer: Contact
    customer_colleague: Contact
    manager: Contact
    elsewhere: Contact
    stranger: Contact

    def open_ticket(self, **changes: Any) -> Ticket:
        """Open a ticket of the customer through the service. Keyword arguments replace defaults."""
        at = changes.pop("at", NOON)
        contact = changes.pop("contact", self.customer)
        origin = Origin(
            contact,
            account_id=contact.account_id,
            is_unverified=changes.pop("is_unverified", False),
        )
        new = NewTicket(
            subject=changes.pop("subject", "The server does not start"),
            message=NewMessage(
                text=changes.pop("text", "Since this morning nothing works."),
                channel=changes.pop("channel", "email"),
                files=changes.pop("files", ()),
            ),
            origin=origin,
            priority=changes.pop("priority", self.default_priority),
            participants=changes.pop("participants", ()),
        )
        assert not changes, f"unknown arguments: {changes}"
        return open_ticket(desk=self.desk, new=new, by=Actor.of(contact), at=at)

    @property
    def default_priority(self) -> Priority:
        return next(p for p in self.priorities.values() if p.is_mail_default)


def make_cast(
    slug: str, *, prefix: str, domain: str, priorities: list[str], mail_default: str
) -> Cast:
    """Create a desk with people of every role and one plan (8 working hours for each priority).

    Its agents count as there whenever they are on shift: nobody is active in most tests.
    """
    kind = (slug, prefix, domain, *priorities, mail_default)
    if original := _originals.get(kind):
        copied: Cast = original.copy()
        return copied
    with transaction.atomic():
        desk = Desk.objects.create(
            slug=slug,
            name=slug.title(),
            ticket_prefix=prefix,
            time_zone="America/Sao_Paulo",
            idle_minutes=0,
        )
        with desk_scope(desk):
            cast = _fill(desk, domain=domain, priorities=priorities, mail_default=mail_default)
        _originals[kind] = record(cast)
    return cast


def _fill(desk: Desk, *, domain: str, priorities: list[str], mail_default: str) -> Cast:
    departments = _create_departments(desk)
    ranked = _create_priorities(desk, priorities, mail_default)
    calendar = _create_calendar(desk)
    plan = Plan.objects.create(desk=desk, name="Standard")
    Target.objects.bulk_create(
        Target(desk=desk, plan=plan, priority=priority, amount=480, calendar=calendar)
        for priority in ranked.values()
    )
    account = Account.objects.create(desk=desk, name=f"{domain} Inc.", plan=plan)
    AccountDomain.objects.create(desk=desk, account=account, domain=domain)
    other = Account.objects.create(desk=desk, name="Elsewhere Ltd.", plan=plan)
    mailbox = Mailbox.objects.create(
        desk=desk,
        address=f"support@{desk.slug}.example",
        name=desk.name,
        is_default=True,
        unverified_mail="match",
        verified_at=NOON,
    )
    return Cast(
        desk=desk,
        departments=departments,
        priorities=ranked,
        plan=plan,
        calendar=calendar,
        account=account,
        other_account=other,
        mailbox=mailbox,
        **_create_agents(desk, departments),
        **_create_contacts(desk, domain, account, other),
    )


def _create_departments(desk: Desk) -> dict[str, Department]:
    names = {"paid": "Paid Support", "community": "Community", "trials": "Trials"}
    created = Department.objects.bulk_create(
        Department(desk=desk, name=name, kind=kind) for kind, name in names.items()
    )
    return dict(zip(names, created, strict=True))


def _create_priorities(desk: Desk, names: list[str], mail_default: str) -> dict[str, Priority]:
    created = Priority.objects.bulk_create(
        Priority(desk=desk, name=name, rank=rank, is_mail_default=name == mail_default)
        for rank, name in enumerate(names, start=1)
    )
    return dict(zip(names, created, strict=True))


def _create_calendar(desk: Desk) -> Calendar:
    calendar = Calendar.objects.create(desk=desk, name="12x5", time_zone="America/Sao_Paulo")
    CalendarWindow.objects.bulk_create(
        CalendarWindow(
            desk=desk, calendar=calendar, weekday=weekday, start_minute=480, end_minute=1200
        )
        for weekday in range(5)
    )
    save_version(calendar, is_new=True)
    return calendar


@cache
def hash_password() -> str:
    """Return the hash of PASSWORD as the running product reads it, which takes it a second."""
    return make_password(PASSWORD, hasher="pbkdf2_sha256")


def _create_users(users: list[User]) -> list[User]:
    """Create users with verified email addresses and the password of the cast."""
    password = make_password(PASSWORD)
    for user in users:
        user.password = password
    created = User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in created
    )
    return created


def _create_agents(desk: Desk, departments: dict[str, Department]) -> dict[str, Agent]:
    """Create agents by attribute. They belong to all departments and never go off shift."""
    users = _create_users(
        [
            User(
                email=f"{who}@{desk.slug}.example",
                name=who.replace("_", " ").title(),
                is_staff=role == "admin",
            )
            for who, (_, role) in AGENTS.items()
        ]
    )
    agents = Agent.objects.bulk_create(
        Agent(desk=desk, user=user, name=user.name, level=level, role=role)
        for user, (level, role) in zip(users, AGENTS.values(), strict=True)
    )
    AgentDepartment.objects.bulk_create(
        AgentDepartment(desk=desk, agent=agent, department=department)
        for agent, department in product(agents, departments.values())
    )
    always = {"start_minute": 0, "end_minute": 1440, "time_zone": "UTC"}
    Shift.objects.bulk_create(
        Shift(desk=desk, agent=agent, weekday=weekday, **always)
        for agent, weekday in product(agents, range(7))
    )
    return dict(zip(AGENTS, agents, strict=True))


def _create_contacts(
    desk: Desk, domain: str, account: Account, other: Account
) -> dict[str, Contact]:
    """Create contacts with sign-ins, by attribute. Only the manager sees all of the account."""
    people = {
        "customer": (f"customer@{domain}", account),
        "customer_colleague": (f"coworker@{domain}", account),
        "manager": (f"boss@{domain}", account),
        "elsewhere": (f"someone@elsewhere-{desk.slug}.example", other),
        "stranger": (f"stranger.{desk.slug}@gmail.com", None),
    }
    users = _create_users(
        [User(email=email, name=email.partition("@")[0].title()) for email, _ in people.values()]
    )
    contacts = Contact.objects.bulk_create(
        Contact(
            desk=desk,
            email=user.email,
            name=user.name,
            account=of,
            user=user,
            role="manager" if who == "manager" else "point_of_contact",
        )
        for user, (who, (_, of)) in zip(users, people.items(), strict=True)
    )
    return dict(zip(people, contacts, strict=True))
