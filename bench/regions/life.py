"""Customers and agents of the simulation, acting step by step through the services."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from random import Random

from accounts.models import Contact
from bench.regions.watching import Watcher
from bench.regions.world import Person, World
from routing.handover.lending import hand_back_tickets, lend_due_tickets
from routing.handover.sweeps import end_stale_handovers, raise_alarms
from routing.models import PresenceState
from routing.presence import set_presence
from routing.services import assign_waiting_tickets
from tickets.actors import Actor
from tickets.models import ACTIVE_STATES, QueueRow, State, Ticket
from tickets.services import (
    NewMessage,
    NewTicket,
    Origin,
    add_customer_message,
    open_ticket,
    reply,
)

STEP = timedelta(minutes=10)
BREAK = timedelta(minutes=45)
SWEEPS = (
    assign_waiting_tickets,
    end_stale_handovers,
    raise_alarms,
    hand_back_tickets,
    lend_due_tickets,
)
SHARES = {"Urgent": 8, "High": 20, "Normal": 52, "Low": 20}  # percent
MAX_ROUNDS = 4  # messages of a customer on one ticket


class Life:
    """The simulated weeks of a desk. a_day: new tickets on a usual day."""

    def __init__(self, world: World, watcher: Watcher, random: Random, *, a_day: int) -> None:
        self.world, self.watcher, self.random = world, watcher, random
        self.arrivals = _plan_arrivals(world, random, a_day)
        self.answers: list[tuple[datetime, int, int]] = []  # time, ticket, round

    def run(self) -> None:
        """Live through all days."""
        at, end = self.world.start, self.world.start + timedelta(days=self.world.days)
        while at < end:
            self.step(at)
            at += STEP

    def step(self, at: datetime) -> None:
        """Open tickets, let customers answer, sweep, let agents work, then check."""
        while self.arrivals and self.arrivals[0] <= at:
            self._open(self.arrivals.pop(0))
        while self.answers and self.answers[0][0] <= at:
            self._answer(*heapq.heappop(self.answers))
        for sweep in SWEEPS:
            sweep(desk_id=self.world.desk.pk, at=at)
        self.watcher.check_step(at)
        for person in self.world.people.values():
            self._work(person, at)
        self.watcher.check_step(at)

    def _open(self, at: datetime) -> None:
        contact = self.random.choice(self.world.customers)
        name = self.random.choices(list(SHARES), weights=list(SHARES.values()))[0]
        new = NewTicket(
            subject=f"{name} request",
            message=NewMessage(text="It does not work.", channel="email"),
            origin=Origin(contact, account_id=contact.account_id),
            priority=self.world.priorities[name],
        )
        ticket = open_ticket(desk=self.world.desk, new=new, by=Actor.of(contact), at=at)
        self.watcher.findings.counts["tickets"] += 1
        self.watcher.findings.counts[f"tickets {name}"] += 1
        assert ticket.pk

    def _answer(self, at: datetime, ticket_id: int, number: int) -> None:
        ticket = Ticket.objects.select_related("contact").get(pk=ticket_id)
        if ticket.status == State.CLOSED:
            return
        new = NewMessage(f"Still not, {number}.", "email")
        contact: Contact = ticket.contact
        add_customer_message(ticket_id=ticket_id, contact=contact, new=new, at=at)
        self.watcher.findings.counts["customers' answers"] += 1

    def _work(self, person: Person, at: datetime) -> None:
        """Let an agent answer the most pressing of their tickets, one in each step."""
        is_on_shift = person.works(at)
        if not (is_on_shift or person.is_on_call(at)) or person.is_away(at):
            return
        if is_on_shift and not person.works(at - BREAK) and self._takes_break(person, at):
            return
        rows = QueueRow.objects.filter(
            desk=self.world.desk, assignee_id=person.agent.pk, status__in=ACTIVE_STATES
        )
        if not is_on_shift:
            rows = rows.filter(priority_id=self.world.priorities["Urgent"].pk)
        row = rows.order_by("due_at", "pk").first()
        if row is not None and self.random.random() < 0.8:
            self._reply(person, row, at)

    def _takes_break(self, person: Person, at: datetime) -> bool:
        if self.random.random() > 0.05:
            return False
        person.away_until = at + BREAK
        set_presence(agent=person.agent, state=PresenceState.AWAY, at=at, until=person.away_until)
        self.watcher.findings.counts["breaks"] += 1
        return True

    def _reply(self, person: Person, row: QueueRow, at: datetime) -> None:
        rounds = Ticket.objects.get(pk=row.pk).messages.filter(contact__isnull=False).count()
        is_last = rounds >= MAX_ROUNDS or self.random.random() < 0.45
        then = "closed" if is_last else "waiting"
        reply(ticket_id=row.pk, agent=person.agent, text="Try this.", at=at, then=then)
        self.watcher.findings.counts["replies"] += 1
        if not is_last:
            later = at + timedelta(hours=self.random.expovariate(1 / 6))
            heapq.heappush(self.answers, (later, row.pk, rounds))


def _plan_arrivals(world: World, random: Random, a_day: int) -> list[datetime]:
    """Return the times of new tickets: more in business hours, and a peak on every tenth day."""
    found = []
    for day in range(world.days):
        begin = world.start + timedelta(days=day)
        amount = a_day * (3 if day % 10 == 4 else 1)
        amount = amount if begin.weekday() < 5 else amount // 2
        for _ in range(amount):
            hour = random.triangular(0, 24, 14)
            found.append(begin + timedelta(hours=hour))
    return sorted(found)
