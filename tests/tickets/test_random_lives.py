"""Random sequences against a plain model: no illegal state, and equal totals."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.models import Clock
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tests.clocks import get_clock
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import NO_DEADLINE, State, Ticket
from tickets.services import (
    NewMessage,
    NotReopenableError,
    add_customer_message,
    add_note,
    change_status,
    close,
    close_silent,
    escalate,
    give_back,
    reopen,
    reply,
)

STEPS = [
    "customer",
    "machine",
    "reply",
    "note",
    "investigate",
    "wait",
    "escalate",
    "give back",
    "close",
    "reopen",
    "days",
]


class Model:
    """A ticket in a few lines of its own."""

    def __init__(self) -> None:
        self.state, self.now, self.level = State.OPEN, NOON, 1
        self.waiting_since = self.closed_at = None
        self.sent: Counter[str] = Counter(customer=1)

    def go(self, state: State) -> None:
        self.state = state
        self.waiting_since = self.now if state == State.WAITING else None
        self.closed_at = self.now if state == State.CLOSED else None

    def step(self, step: str) -> bool:
        """Do one step. Return False if it is illegal."""
        is_closed = self.state == State.CLOSED
        if step == "days":
            self.now += timedelta(days=3)
            if self.waiting_since and self.now >= self.waiting_since + timedelta(days=7):
                self.go(State.CLOSED)
            return True
        if step == "customer":
            if is_closed and self.now > self.closed_at + timedelta(days=14):
                return False
            self.go(State.OPEN)
        elif step == "investigate":
            if self.state not in (State.OPEN, State.WAITING, State.ESCALATED):
                return False
            self.go(State.INVESTIGATING)
        elif step == "escalate":
            if is_closed or (self.state == State.ESCALATED and self.level == 3):
                return False
            self.level = min(self.level + 1, 3)
            self.go(State.ESCALATED)
        elif step == "give back":
            if is_closed or self.level == 1:
                return False
            self.level -= 1
            if self.state == State.ESCALATED:
                self.go(State.INVESTIGATING)
        elif step == "reopen":
            if not is_closed:
                return False
            self.go(State.OPEN)
        elif step in ("reply", "wait", "close"):
            if is_closed:
                return False
            self.go(State.CLOSED if step == "close" else State.WAITING)
        self.sent[step] += 1
        return True


def carry_out(cast: Cast, ticket: Ticket, step: str, now) -> None:
    by, at = Actor.of(cast.analyst), {"ticket_id": ticket.pk, "at": now}
    match step:
        case "customer":
            add_customer_message(contact=cast.customer, new=NewMessage("Words", "email"), **at)
        case "machine":
            new = NewMessage("Away", "email", is_automatic=True)
            add_customer_message(contact=cast.customer, new=new, **at)
        case "reply":
            reply(agent=cast.analyst, text="Words", **at)
        case "note":
            add_note(agent=cast.analyst, text="Words", **at)
        case "investigate":
            change_status(move="investigate", by=by, **at)
        case "wait":
            change_status(move="wait_for_customer", by=by, **at)
        case "escalate":
            escalate(by=by, **at)
        case "give back":
            give_back(by=by, why="Words", **at)
        case "close":
            close(by=by, **at)
        case "reopen":
            reopen(by=by, **at)
        case "days":
            close_silent(desk_id=cast.desk.pk, at=now)
            mark_breached(desk_id=cast.desk.pk, at=now)


def find_running_deadline(ticket: Ticket) -> datetime:
    """Return the deadline by which a queue must sort the ticket, taken from its clock."""
    clock = Clock.objects.get(ticket=ticket)
    runs = ticket.status != State.CLOSED and clock.met_at is None and clock.stopped_at is None
    return clock.due_at if runs else NO_DEADLINE


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=20))
def test_any_sequence_of_steps_agrees_with_the_model(in_rocket: Cast, steps: list[str]) -> None:
    ticket, model = in_rocket.open_ticket(), Model()
    for step in steps:
        is_legal = model.step(step)
        if is_legal:
            carry_out(in_rocket, ticket, step, model.now)
        else:
            with pytest.raises((ServiceError, NotReopenableError)):
                carry_out(in_rocket, ticket, step, model.now)
        now = Ticket.objects.get(pk=ticket.pk)
        assert now.status == model.state, steps
        assert now.level == ["l1", "l2", "rnd"][model.level - 1], steps
        assert now.due_at == find_running_deadline(now), steps
        row = now.queue_row  # the row of lists, which triggers keep
        assert (row.status, row.is_open) == (now.status, now.status != State.CLOSED), steps
        assert (row.due_at, row.response_due_at) == (now.due_at, get_clock(now).due_at), steps
    sent = model.sent
    assert ticket.messages.count() == sent["customer"] + sent["machine"] + sent["reply"]
    assert ticket.notes.count() == sent["note"]
    states = [e.data["status"] for e in ticket.events.order_by("pk") if "status" in e.data]
    assert all(after == before for (_, after), (before, _) in pairwise(states))
