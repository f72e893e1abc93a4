"""One poisoned row among many: each sweep sets it aside with its error and processes the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from accounts.followers import notify_terms_changed
from accounts.models import Account, Agent
from accounts.sweeps import sweep_desks
from accounts.tenancy import desk_scope
from routing.services import assign_waiting_tickets, reassign_stranded_tickets
from sla.models import Clock
from sla.sweeps import mark_breached, warn_of_due
from tests.cast import NOON, Cast
from tickets import event_rows
from tickets.deliveries import deliver_due
from tickets.models import DeliveryState, EventDelivery, NewTerms, State, SweepFailure, Ticket
from tickets.services import close_silent, remind_silent, reply
from tickets.services.terms import apply_new_terms

DAY = timedelta(days=1)
TICKETS = 4


class Case(NamedTuple):
    """A sweep: how tickets become due, when it runs, and which tickets it has done."""

    sweep: Callable[..., int]
    prepare: Callable[[Cast], None]
    at: datetime
    done: Callable[[], set[int]]
    row: Callable[[int], int] = lambda ticket_id: ticket_id  # what the sweep counts as a row


def wait_for_customers(cast: Cast) -> None:
    for pk in Ticket.objects.values_list("pk", flat=True):
        reply(ticket_id=pk, agent=cast.analyst, text="Did that help?", at=NOON)


def strand(cast: Cast) -> None:
    Ticket.objects.update(assignee=cast.analyst)
    Agent.objects.filter(pk=cast.analyst.pk).update(is_active=False)


def unassign(cast: Cast) -> None:
    Ticket.objects.update(assignee=None)


def ids(**filters: Any) -> Callable[[], set[int]]:
    return lambda: set(Ticket.objects.filter(**filters).values_list("pk", flat=True))


def clock_of(ticket_id: int) -> int:
    return Clock.objects.get(ticket=ticket_id).pk


CASES = {
    "silent tickets are closed": Case(
        close_silent, wait_for_customers, NOON + 8 * DAY, ids(status=State.CLOSED)
    ),
    "customers are reminded": Case(
        remind_silent,
        wait_for_customers,
        NOON + 5 * DAY,
        ids(status=State.WAITING, remind_at__isnull=True),
    ),
    "clocks are warned of": Case(
        warn_of_due,
        lambda cast: None,
        NOON + timedelta(hours=6),
        ids(clocks__warned=1),
        clock_of,
    ),
    "clocks are marked as breached": Case(
        mark_breached,
        lambda cast: None,
        NOON + timedelta(hours=9),
        ids(clocks__breached_at__isnull=False),
        clock_of,
    ),
    "waiting tickets are assigned": Case(
        assign_waiting_tickets, unassign, NOON, ids(assignee__isnull=False)
    ),
    "stranded tickets are reassigned": Case(
        reassign_stranded_tickets, strand, NOON, ids(assignee__is_active=True)
    ),
}


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make every event on one ticket fail, in whatever statement it is written."""
    real = event_rows.write_rows

    def poison(ticket_id: int) -> None:
        def write(rows: list[dict[str, Any]], **options: Any) -> list[int]:
            if any(row["ticket_id"] == ticket_id for row in rows):
                raise RuntimeError("poison")
            return real(rows, **options)

        monkeypatch.setattr("tickets.changes.write_rows", write)

    return poison


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_other_rows_are_still_processed(
    case: Case, in_rocket: Cast, poison: Callable[[int], None]
) -> None:
    tickets = [in_rocket.open_ticket().pk for _ in range(TICKETS)]
    case.prepare(in_rocket)
    bad = tickets[1]
    poison(bad)

    due = Ticket.objects.all()
    done = sweep_desks("test", due, case.sweep, at=case.at)

    assert done == TICKETS - 1
    assert case.done() == set(tickets) - {bad}
    failure = SweepFailure.objects.get()
    assert (failure.row_id, failure.attempts) == (case.row(bad), 1)
    assert failure.last_error == "RuntimeError: poison"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fixed_row_succeeds_at_the_next_attempt(
    case: Case, in_rocket: Cast, poison: Callable[[int], None]
) -> None:
    tickets = [in_rocket.open_ticket().pk for _ in range(TICKETS)]
    case.prepare(in_rocket)
    poison(tickets[1])
    case.sweep(desk_id=in_rocket.desk.pk, at=case.at)
    poison(0)
    assert case.sweep(desk_id=in_rocket.desk.pk, at=case.at + timedelta(minutes=1)) == 1
    assert case.done() == set(tickets)
    assert not SweepFailure.objects.exists()


def test_new_terms_of_one_account_do_not_hold_up_those_of_another(
    in_rocket: Cast, poison: Callable[[int], None]
) -> None:
    mine, theirs = in_rocket.open_ticket(), in_rocket.open_ticket(contact=in_rocket.elsewhere)
    accounts = [in_rocket.account.pk, in_rocket.other_account.pk]
    Account.objects.filter(pk__in=accounts).update(status="trial")
    notify_terms_changed(in_rocket.desk.pk, accounts, NOON)
    poison(mine.pk)
    for _ in range(3):
        apply_new_terms(desk_id=in_rocket.desk.pk, at=NOON)
    trials = in_rocket.departments["trials"]
    assert Ticket.objects.get(pk=theirs.pk).department == trials
    assert Ticket.objects.get(pk=mine.pk).department != trials
    assert SweepFailure.objects.get().row_id == NewTerms.objects.get().pk


def test_a_failing_delivery_keeps_its_error_and_the_others_are_made(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(TICKETS):
        in_rocket.open_ticket()
    deliveries = list(EventDelivery.objects.order_by("pk"))
    bad = deliveries[1]

    def follow(event: Any) -> None:
        if event.pk == bad.event_id:
            raise RuntimeError("poison")

    monkeypatch.setattr("tickets.deliveries.making.get_later_follower", lambda key, kind: follow)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    due = EventDelivery.objects.filter(state=DeliveryState.DUE)
    assert {delivery.event_id for delivery in due} == {bad.event_id}
    assert {delivery.last_error for delivery in due} == {"RuntimeError: poison"}


def test_a_desk_whose_batch_fails_holds_up_no_other_desk(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            cast.open_ticket()

    served: list[int] = []

    def batch(*, desk_id: int, at: datetime) -> int:
        served.append(desk_id)
        if desk_id == rocket.desk.pk:
            raise RuntimeError("poison")
        return 0

    assert sweep_desks("test", Ticket.objects.all(), batch, at=NOON) == 0
    assert served == [rocket.desk.pk, matter.desk.pk]
