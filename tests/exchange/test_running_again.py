"""Imports again: the same file changes nothing, a killed run ends with the same counts (M38)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import Model

from accounts.models import Account, Agent, Contact
from accounts.tenancy import desk_scope
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.exchange.helpers import import_lines, list_problems, pack, run_all, upload, write_lines
from tests.exchange.test_importing import ANSWERED, ASKED, EVENT, FILE, NOTE, PEOPLE, TICKET
from tickets.exchange import importing, slices, staging
from tickets.exchange.importing import import_slice
from tickets.exchange.running import run_imports
from tickets.exchange.runs import cancel_run, pause_run, resume_run, start_run
from tickets.models import (
    Attachment,
    ImportedRow,
    ImportRun,
    ImportState,
    Message,
    Note,
    SearchDocument,
    Tag,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
)
from tickets.services import add_note

LATER = NOON + timedelta(days=2)
TABLES: tuple[type[Model], ...] = (
    Account, Agent, Attachment, Contact, ImportedRow, Message, Note, SearchDocument, Tag, Ticket,
    TicketEvent, TicketLink, TicketTag,
)  # fmt: skip
ALL: list[Any] = [*PEOPLE, TICKET, ASKED, ANSWERED, NOTE, FILE, EVENT]


def count_rows() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in TABLES}


def make_many(amount: int) -> list[dict[str, Any]]:
    """Return tickets with two messages each, every third one linked to the one before."""
    made: list[dict[str, Any]] = [*PEOPLE]
    for n in range(1, amount + 1):
        links = {"links": [{"kind": "related", "to": n - 1}]} if n % 3 == 0 else {}
        made += [
            TICKET | {"id": n, "number": f"old-{n}"} | links,
            ASKED | {"id": f"{n}a", "ticket": n},
            ANSWERED | {"id": f"{n}b", "ticket": n},
        ]
    return made


def test_a_second_import_changes_nothing(in_rocket: Cast) -> None:
    import_lines(in_rocket, *ALL, **{"a.txt": b"smoke"})
    before, number = count_rows(), Ticket.objects.get().number
    stored = Attachment.objects.get().file.name
    run = import_lines(in_rocket, *ALL, at=LATER, **{"a.txt": b"smoke"})
    assert count_rows() == before
    assert {outcome for counted in run.counts.values() for outcome in counted} == {"unchanged"}
    assert Ticket.objects.get().updated_at < NOON
    assert Attachment.objects.get().file.name == stored
    assert in_rocket.open_ticket().number == number + 1  # no number was used up


def test_changed_records_update_and_new_ones_are_added(in_rocket: Cast) -> None:
    import_lines(in_rocket, *ALL)
    run = import_lines(
        in_rocket,
        PEOPLE[1] | {"name": "Jane Roe"},
        TICKET | {"state": "open", "closed_at": None, "subject": "Printer off fire"},
        ASKED | {"text": "It burned"},
        ASKED | {"id": "new", "text": "Thanks", "created_at": "2024-03-05T00:00:00Z"},
        at=LATER,
    )
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.status, ticket.closed_at) == ("Printer off fire", "open", None)
    assert [each.body_text for each in ticket.messages.all()] == [
        "It burned",
        "Use water",
        "Thanks",
    ]
    assert ticket.unanswered_since == ticket.messages.last().created_at
    assert Contact.objects.get(pk=ticket.contact_id).name == "Jane Roe"
    assert run.counts["message"] == {"created": 1, "updated": 1}
    last = TicketEvent.objects.latest("pk")
    assert (last.kind, last.data["is_update"]) == ("ticket.imported", True)


def test_a_ticket_that_someone_changed_here_is_left_as_it_is(in_rocket: Cast) -> None:
    import_lines(in_rocket, *ALL)
    ticket = Ticket.objects.get()
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Ours", at=NOON)
    run = import_lines(
        in_rocket,
        TICKET | {"subject": "Other"},
        ASKED | {"text": "Other"},
        ASKED | {"id": "new", "text": "News"},
        at=LATER,
    )
    ticket.refresh_from_db()
    assert ticket.subject == "Printer on fire"
    assert {each.body_text for each in ticket.messages.all()} == {"It burns", "Use water", "News"}
    assert list_problems(run) == [("ticket", "9001", "changed_here")]


def test_a_file_that_was_missing_is_filled_in_later(in_rocket: Cast) -> None:
    run = import_lines(in_rocket, *ALL)
    assert list_problems(run) == [("attachment", "4", "file_missing")]
    assert Attachment.objects.get().is_missing
    import_lines(in_rocket, *ALL, **{"a.txt": b"smoke"})
    file = Attachment.objects.get()
    assert (file.size, file.file.read()) == (5, b"smoke")


def test_an_erased_person_is_not_brought_back(in_rocket: Cast) -> None:
    people = [PEOPLE[0], PEOPLE[1] | {"id": "jane@acme-import.example"}, PEOPLE[2]]
    mine = {"contact": "jane@acme-import.example"}
    import_lines(in_rocket, *people, TICKET | mine, ASKED | mine)
    jane = Contact.objects.get(email="jane@acme-import.example")
    erase_person(desk=in_rocket.desk, contact=jane, by=in_rocket.admin, at=NOON)
    assert not ImportedRow.objects.filter(source_id__contains="@").exists()
    run = import_lines(
        in_rocket, *people[:1], people[1] | {"name": "J."}, TICKET | mine | {"id": 2},
        ASKED | mine | {"id": 2, "ticket": 2},
    )  # fmt: skip
    assert [code for _, _, code in list_problems(run)] == [
        "erased_person", "erased_person", "missing_ticket",
    ]  # fmt: skip
    assert not Contact.objects.filter(email__contains="jane").exists()


def test_a_run_killed_again_and_again_ends_with_the_same_counts(
    rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of a slice, after files and rows were written."""
    with desk_scope(matter.desk):
        import_lines(matter, *make_many(30))
        expected = count_rows()
    with desk_scope(rocket.desk):
        run = run_all(rocket, upload(rocket, write_lines(*make_many(30))))
        start_run(run, {}, by=rocket.admin, at=NOON)
        finish, killed = importing._finish_slice, 0

        def die(*given: Any) -> None:
            raise KeyboardInterrupt

        while ImportRun.objects.get(pk=run.pk).state == ImportState.RUNNING:
            if killed < 3:
                monkeypatch.setattr(importing, "_finish_slice", die)
                with pytest.raises(KeyboardInterrupt):
                    import_slice(run.pk, at=NOON, limit=20)
                monkeypatch.setattr(importing, "_finish_slice", finish)
                killed += 1
            import_slice(run.pk, at=NOON, limit=20)
        assert killed == 3
        assert count_rows() == expected
        run.refresh_from_db()
        assert run.handled == run.was_read + 10  # and the links
        assert run.counts["ticket"] == {"created": 30}


def test_a_record_that_fails_is_left_out_and_the_others_imported(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = importing.import_tickets

    def fail(rows: Any, into: Any) -> None:
        if any(row.source_id == "2" for row in rows):
            raise ValueError("broken")
        read(rows, into)

    monkeypatch.setitem(importing.IMPORTERS, 4, fail)
    run = import_lines(in_rocket, *make_many(4))
    numbers = ImportedRow.objects.filter(kind="ticket").order_by("number")
    assert list(numbers.values_list("number", flat=True)) == ["old-1", "old-3", "old-4"]
    assert list_problems(run)[:3] == [
        ("ticket", "2", "failed"), ("message", "2a", "failed"), ("message", "2b", "failed"),
    ]  # fmt: skip


def test_slices_are_limited_by_size_and_a_ticket_stays_whole(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_lines(in_rocket, *make_many(6))
    expected = count_rows()
    monkeypatch.setattr(slices, "MAX_BYTES", 1)
    monkeypatch.setattr(staging, "MAX_CHARS", 1)
    run = run_all(in_rocket, upload(in_rocket, write_lines(*make_many(6)), source="again"))
    assert run.was_read == len(make_many(6))
    start_run(run, {}, by=in_rocket.admin, at=NOON)
    run = run_all(in_rocket, run)
    assert list_problems(run) == []
    assert run.counts["message"] == {"created": 12}
    assert Ticket.objects.count() == 2 * expected["Ticket"]


def test_files_of_a_slice_that_fails_are_deleted(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = pack(write_lines(*ALL), **{"a.txt": b"smoke"})
    run = run_all(in_rocket, upload(in_rocket, content))
    start_run(run, {}, by=in_rocket.admin, at=NOON)
    finish, stored = importing._finish_slice, []

    def fail(rows: Any, into: Any) -> None:
        stored.extend(Attachment.objects.values_list("file", flat=True))
        if stored:
            raise KeyboardInterrupt
        finish(rows, into)

    monkeypatch.setattr(importing, "_finish_slice", fail)
    with pytest.raises(KeyboardInterrupt):
        run_all(in_rocket, run)
    assert not default_storage.exists(stored[0])


def test_pausing_resuming_and_canceling(in_rocket: Cast) -> None:
    run = run_all(in_rocket, upload(in_rocket, write_lines(*make_many(3))))
    start_run(run, {}, by=in_rocket.admin, at=NOON)
    import_slice(run.pk, at=NOON)
    run.refresh_from_db()
    pause_run(run)
    assert run_imports(desk_id=in_rocket.desk.pk, at=NOON) == 0
    assert import_slice(run.pk, at=NOON) in (0, 1)
    assert not Ticket.objects.exists()
    resume_run(run)
    run_all(in_rocket, run)
    assert Ticket.objects.count() == 3
    other = run_all(in_rocket, upload(in_rocket, write_lines(*make_many(5))))
    start_run(other, {}, by=in_rocket.admin, at=NOON)
    cancel_run(other, by=in_rocket.admin, at=NOON)
    assert run_imports(desk_id=in_rocket.desk.pk, at=NOON) == 0
    assert Ticket.objects.count() == 3
