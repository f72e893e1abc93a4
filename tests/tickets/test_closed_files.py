"""Files of closed tickets are deleted after the days that a desk set; off by default."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.events import EventKind
from tickets.models import Attachment, CloseReason, Message, State, Ticket
from tickets.relations.merging import merge_ticket
from tickets.services import closed_files
from tickets.services.conversation import add_note
from tickets.tasks import sweep_closed_files
from tickets.timeline import describe_event

FILE = NewFile("dump.txt", "text/plain", b"secret")


@pytest.fixture
def run(django_capture_on_commit_callbacks: Any) -> Any:
    """Run the sweep as a worker does, with what follows its commits."""

    def run() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return sweep_closed_files()

    return run


def open_with_files(cast: Cast) -> tuple[Ticket, list[Attachment]]:
    """A ticket with a file on its message and one on a note."""
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(files=(FILE,))
        add_note(ticket_id=ticket.pk, agent=cast.lead, text="x", at=NOON, files=(FILE,))
        return ticket, list(Attachment.objects.filter(desk=cast.desk).order_by("pk"))


def close(ticket: Ticket, *, days_ago: float) -> None:
    with system_scope("test"):
        Ticket.objects.filter(pk=ticket.pk).update(
            status=State.CLOSED,
            closed_at=timezone.now() - timedelta(days=days_ago),
            close_reason=CloseReason.SOLVED,
            unanswered_since=None,
        )


def keep_for(cast: Cast, days: int) -> None:
    with system_scope("test"):
        Desk.objects.filter(pk=cast.desk.pk).update(closed_file_days=days)


def list_stored(files: list[Attachment]) -> list[bool]:
    return [default_storage.exists(str(file.file.name)) for file in files]


def test_each_desk_decides_and_names_stay(rocket: Cast, matter: Cast, run: Any) -> None:
    mine, files = open_with_files(rocket)
    theirs, other_files = open_with_files(matter)
    for ticket in (mine, theirs):
        close(ticket, days_ago=31)
    assert run() == 0  # kept as long as the ticket
    keep_for(rocket, 30)
    assert run() == 2
    assert list_stored(files) == [False, False]
    assert list_stored(other_files) == [True, True]
    with desk_scope(rocket.desk):
        for file in files:
            file.refresh_from_db()
            assert (file.name, file.file.name, file.size) == ("dump.txt", "", 6)
            assert file.is_removed
        events = list(mine.events.filter(kind=EventKind.FILE_REMOVED))
        assert [event.data["attachment"] for event in events] == [file.pk for file in files]
        assert describe_event(events[0], rocket.desk) == (
            "Plumbline deleted the file “dump.txt”: the ticket had been closed for 30 days."
        )
    assert run() == 0


def test_open_reopened_and_recently_closed_tickets_keep_theirs(
    rocket: Cast, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_for(rocket, 30)
    recent, files = open_with_files(rocket)
    close(recent, days_ago=29)
    assert run() == 0
    assert list_stored(files) == [True, True]
    # Reopened between the search and the lock.
    close(recent, days_ago=31)
    opened = closed_files.Change.open

    def reopen_first(ticket_id: int, **given: Any) -> Any:
        with system_scope("test"):
            Ticket.objects.filter(pk=ticket_id).update(
                status=State.OPEN, closed_at=None, close_reason=""
            )
        return opened(ticket_id, **given)

    monkeypatch.setattr(closed_files.Change, "open", reopen_first)
    assert run() == 0
    assert list_stored(files) == [True, True]


def test_a_file_that_an_open_ticket_shares_stays_there(rocket: Cast, run: Any) -> None:
    """Split messages refer to the same stored bytes."""
    keep_for(rocket, 30)
    old, files = open_with_files(rocket)
    with desk_scope(rocket.desk):
        split = rocket.open_ticket()
        shared = Attachment.objects.get(pk=files[0].pk)
        shared.pk, shared.message = None, Message.objects.get(ticket=split)
        shared.save()
    close(old, days_ago=31)
    assert run() == 2
    assert list_stored(files) == [True, False]
    with desk_scope(rocket.desk):
        assert default_storage.open(Attachment.objects.get(pk=shared.pk).file.name).read()
    close(split, days_ago=31)
    assert run() == 1
    assert list_stored(files) == [False, False]


def test_small_steps(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_for(rocket, 30)
    close(open_with_files(rocket)[0], days_ago=31)
    monkeypatch.setattr(closed_files, "BATCH", 1)
    with desk_scope(rocket.desk):
        given: dict[str, Any] = {"desk_id": rocket.desk.pk, "at": timezone.now()}
        assert [closed_files.delete_expired_files(**given) for _ in range(3)] == [1, 1, 0]


def test_the_files_of_a_merged_ticket_stay_while_another_one_goes_on(
    in_rocket: Cast, run: Any
) -> None:
    first, files = open_with_files(in_rocket)
    second, third = in_rocket.open_ticket(), in_rocket.open_ticket()
    for merged, into in ((first, second), (second, third)):
        merge_ticket(ticket_id=merged.pk, into_id=into.pk, agent=in_rocket.lead, at=NOON)
    with system_scope("test"):
        long_ago = timezone.now() - timedelta(days=31)
        Ticket.objects.filter(pk__in=(first.pk, second.pk)).update(closed_at=long_ago)
    keep_for(in_rocket, 30)
    assert run() == 0
    close(third, days_ago=29)
    assert run() == 0
    close(third, days_ago=31)
    assert run() == 2
    assert list_stored(files) == [False, False]
