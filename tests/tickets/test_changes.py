"""Change: followers get an explicit object; events and fields are saved together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import NOON, Cast
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change, record
from tickets.events import EventKind, FollowerLoopError, list_now_followers
from tickets.models import EventDelivery, Note, Ticket, TicketEvent
from tickets.writes import insert_row, update_row

HERE = __name__
seen: list[tuple[str, str, int | None]] = []


def see(change: Change, event: TicketEvent) -> None:
    seen.append((event.kind, event.actor_name, event.pk))


def set_subject(change: Change, event: TicketEvent) -> None:
    change.set(subject="Set by a follower")
    change.record(EventKind.PRIORITY_CHANGED, {"priority": ["Low", "High"]}, by=SYSTEM)


def fail(change: Change, event: TicketEvent) -> None:
    change.set(subject="Never saved")
    raise OSError("no space left")


def close_the_loop(change: Change, event: TicketEvent) -> None:
    change.record(EventKind.NOTE_ADDED)


SEEING = dict.fromkeys(EventKind, see)
SETTING = {EventKind.NOTE_ADDED: set_subject}
FAILING = {EventKind.NOTE_ADDED: fail}
LOOPING = {EventKind.PRIORITY_CHANGED: close_the_loop}


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


@pytest.fixture
def follow(settings: Any) -> Callable[..., None]:
    """Let only these dicts of this module follow, in their order."""

    def only(*names: str) -> None:
        settings.NOW_FOLLOWERS = {name.lower(): f"{HERE}.{name}" for name in names}
        settings.LATER_FOLLOWERS = {}

    return only


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def open_change(cast: Cast, ticket: Ticket) -> Change:
    return Change.open(ticket.pk, by=Actor.of(cast.analyst), at=NOON)


def list_kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("pk").values_list("kind", flat=True))


def test_a_follower_gets_a_complete_event_before_it_is_written(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SEEING")
    change = open_change(in_rocket, ticket)
    event = change.record(EventKind.NOTE_ADDED, {"note": 7}, channel="web")
    assert seen == []
    change.save()
    assert seen == [("note.added", "Analyst", None)]
    stored = TicketEvent.objects.get(pk=event.pk)
    assert (stored.kind, stored.at, stored.channel, stored.data) == (
        "note.added",
        NOON,
        "web",
        {"note": 7},
    )
    assert (stored.actor_kind, stored.actor_id) == ("agent", in_rocket.analyst.pk)


def test_events_of_followers_come_after_their_cause_and_are_followed_too(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SETTING", "SEEING")
    before = len(list_kinds(ticket))
    change = open_change(in_rocket, ticket)
    change.record(EventKind.NOTE_ADDED)
    change.record(EventKind.STATUS_CHANGED)
    change.save()
    assert list_kinds(ticket)[before:] == ["note.added", "status.changed", "priority.changed"]
    assert [(kind, actor) for kind, actor, _ in seen] == [
        ("note.added", "Analyst"),
        ("status.changed", "Analyst"),
        ("priority.changed", "Plumbline"),
    ]
    assert Ticket.objects.get(pk=ticket.pk).subject == "Set by a follower"


def test_events_and_fields_of_the_service_and_its_followers_are_one_statement(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SETTING")
    change = open_change(in_rocket, ticket)
    change.touch()
    change.record(EventKind.NOTE_ADDED)
    with CaptureQueriesContext(connection) as asked:
        change.save()
    [statement] = [q["sql"] for q in asked]
    assert "INSERT INTO tickets_ticketevent" in statement
    assert 'UPDATE tickets_ticket SET "updated_at" =' in statement
    assert '"subject"' in statement
    assert '"status"' not in statement


def test_only_marked_fields_are_saved(in_rocket: Cast, ticket: Ticket) -> None:
    change = open_change(in_rocket, ticket)
    change.set(level="l2")
    change.ticket.subject = "Not marked"
    change.save()
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.level, stored.subject) == ("l2", ticket.subject)


def test_a_change_of_nothing_asks_nothing(in_rocket: Cast, ticket: Ticket) -> None:
    change = open_change(in_rocket, ticket)
    with CaptureQueriesContext(connection) as asked:
        change.save()
    assert len(asked) == 0


def test_a_follower_that_fails_leaves_neither_event_nor_field(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SETTING", "FAILING")
    kinds, subject = list_kinds(ticket), ticket.subject
    change = open_change(in_rocket, ticket)
    change.record(EventKind.NOTE_ADDED)
    with pytest.raises(OSError, match="no space left"), transaction.atomic():
        change.save()
    assert (list_kinds(ticket), Ticket.objects.get(pk=ticket.pk).subject) == (kinds, subject)


def test_a_loop_over_two_followers_is_found(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SETTING", "LOOPING")
    change = open_change(in_rocket, ticket)
    change.record(EventKind.NOTE_ADDED)
    with pytest.raises(FollowerLoopError, match="setting caused note"):
        change.save()


def test_two_events_of_one_kind_are_no_loop(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SETTING")
    change = open_change(in_rocket, ticket)
    change.record(EventKind.NOTE_ADDED)
    change.record(EventKind.NOTE_ADDED)
    change.save()
    assert list_kinds(ticket)[-4:] == ["note.added"] * 2 + ["priority.changed"] * 2


def test_the_first_lock_is_the_tickets(in_rocket: Cast, ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as asked:
        change = open_change(in_rocket, ticket)
        assert change.ticket.desk == in_rocket.desk
    (statement,) = [q["sql"] for q in asked]
    assert statement.endswith("FOR NO KEY UPDATE OF t\n")


def test_an_unknown_ticket_does_not_exist(in_rocket: Cast) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        Change.open(0, by=SYSTEM, at=NOON)


def test_an_opened_change_has_all_of_the_ticket_with_desk_and_assignee(
    in_rocket: Cast, ticket: Ticket
) -> None:
    stored = Ticket.objects.select_related("desk", "assignee").get(pk=ticket.pk)
    with CaptureQueriesContext(connection) as asked:
        opened = open_change(in_rocket, ticket).ticket
        assert opened.assignee == stored.assignee is not None
        for field in Ticket._meta.concrete_fields:
            assert getattr(opened, field.attname) == getattr(stored, field.attname), field.name
        assert opened.desk.state_words == stored.desk.state_words
    assert len(asked) == 1


def test_what_is_written_early_is_written_once(in_rocket: Cast, ticket: Ticket) -> None:
    change = open_change(in_rocket, ticket)
    note = Note(
        id=10**9,
        desk=in_rocket.desk,
        ticket=ticket,
        agent=in_rocket.analyst,
        body_text="Odd",
        created_at=NOON,
    )
    change.write(insert_row(note, "note"))
    change.flush("message")
    assert not Note.objects.exists()
    change.flush("note")
    assert Note.objects.get().body_text == "Odd"
    change.save()
    assert Note.objects.count() == 1


def test_the_same_part_twice_is_two_statements(in_rocket: Cast, ticket: Ticket) -> None:
    change = open_change(in_rocket, ticket)
    for level in ("l2", "rnd"):
        ticket.level = level
        change.write(update_row(ticket, "ticket_level", ["level"]))
    change.save()
    assert Ticket.objects.get(pk=ticket.pk).level == "rnd"


def test_one_event_on_a_ticket_that_does_not_change(in_rocket: Cast, ticket: Ticket) -> None:
    updated_at = ticket.updated_at
    event = record(
        ticket=ticket,
        kind=EventKind.MAIL_DELIVERED,
        by=SYSTEM,
        at=NOON,
        channel="email",
        data={"to": "a@acme.example"},
    )
    assert (event.pk, event.data) == (ticket.events.latest("pk").pk, {"to": "a@acme.example"})
    assert Ticket.objects.get(pk=ticket.pk).updated_at == updated_at


def test_deliveries_store_the_followers_key(in_rocket: Cast, ticket: Ticket, settings: Any) -> None:
    settings.LATER_FOLLOWERS = {"second": f"{HERE}.SEEING", "first": f"{HERE}.SEEING"}
    event = record(ticket=ticket, kind=EventKind.NOTE_ADDED, by=SYSTEM, at=NOON)
    stored = EventDelivery.objects.filter(event=event).order_by("pk")
    assert list(stored.values_list("follower", flat=True)) == ["second", "first"]


def test_now_followers_are_listed_in_the_order_of_settings(follow: Callable[..., None]) -> None:
    follow("SEEING", "SETTING")
    assert list_now_followers(EventKind.NOTE_ADDED) == [("seeing", see), ("setting", set_subject)]
    assert list_now_followers(EventKind.PRIORITY_CHANGED) == [("seeing", see)]


class Closing:
    """Something attached that sets a field and records an event when the change is finished."""

    def __init__(self, change: Change) -> None:
        self.change, self.finished = change, 0

    def finish(self) -> None:
        self.finished += 1
        self.change.set(subject=f"Finished {self.finished}")
        self.change.record(EventKind.NOTE_ADDED, by=SYSTEM)


def test_what_a_follower_attaches_is_made_once_and_finished_once(
    in_rocket: Cast, ticket: Ticket, follow: Callable[..., None]
) -> None:
    follow("SEEING")
    with transaction.atomic():
        change = open_change(in_rocket, ticket)
        attached = change.before_write("closing", Closing)
        assert change.before_write("closing", Closing) is attached
        change.record(EventKind.PRIORITY_CHANGED)
        change.save()
    assert attached.finished == 1
    assert [kind for kind, _name, _pk in seen] == [
        EventKind.PRIORITY_CHANGED,
        EventKind.NOTE_ADDED,  # the followers see what it recorded
    ]
    ticket.refresh_from_db()
    assert ticket.subject == "Finished 1"
