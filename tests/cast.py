"""The standing cast: a desk and its people. Two of them let every test include an outsider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress

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
from tickets.actors import Actor
from tickets.models import Priority, Ticket
from tickets.services import NewMessage, NewTicket, Origin, open_ticket

# A Wednesday, 10:00 in Sao Paulo (UTC-3), during every shift.
NOON = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


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
    desk = Desk.objects.create(
        slug=slug,
        name=slug.title(),
        ticket_prefix=prefix,
        time_zone="America/Sao_Paulo",
        idle_minutes=0,
    )
    with desk_scope(desk):
        return _fill(desk, domain=domain, priorities=priorities, mail_default=mail_default)


def _fill(desk: Desk, *, domain: str, priorities: list[str], mail_default: str) -> Cast:
    departments = {
        kind: Department.objects.create(desk=desk, name=name, kind=kind)
        for kind, name in [
            ("paid", "Paid Support"),
            ("community", "Community"),
            ("trials", "Trials"),
        ]
    }
    ranked = {
        name: Priority.objects.create(
            desk=desk, name=name, rank=rank, is_mail_default=name == mail_default
        )
        for rank, name in enumerate(priorities, start=1)
    }
    calendar = Calendar.objects.create(desk=desk, name="12x5", time_zone="America/Sao_Paulo")
    CalendarWindow.objects.bulk_create(
        CalendarWindow(
            desk=desk, calendar=calendar, weekday=weekday, start_minute=480, end_minute=1200
        )
        for weekday in range(5)
    )
    save_version(calendar, is_new=True)
    plan = Plan.objects.create(desk=desk, name="Standard")
    Target.objects.bulk_create(
        Target(desk=desk, plan=plan, priority=priority, amount=480, calendar=calendar)
        for priority in ranked.values()
    )
    account = Account.objects.create(desk=desk, name=f"{domain} Inc.", plan=plan)
    AccountDomain.objects.create(desk=desk, account=account, domain=domain)
    other = Account.objects.create(desk=desk, name="Elsewhere Ltd.", plan=plan)
    people = {
        "analyst": ("l1", "analyst"),
        "colleague": ("l1", "analyst"),
        "level_two": ("l2", "analyst"),
        "lead": ("l2", "lead"),
        "admin": ("l2", "admin"),
        "observer": ("l1", "observer"),
    }
    agents = {who: _create_agent(desk, who, departments, *kind) for who, kind in people.items()}
    contacts = {
        "customer": _create_contact(desk, "customer", domain, account),
        "customer_colleague": _create_contact(desk, "coworker", domain, account),
        "manager": _create_contact(desk, "boss", domain, account, role="manager"),
        "elsewhere": _create_contact(desk, "someone", f"elsewhere-{desk.slug}.example", other),
        "stranger": _create_contact(desk, f"stranger.{desk.slug}", "gmail.com", None),
    }
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
        **agents,
        **contacts,
    )


def _create_user(email: str, name: str, **fields: Any) -> User:
    """Create a user with a verified email address."""
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _create_agent(
    desk: Desk, who: str, departments: dict[str, Department], level: str, role: str
) -> Agent:
    name = who.replace("_", " ").title()
    user = _create_user(f"{who}@{desk.slug}.example", name, is_staff=role == "admin")
    agent = Agent.objects.create(desk=desk, user=user, name=user.name, level=level, role=role)
    AgentDepartment.objects.bulk_create(
        AgentDepartment(desk=desk, agent=agent, department=department)
        for department in departments.values()
    )
    Shift.objects.bulk_create(
        Shift(
            desk=desk,
            agent=agent,
            weekday=weekday,
            start_minute=0,
            end_minute=1440,
            time_zone="UTC",
        )
        for weekday in range(7)
    )
    return agent


def _create_contact(
    desk: Desk, who: str, domain: str, account: Account | None, role: str = "point_of_contact"
) -> Contact:
    user = _create_user(f"{who}@{domain}", who.title())
    return Contact.objects.create(
        desk=desk, email=user.email, name=user.name, account=account, user=user, role=role
    )
