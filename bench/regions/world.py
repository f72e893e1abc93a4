"""The desk of the simulation: three regions, leave, sick days, on-call turns and swaps.

``Person.spans`` is the timetable that the checks go by. It is made from wall-clock times here, not
with the code of routing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import (
    Account,
    Agent,
    AgentDepartment,
    Contact,
    Department,
    Desk,
    Plan,
    Region,
    User,
)
from routing.models import Absence, OnCallRota, OnCallTurn, Shift
from sla.hours import save_version
from sla.models import Calendar, ClockKind, Target
from tickets.models import Priority

Times = tuple[datetime, datetime]
DAY = timedelta(days=1)
# Name, time zone, and the local hours of a shift. Together they are around the clock.
REGIONS = [
    ("Americas", "America/New_York", 8, 17),
    ("EMEA", "Europe/Berlin", 7, 16),
    ("APAC", "Australia/Sydney", 8, 17),
]
WEIGHTS = {"Urgent": 3, "High": 2, "Normal": 1, "Low": 1}
MINUTES = {"Urgent": 60, "High": 240, "Normal": 720, "Low": 1440}
CAPACITY = 12


@dataclass
class Person:
    """An agent with the times at which they work, and those on call. away_until: a break."""

    agent: Agent
    region: str
    spans: list[Times]
    on_call: list[Times] = field(default_factory=list)
    away_until: datetime | None = None

    def works(self, at: datetime) -> bool:
        """Return True if the person is on shift."""
        return any(start <= at < end for start, end in self.spans)

    def is_on_call(self, at: datetime) -> bool:
        """Return True during a turn on call."""
        return any(start <= at < end for start, end in self.on_call)

    def is_away(self, at: datetime) -> bool:
        """Return True during a break."""
        return self.away_until is not None and at < self.away_until


@dataclass
class World:
    """The desk, its people by the agent's ID, customers and priorities."""

    desk: Desk
    people: dict[int, Person]
    customers: list[Contact]
    priorities: dict[str, Priority]
    start: datetime
    days: int


def make_world(desk: Desk, *, start: date, days: int, size: int, random: Random) -> World:
    """Fill an empty desk. size: agents per region. Must run in the desk's scope."""
    department = Department.objects.create(desk=desk, name="Paid Support", kind="paid")
    priorities = {
        name: Priority.objects.create(
            desk=desk, name=name, rank=rank, weight=weight, is_mail_default=name == "Normal"
        )
        for rank, (name, weight) in enumerate(WEIGHTS.items(), start=1)
    }
    begin = datetime.combine(start, time(), UTC)
    people: dict[int, Person] = {}
    for name, zone, first, last in REGIONS:
        region = Region.objects.create(desk=desk, name=name, time_zone=zone)
        team = [
            _hire(desk, department, region, number, (first, last), start=start, days=days)
            for number in range(size)
        ]
        _plan_absences(team, begin, days, random)
        _plan_on_call(desk, region, team, begin, days, random)
        people |= {person.agent.pk: person for person in team}
    customers = _find_customers(desk, priorities)
    return World(desk, people, customers, priorities, begin, days)


def _hire(
    desk: Desk,
    department: Department,
    region: Region,
    number: int,
    hours: tuple[int, int],
    *,
    start: date,
    days: int,
) -> Person:
    """Create an agent who works five days a week. Their days off differ."""
    name = f"{region.name} {number + 1}"
    user = User.objects.create_user(f"{name.replace(' ', '.')}@{desk.slug}.example".lower())
    agent = Agent.objects.create(desk=desk, user=user, name=name, level="l1", region=region)
    AgentDepartment.objects.create(desk=desk, agent=agent, department=department)
    weekdays = {(2 * number + day) % 7 for day in range(5)}
    Shift.objects.bulk_create(
        Shift(
            desk=desk,
            agent=agent,
            weekday=weekday,
            start_minute=60 * hours[0],
            end_minute=60 * hours[1],
            time_zone=region.time_zone,
        )
        for weekday in sorted(weekdays)
    )
    zone = ZoneInfo(region.time_zone)
    dates = (start + DAY * number for number in range(-2, days + 2))
    spans = [
        tuple(datetime.combine(day, time(hour), zone).astimezone(UTC) for hour in hours)
        for day in dates
        if day.weekday() in weekdays
    ]
    return Person(agent, region.name, [(start, end) for start, end in spans])


def _plan_absences(team: list[Person], begin: datetime, days: int, random: Random) -> None:
    """Give each agent a leave of three days, one after the other, and some a sick day."""
    for place, person in enumerate(team):
        first = begin + DAY * random.randrange(1, 4) + DAY * (place * max(days // len(team), 4))
        _leave(person, first, first + 3 * DAY, "leave")
    if days > 7:
        person = random.choice(team)
        sick = begin + DAY * random.randrange(days)
        _leave(person, sick, sick + DAY, "sick")


def _leave(person: Person, start: datetime, end: datetime, kind: str) -> None:
    agent = person.agent
    Absence.objects.create(
        desk_id=agent.desk_id, agent=agent, kind=kind, start_at=start, end_at=end
    )
    left: list[Times] = []
    for begin, until in person.spans:
        parts = [(begin, min(until, start)), (max(begin, end), until)]
        left += [(a, b) for a, b in parts if a < b]
    person.spans = left


def _plan_on_call(
    desk: Desk, region: Region, team: list[Person], begin: datetime, days: int, random: Random
) -> None:
    """Plan a turn of a day for each agent, in order; every tenth is swapped with the next."""
    rota = OnCallRota.objects.create(
        desk=desk, name=region.name, region=region, time_zone="UTC", turn_length="day"
    )
    order = [team[day % len(team)] for day in range(days + 1)]
    for day in range(random.randrange(10), days, 10):
        order[day], order[day + 1] = order[day + 1], order[day]
    for day, person in enumerate(order):
        start = begin + DAY * day
        planned = team[day % len(team)].agent
        OnCallTurn.objects.create(
            desk=desk,
            rota=rota,
            agent=person.agent,
            planned_agent=planned,
            start_at=start,
            end_at=start + DAY,
        )
        person.on_call += _cut_absences(person, start, start + DAY)


def _cut_absences(person: Person, start: datetime, end: datetime) -> list[Times]:
    left = [(start, end)]
    for absence in Absence.objects.filter(agent=person.agent):
        parts = [
            part
            for a, b in left
            for part in ((a, min(b, absence.start_at)), (max(a, absence.end_at), b))
        ]
        left = [(a, b) for a, b in parts if a < b]
    return left


def _find_customers(desk: Desk, priorities: dict[str, Priority]) -> list[Contact]:
    calendar = Calendar.objects.create(desk=desk, name="24x7", time_zone="UTC", is_always_open=True)
    save_version(calendar, is_new=True)
    plan = Plan.objects.create(desk=desk, name="Premier")
    Target.objects.bulk_create(
        Target(
            desk=desk,
            plan=plan,
            priority=priorities[name],
            clock=clock,
            amount=minutes,
            calendar=calendar,
        )
        for name, minutes in MINUTES.items()
        for clock in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
    )
    regions = [*Region.objects.filter(desk=desk), None]
    customers = []
    for number in range(12):
        account = Account.objects.create(
            desk=desk, name=f"Account {number}", plan=plan, home_region=regions[number % 4]
        )
        email = f"it@account{number}.example"
        customers.append(
            Contact.objects.create(desk=desk, email=email, name=f"IT {number}", account=account)
        )
    return customers
