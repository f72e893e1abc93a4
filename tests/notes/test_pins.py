"""The pinned note of a ticket, and the note about an account."""

from __future__ import annotations

import pytest

from accounts.customers.notes import StaleNoteError, get_account_note, set_account_note
from accounts.models import AccountNote, AuditEntry
from tests.cast import NOON, Cast
from tickets.errors import NotAllowedError
from tickets.events import EventKind
from tickets.models import Note, PinnedNote, Ticket, TicketEvent
from tickets.notes.pinning import pin_note, unpin_note
from tickets.services import add_note


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def write(cast: Cast, ticket: Ticket, text: str) -> Note:
    return add_note(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=NOON)


def test_a_ticket_has_one_pinned_note(in_rocket: Cast, ticket: Ticket) -> None:
    first, second = write(in_rocket, ticket, "First"), write(in_rocket, ticket, "Second")
    assert pin_note(note=first, agent=in_rocket.analyst, at=NOON)
    assert pin_note(note=second, agent=in_rocket.colleague, at=NOON)
    assert not pin_note(note=second, agent=in_rocket.analyst, at=NOON)
    assert [pinned.note for pinned in PinnedNote.objects.filter(ticket=ticket)] == [second]
    assert TicketEvent.objects.filter(kind=EventKind.NOTE_PINNED).count() == 2


def test_unpinning_another_note_changes_nothing(in_rocket: Cast, ticket: Ticket) -> None:
    first, second = write(in_rocket, ticket, "First"), write(in_rocket, ticket, "Second")
    pin_note(note=first, agent=in_rocket.analyst, at=NOON)
    assert not unpin_note(note=second, agent=in_rocket.analyst, at=NOON)
    assert unpin_note(note=first, agent=in_rocket.analyst, at=NOON)
    assert not PinnedNote.objects.exists()


def test_an_observer_cannot_pin(in_rocket: Cast, ticket: Ticket) -> None:
    note = write(in_rocket, ticket, "First")
    for act in (pin_note, unpin_note):
        with pytest.raises(NotAllowedError):
            act(note=note, agent=in_rocket.observer, at=NOON)


def save(cast: Cast, text: str, expected: str = "") -> bool:
    return set_account_note(
        account=cast.account, text=text, expected=expected, by=cast.analyst, at=NOON
    )


def test_the_note_about_an_account_keeps_its_history_in_the_audit(in_rocket: Cast) -> None:
    assert save(in_rocket, "Call before 9.")
    assert save(in_rocket, "Call after 9.", "Call before 9.")
    assert not save(in_rocket, "Call after 9.\r\n", "whatever")
    assert get_account_note(in_rocket.account) == "Call after 9."
    changes = [entry.detail["changes"]["note"] for entry in AuditEntry.objects.order_by("pk")]
    assert changes == [["", "Call before 9."], ["Call before 9.", "Call after 9."]]


def test_a_note_that_a_colleague_changed_is_not_overwritten(in_rocket: Cast) -> None:
    save(in_rocket, "From Ana.")
    with pytest.raises(StaleNoteError, match=r"It now says: “From Ana\.”"):
        save(in_rocket, "Mine.", "")
    assert get_account_note(in_rocket.account) == "From Ana."


def test_an_empty_text_removes_the_note(in_rocket: Cast) -> None:
    save(in_rocket, "From Ana.")
    assert save(in_rocket, "  ", "From Ana.")
    assert not AccountNote.objects.exists()
    with pytest.raises(StaleNoteError, match="was removed"):
        save(in_rocket, "More.", "From Ana.")
