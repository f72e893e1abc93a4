"""Random lives of tickets: after each step, all that is derived from the clocks says the same.

The ticket's own deadline, its row in the queue, the deadlines that sweeps read, pauses, and the
customer's unanswered message are compared with what clocks and events lead to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from accounts.followers import notify_terms_changed
from accounts.models import Account, Level, Plan
from sla.explaining.verification import verify_tickets
from sla.models import Clock, ClockKind, Deadline, LevelTarget, ReplanCause, ReplanScope, Target
from sla.replanning import apply_replans, change_settings
from sla.services.pauses import NEVER_PAUSED, find_pause_reason
from tests.cast import NOON, Cast
from tests.clocks import add_level_targets, add_targets
from tests.sla.test_random_clocks import list_actions
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.events import EventKind
from tickets.models import CloseReason, QueueRow, State, Ticket
from tickets.services import close, end_due_holds, escalate, give_back
from tickets.services.terms import apply_new_terms

SEEDS, TICKETS, STEPS = 2, 5, 16
COPIED = ("due_at", "due_kind", "unanswered_since", "hold_until", "status", "level")
ANSWERED = {EventKind.AGENT_REPLIED, EventKind.NO_REPLY_NEEDED, EventKind.TICKET_CLOSED}
LATER = (ClockKind.NEXT_RESPONSE, ClockKind.UPDATE, ClockKind.RESOLUTION)


def add_settings(cast: Cast) -> Plan:
    """Add targets of all kinds, and a second plan with others."""
    add_targets(cast, *LATER, minutes=300)
    add_level_targets(cast, Level.L1, ClockKind.LEVEL_TAKEN, ClockKind.LEVEL_SILENCE, minutes=90)
    add_level_targets(cast, Level.L2, ClockKind.LEVEL_RETURNED, minutes=200)
    plus = Plan.objects.create(desk=cast.desk, name="Plus")
    add_targets(cast, ClockKind.FIRST_RESPONSE, LATER[2], minutes=100, plan=plus)
    cast.desk.warn_points, cast.desk.pause_states = [50, 90], ["escalated"]
    cast.desk.save()
    cast.desk.refresh_from_db()
    return plus


def change_terms(cast: Cast, at: datetime, **terms: Any) -> None:
    Account.objects.filter(pk=cast.account.pk).update(**terms)
    notify_terms_changed(cast.desk.pk, [cast.account.pk], at)
    while apply_new_terms(desk_id=cast.desk.pk, at=at):
        pass


def change_targets(cast: Cast, at: datetime, random: Random) -> None:
    """Change or remove targets, for open tickets too or not."""
    kind, scope = random.choice(LATER), random.choice(list(ReplanScope))
    targets = Target.objects.filter(clock=kind)
    change = random.choice(
        (targets.delete, lambda: targets.update(amount=random.randrange(9, 600)))
    )
    change_settings(
        desk_id=cast.desk.pk, by="", cause=ReplanCause.TARGETS, scope=scope, change=change, at=at
    )
    while apply_replans(desk_id=cast.desk.pk, at=at):
        pass


def list_more_actions(
    cast: Cast, ticket: Ticket, at: datetime, random: Random, plus: Plan
) -> list[Callable[[], Any]]:
    by, number = Actor.of(cast.analyst), ticket.pk
    plan = random.choice((plus, cast.plan, None))
    return [
        lambda: escalate(ticket_id=number, by=by, at=at, why="Hard"),
        lambda: give_back(ticket_id=number, by=by, at=at, why="Not ours"),
        lambda: close(ticket_id=number, by=by, at=at, reason=CloseReason.SPAM),
        lambda: end_due_holds(desk_id=cast.desk.pk, at=at),
        lambda: change_terms(cast, at, plan=plan),
        lambda: change_targets(cast, at, random),
    ]


def find_unanswered(ticket: Ticket) -> datetime | None:
    """Return since when the customer waits, as the events tell it."""
    since = None
    for event in ticket.events.order_by("pk"):
        status = event.data.get("status") or ["", ""]
        if event.kind in {EventKind.TICKET_OPENED, EventKind.CUSTOMER_RESPONDED}:
            since = since or event.at
        elif event.kind in ANSWERED or (status[1:] == [State.CLOSED]):
            since = None
    return since


def check_ticket(ticket: Ticket) -> None:
    row, clocks = QueueRow.objects.get(pk=ticket.pk), list(ticket.clocks.all())
    assert {name: getattr(row, name) for name in COPIED} == {
        name: getattr(ticket, name) for name in COPIED
    }
    assert ticket.unanswered_since == find_unanswered(ticket)
    running = {
        clock.pk: (clock.due_at, clock.warn_at)
        for clock in clocks
        if clock.is_owed and clock.paused_at is None and clock.breached_at is None
    }
    deadlines = Deadline.objects.filter(clock__ticket=ticket)
    assert running == {each.pk: (each.due_at, each.warn_at) for each in deadlines}
    for clock in clocks:
        check_clock(ticket, clock)


def check_clock(ticket: Ticket, clock: Clock) -> None:
    if ticket.status == State.CLOSED:
        is_late_first = clock.kind == ClockKind.FIRST_RESPONSE and clock.breached_at is not None
        assert not clock.is_owed or is_late_first
    elif clock.is_owed and clock.kind not in NEVER_PAUSED:
        assert (clock.paused_at is not None) == bool(find_pause_reason(ticket))
    entries = list(clock.entries.order_by("pk"))
    breached = Counter(e.data["run"] for e in entries if e.kind == "breached")
    assert set(breached.values()) <= {1}
    warned = Counter(
        (e.data["run"], e.data["due_at"], e.data["point"]) for e in entries if e.kind == "warned"
    )
    assert set(warned.values()) <= {1}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_each_step_all_that_is_derived_says_the_same(in_rocket: Cast, seed: int) -> None:
    random, plus = Random(seed), add_settings(in_rocket)
    tickets = [in_rocket.open_ticket(at=NOON) for _ in range(TICKETS)]
    at = NOON
    for _ in range(STEPS * TICKETS):
        at += timedelta(minutes=random.choice((1, 7, 60, 400)), microseconds=13)
        ticket = Ticket.objects.select_related("contact").get(pk=random.choice(tickets).pk)
        actions = [
            *list_actions(in_rocket, ticket, at, random),
            *list_more_actions(in_rocket, ticket, at, random, plus),
        ]
        try:
            random.choice(actions)()
        except ServiceError:
            continue
        check_ticket(Ticket.objects.select_related("desk").get(pk=ticket.pk))
    for ticket in tickets:
        check_ticket(Ticket.objects.select_related("desk").get(pk=ticket.pk))
    verdicts = verify_tickets(desk_id=in_rocket.desk.pk)
    assert [verdict for verdict in verdicts if verdict.differences] == []
    assert LevelTarget.objects.exists()
