"""People, plans and calendars of the benchmark's desks. Desk 1 is the largest tenant."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

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
from routing.models import Rotation, Shift
from sla.hours import save_version
from sla.models import Calendar, Target
from tickets.models import Priority

DESKS = 100
LARGE, SMALL = (20, 200, 2000), (3, 10, 40)  # agents, accounts, contacts
KINDS = [("paid", "Paid Support"), ("community", "Community"), ("trials", "Trials")]


@dataclass(frozen=True)
class Person:
    """A user to sign in as, and the desk."""

    desk: Desk
    user: User


def make_world() -> None:
    """Create the desks bench1 to bench100 with their people."""
    password = make_password("bench")
    with transaction.atomic():
        for number in range(1, DESKS + 1):
            desk = Desk.objects.create(
                slug=f"bench{number}", name=f"Bench {number}", ticket_prefix="B", time_zone="UTC",
                idle_minutes=0,
            )  # fmt: skip
            with desk_scope(desk):
                _fill(desk, *(LARGE if number == 1 else SMALL), password=password)


def _fill(desk: Desk, agents: int, accounts: int, contacts: int, *, password: str) -> None:
    departments = Department.objects.bulk_create(
        Department(desk=desk, kind=kind, name=name, position=place)
        for place, (kind, name) in enumerate(KINDS)
    )
    priorities = Priority.objects.bulk_create(
        Priority(desk=desk, name=name, rank=rank, is_mail_default=rank == 2)
        for rank, name in enumerate(["High", "Medium", "Low"], start=1)
    )
    calendar = Calendar.objects.create(desk=desk, name="24x7", time_zone="UTC", is_always_open=True)
    save_version(calendar, is_new=True)
    plan = Plan.objects.create(desk=desk, name="Plan")
    Target.objects.bulk_create(
        Target(desk=desk, plan=plan, priority=priority, amount=480, calendar=calendar)
        for priority in priorities
    )
    Mailbox.objects.create(
        desk=desk,
        address=f"support@{desk.slug}.example",
        name=desk.name,
        is_default=True,
        unverified_mail="match",
        verified_at=timezone.now(),
    )
    _make_agents(desk, agents, departments, password)
    _make_customers(desk, plan, accounts, contacts, password)


def _make_agents(desk: Desk, amount: int, departments: list[Department], password: str) -> None:
    users = User.objects.bulk_create(
        User(email=f"agent{n}@{desk.slug}.example", name=f"Agent {n}", password=password)
        for n in range(1, amount + 1)
    )
    agents = Agent.objects.bulk_create(
        Agent(desk=desk, user=user, name=user.name) for user in users
    )
    AgentDepartment.objects.bulk_create(
        AgentDepartment(desk=desk, agent=agent, department=department)
        for agent in agents
        for department in departments
    )
    Rotation.objects.bulk_create(Rotation(desk=desk, agent=agent) for agent in agents)
    Shift.objects.bulk_create(
        Shift(desk=desk, agent=agent, weekday=day, start_minute=0, end_minute=1440, time_zone="UTC")
        for agent in agents
        for day in range(7)
    )


def _make_customers(desk: Desk, plan: Plan, accounts: int, contacts: int, password: str) -> None:
    made = Account.objects.bulk_create(
        Account(desk=desk, name=f"Customer {n}", plan=plan) for n in range(1, accounts + 1)
    )
    AccountDomain.objects.bulk_create(
        AccountDomain(desk=desk, account=account, domain=f"customer{n}-{desk.slug}.example")
        for n, account in enumerate(made, start=1)
    )
    user = User.objects.create(
        email=f"customer@{desk.slug}.example", name="Customer", password=password
    )
    Contact.objects.bulk_create(
        Contact(
            desk=desk,
            email=f"person{n}@customer{n % accounts + 1}-{desk.slug}.example" if n else user.email,
            name=f"Person {n}",
            account=made[n % accounts],
            user=None if n else user,
        )
        for n in range(contacts)
    )


def find_agent(slug: str = "bench1") -> Person:
    desk = Desk.objects.get(slug=slug)
    return Person(desk, User.objects.get(email=f"agent1@{slug}.example"))


def find_customer(slug: str = "bench1") -> Person:
    desk = Desk.objects.get(slug=slug)
    return Person(desk, User.objects.get(email=f"customer@{slug}.example"))
