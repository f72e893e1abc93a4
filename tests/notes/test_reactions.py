"""Reactions to notes: one of each kind for each agent, and no notification."""

from __future__ import annotations

import pytest

from tests.cast import NOON, Cast
from tickets.deliveries import deliver_due
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Note, NoteReaction, Notification, Ticket, TicketEvent
from tickets.notes.reacting import set_reaction
from tickets.services import add_note


@pytest.fixture
def note(in_rocket: Cast) -> Note:
    ticket = in_rocket.open_ticket()
    note = add_note(ticket_id=ticket.pk, agent=in_rocket.lead, text="Found it.", at=NOON)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    Notification.objects.all().delete()
    return note


def react(cast: Cast, note: Note, kind: str = "agree", *, is_wanted: bool = True) -> bool:
    return set_reaction(note=note, agent=cast.analyst, kind=kind, is_wanted=is_wanted, at=NOON)


def test_a_reaction_counts_once(in_rocket: Cast, note: Note) -> None:
    assert react(in_rocket, note)
    assert not react(in_rocket, note)
    assert react(in_rocket, note, "thanks")
    kinds = NoteReaction.objects.filter(note=note).values_list("kind", flat=True)
    assert sorted(kinds) == ["agree", "thanks"]
    assert TicketEvent.objects.filter(kind=EventKind.NOTE_REACTED).count() == 2


def test_a_reaction_can_be_withdrawn(in_rocket: Cast, note: Note) -> None:
    react(in_rocket, note)
    assert react(in_rocket, note, is_wanted=False)
    assert not react(in_rocket, note, is_wanted=False)
    assert not NoteReaction.objects.exists()


def test_a_reaction_notifies_nobody_and_is_no_activity(in_rocket: Cast, note: Note) -> None:
    before = Ticket.objects.get(pk=note.ticket_id).updated_at
    react(in_rocket, note)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    assert not Notification.objects.exists()
    assert Ticket.objects.get(pk=note.ticket_id).updated_at == before


def test_an_unknown_reaction_is_refused(in_rocket: Cast, note: Note) -> None:
    with pytest.raises(InvalidValueError, match="doesn't exist"):
        react(in_rocket, note, "heart")


def test_an_observer_cannot_react(in_rocket: Cast, note: Note) -> None:
    with pytest.raises(NotAllowedError):
        set_reaction(note=note, agent=in_rocket.observer, kind="agree", is_wanted=True, at=NOON)
