"""The feed has every event once, in order, also those that are committed late."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Account
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.webhooks.helpers import respond
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.services import add_note
from tickets.webhooks import feed
from tickets.webhooks.feed import Cursor, find_end, parse_cursor, read_page

URL = "/rocket/api/v1/events/"


def test_pages_have_every_event_once(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket()
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        for _ in range(4):
            respond(rocket, ticket)
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="Internal", at=NOON)
        expected = list(TicketEvent.objects.order_by("pk").values_list("pk", flat=True))
    client = sign_in(rocket.analyst.user)
    seen, after, more = [], "0", True
    while more:
        page = client.get(URL, {"after": after, "limit": 2}).json()
        seen += [event["id"] for event in page["results"]]
        after, more = page["after"], page["has_more"]
    assert seen == expected
    assert client.get(URL, {"after": after, "wait": 5}).json()["results"] == []
    assert client.get(URL, {"after": "now"}).json()["results"] == []
    [note] = client.get(URL, {"kinds": "note.added"}).json()["results"]
    assert (note["type"], note["ticket"]) == ("note.added", ticket.number)
    assert [
        e["id"] for e in client.get(URL, {"after": expected[-2]}).json()["results"]
    ] == expected[-1:]


def test_events_of_hidden_tickets_are_left_out(rocket: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        shown, hidden = rocket.open_ticket(), rocket.open_ticket()
        private = close_department(rocket, "trials", members=(rocket.level_two,))
        Ticket.objects.filter(pk=hidden.pk).update(department=private, assignee=None)
    found = sign_in(rocket.analyst.user).get(URL).json()["results"]
    assert {event["ticket"] for event in found} == {shown.number}
    everything = sign_in(rocket.admin.user).get(URL).json()["results"]
    assert {event["ticket"] for event in everything} == {shown.number, hidden.number}


def test_other_tickets_are_named_only_to_agents_who_may_see_them(
    rocket: Cast, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        shown, hidden = rocket.open_ticket(), rocket.open_ticket()
        data = {"kind": "related", "is_source": True, "other": hidden.number}
        record(ticket=shown, kind=EventKind.TICKETS_LINKED, by=SYSTEM, at=NOON, data=data)
        private = close_department(rocket, "trials", members=(rocket.level_two,))
        Ticket.objects.filter(pk=hidden.pk).update(department=private, assignee=None)
    for agent, number in ((rocket.analyst, None), (rocket.admin, hidden.number)):
        found = sign_in(agent.user).get(URL, {"kinds": "tickets.linked"}).json()["results"]
        assert [event["facts"].get("other") for event in found] == [number]


@pytest.mark.parametrize(
    "given",
    [{"after": "x"}, {"after": "1-2"}, {"after": "9" * 30}, {"wait": "60"}, {"limit": "0"},
     {"kinds": "ticket.exploded"}, {"before": "1"}, {"after": "\u0661"}],
)  # fmt: skip
def test_wrong_parameters_are_refused(rocket: Cast, sign_in: Any, given: dict[str, str]) -> None:
    assert sign_in(rocket.analyst.user).get(URL, given).status_code == 400


def test_others_get_nothing(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    assert sign_in(matter.admin.user).get(URL).status_code == 404
    assert sign_in(rocket.customer.user).get(URL).status_code == 404


def responding_slowly(cast: Cast, ticket: Ticket) -> AbstractContextManager[None]:
    """Have a transaction in progress with an event that is committed at the end only."""
    return writing_slowly(cast, lambda: respond(cast, ticket))


@contextmanager
def writing_slowly(cast: Cast, write: Callable[[], object]) -> Iterator[None]:
    """Keep a transaction open that has written, and commit it only at the end."""
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with desk_scope(cast.desk):
            with transaction.atomic():
                write()
                has_written.set()
                may_commit.wait(60)
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert has_written.wait(60)
    try:
        yield
    finally:
        may_commit.set()
        writer.join()


@pytest.mark.django_db(transaction=True)
def test_now_is_not_the_beginning_while_a_transaction_is_in_progress(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "TRIES", 1)
    with desk_scope(rocket.desk):
        first, second = rocket.open_ticket(), rocket.open_ticket()
        with responding_slowly(rocket, first):
            now = find_end(rocket.desk.pk)
        assert now.after == TicketEvent.objects.filter(ticket=second).latest("pk").pk
        respond(rocket, second)
        later = read_page(rocket.admin, parse_cursor(str(now)), kinds=(), limit=200)
        assert "customer.responded" in {event.kind for event in later.events}
        assert "ticket.opened" not in {event.kind for event in later.events}


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_committed_late_is_not_skipped(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction takes an ID, another one takes the next and commits first."""
    monkeypatch.setattr(feed, "TRIES", 1)
    with desk_scope(rocket.desk):
        first, second = rocket.open_ticket(), rocket.open_ticket()
        start = read_page(rocket.admin, Cursor(), kinds=(), limit=200).cursor
        with responding_slowly(rocket, first):
            respond(rocket, second)
            held = read_page(rocket.admin, start, kinds=(), limit=200)
        assert held.events == []  # the second one is there, but the first may come before it
        later = read_page(
            rocket.admin, parse_cursor(str(held.cursor)), kinds=["customer.responded"], limit=200
        )
        assert [event.ticket_id for event in later.events] == [first.pk, second.pk]


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_without_events_delays_nothing(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "TRIES", 0)
    with desk_scope(rocket.desk):
        rename = Account.objects.filter(pk=rocket.account.pk).update
        ticket = rocket.open_ticket()
        with writing_slowly(rocket, lambda: rename(name="Acme")):
            page = read_page(rocket.admin, Cursor(), kinds=(), limit=200)
        assert {event.ticket_id for event in page.events} == {ticket.pk}


@pytest.mark.django_db(transaction=True)
def test_the_next_pages_have_what_was_settled_at_the_first(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "TRIES", 0)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        for _ in range(4):
            respond(rocket, ticket)
        expected = list(TicketEvent.objects.order_by("pk").values_list("pk", flat=True))
        page = read_page(rocket.admin, Cursor(), kinds=(), limit=1)
        seen = page.events
        with responding_slowly(rocket, rocket.open_ticket()):
            while page.has_more:
                cursor = parse_cursor(str(page.cursor))
                page = read_page(rocket.admin, cursor, kinds=(), limit=1)
                seen += page.events
    assert [event.pk for event in seen] == expected
