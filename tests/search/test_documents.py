"""Search documents follow their tickets: new texts, changed names, erased words."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Account
from accounts.tenancy import desk_scope
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.models import Message, Note, SearchDocument, SearchRefresh, Ticket
from tickets.search import documents
from tickets.search.documents import refresh
from tickets.search.find import search_for_contact, search_tickets
from tickets.services import NewMessage, add_customer_message, add_note, reply
from tickets.tasks import refresh_search


def find(cast: Cast, words: str) -> list[int]:
    return search_tickets(desk=cast.desk, words=words)


def test_words_count_wherever_they_are_on_a_ticket(in_rocket: Cast) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(name="Helvetia Assurance")
    in_rocket.account.refresh_from_db()
    ticket = in_rocket.open_ticket(subject="Rollout", text="Step one of the migration.")
    in_rocket.open_ticket(subject="Another", text="Nothing of that kind.")
    refresh(desk_id=in_rocket.desk.pk)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Please restart.", at=NOON)
    log = NewFile("boot-sequence_7.log", "text/plain", b"x")
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Odd.", at=NOON, files=(log,))
    for words in (
        "helvetia rollout",
        "rollout helvetia migration restart odd",
        f"{in_rocket.customer.email} restart",
        "boot-sequence_7.log rollout",
        "sequence_7",
        '"step one" assur',
    ):
        assert (words, find(in_rocket, words)) == (words, [ticket.pk])
    assert find(in_rocket, "helvetia rollout nothing") == []
    assert find(in_rocket, "rollout -restart") == []
    assert find(in_rocket, "rollout -helvetia") == []


def test_a_customer_neither_finds_nor_excludes_by_notes_and_names(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Pump", text="It leaks.")
    secret = NewFile("verdict.pdf", "application/pdf", b"x")
    add_note(
        ticket_id=ticket.pk, agent=in_rocket.analyst, text="Litigious.", at=NOON, files=(secret,)
    )
    for words in ("litigious", "verdict.pdf", '"litigious"', "litig", "acme", "!litigious", "'!'"):
        assert (words, search_for_contact(in_rocket.customer, words)) == (words, [])
    for words in ("pump -litigious", "leaks -acme", "leaks or litigious", "pump"):
        assert search_for_contact(in_rocket.customer, words) == [ticket.pk]
    assert find(in_rocket, "litigious pump verdict") == [ticket.pk]
    assert find(in_rocket, "pump -litigious") == []


def test_only_ones_own_tickets_are_found_however_many_others_match(in_rocket: Cast) -> None:
    mine = in_rocket.open_ticket(subject="Turbine")
    for _ in range(5):
        in_rocket.open_ticket(subject="Turbine", contact=in_rocket.elsewhere)
    assert search_for_contact(in_rocket.customer, "turbine") == [mine.pk]
    other = Ticket.objects.filter(contact=in_rocket.elsewhere).earliest("pk")
    assert search_for_contact(in_rocket.customer, f"RC-{other.number}") == []


@pytest.mark.parametrize("table", ["ticket", "message", "note", "file", "contact", "account"])
def test_whatever_changes_a_text_leaves_a_mark(in_rocket: Cast, table: str) -> None:
    """Raw SQL, as an erasure, an import or an administrator may run."""
    ticket = in_rocket.open_ticket(subject="Old subject", text="Old message.")
    file = NewFile("old-file.txt", "text/plain", b"x")
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Old note.", at=NOON, files=(file,))
    statements = {
        "ticket": "UPDATE tickets_ticket SET subject = 'Zebra'",
        "message": "UPDATE tickets_message SET body_text = 'Zebra'",
        "note": "UPDATE tickets_note SET body_text = 'Zebra'",
        "file": "UPDATE tickets_attachment SET name = 'zebra.txt'",
        "contact": "UPDATE accounts_contact SET name = 'Zebra'",
        "account": "UPDATE accounts_account SET name = 'Zebra' WHERE id = %s",
    }
    gone = {
        "ticket": "old subject",
        "message": "old message",
        "note": "old note",
        "file": "old-file.txt",
        "contact": in_rocket.customer.name,
        "account": in_rocket.account.name,
    }[table]
    assert find(in_rocket, gone) == [ticket.pk]
    with connection.cursor() as cursor:
        cursor.execute(statements[table], [in_rocket.account.pk] if table == "account" else None)
    assert refresh_search() >= 1
    assert find(in_rocket, "zebra") == [ticket.pk]
    if table != "contact":  # whose address still has the word
        assert find(in_rocket, f'"{gone}"') == []
    assert not SearchRefresh.objects.exists()


def test_a_change_of_anything_else_leaves_none(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Odd.", at=NOON)
    Ticket.objects.filter(pk=ticket.pk).update(subject=ticket.subject, updated_at=timezone.now())
    in_rocket.customer.save()
    assert not SearchRefresh.objects.exists()


def test_erased_words_are_not_found_and_no_sweep_is_needed(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Sesame seeds", text="Call me at zanzibar.")
    quoting = in_rocket.open_ticket(
        contact=in_rocket.elsewhere, text=f"As {in_rocket.customer.email} said."
    )
    address = in_rocket.customer.email
    add_note(ticket_id=quoting.pk, agent=in_rocket.analyst, text=f"See {address}.", at=NOON)
    assert ticket.pk in find(in_rocket, "sesame zanzibar")
    erase_person(desk=in_rocket.desk, contact=in_rocket.customer, by=in_rocket.admin, at=NOON)
    for words in ("sesame", "zanzibar", address, f'"{address}"'):
        assert (words, find(in_rocket, words)) == (words, [])
    assert not SearchRefresh.objects.exists()


def test_a_ticket_of_many_words_has_several_documents(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT_WORDS", 300)
    ticket = in_rocket.open_ticket(subject="Longship")
    for n in range(6):
        text = " ".join(f"word{n}x{i}" for i in range(60))
        add_customer_message(
            ticket_id=ticket.pk,
            contact=in_rocket.customer,
            new=NewMessage(text, "email"),
            at=NOON,
        )
    assert SearchDocument.objects.filter(ticket=ticket).count() >= 2
    refresh(desk_id=in_rocket.desk.pk)
    for words in ("longship word0x3", "longship word5x59", f"{in_rocket.customer.email} word5x1"):
        assert find(in_rocket, words) == [ticket.pk]


def test_a_very_long_message_is_found_by_its_last_words(in_rocket: Cast) -> None:
    text = " ".join(f"{i:x}q{i * 7919:x}" for i in range(6000)) + " 終端です albatross"
    ticket = in_rocket.open_ticket(text=text)
    assert len(text) < 100_000
    for words in ("albatross", "終端", text.split()[5999]):
        assert find(in_rocket, words) == [ticket.pk]


def test_a_ticket_of_100000_different_pairs_is_stored(in_rocket: Cast) -> None:
    text = "".join(chr(0x4E00 + i * 7919 % 20_000) for i in range(99_000)) + "終端"
    ticket = in_rocket.open_ticket(text=text)
    assert find(in_rocket, "終端") == [ticket.pk]
    documents.rebuild([ticket.pk])
    assert find(in_rocket, "終端") == [ticket.pk]


def test_the_command_indexes_what_has_no_document_or_an_old_one(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            old, _missing, _current = [cast.open_ticket(subject="Quasar") for _ in range(3)]
            found = SearchDocument.objects.order_by("ticket_id")
            found.filter(ticket=old).update(version=0, document="")
            found.filter(ticket=_missing).delete()
            assert len(find(cast, "quasar")) == 1
    call_command("reindex_search", desk=rocket.desk.slug)
    with desk_scope(rocket.desk):
        assert len(find(rocket, "quasar")) == 3
    with desk_scope(matter.desk):
        assert len(find(matter, "quasar")) == 1
    call_command("reindex_search")
    with desk_scope(matter.desk):
        assert len(find(matter, "quasar")) == 3


def test_a_ticket_without_words_in_its_message_is_found_by_its_subject(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Okapi", text="???")
    assert find(in_rocket, "okapi") == [ticket.pk]


def test_a_rebuilt_document_is_the_one_that_services_wrote(in_rocket: Cast) -> None:
    file = NewFile("Grundriß.pdf", "application/pdf", b"x")
    ticket = in_rocket.open_ticket(
        subject="Größe", text="Don’t “stop” it, ERR-4711 接続できません."
    )
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="C++?", at=NOON, files=(file,))
    written = SearchDocument.objects.get(ticket=ticket)
    assert Message.objects.exists()
    assert Note.objects.exists()
    documents.rebuild([ticket.pk])
    rebuilt = SearchDocument.objects.get(ticket=ticket)
    assert read_lexemes(rebuilt.pk) == read_lexemes(written.pk, written.document)


def read_lexemes(pk: int, document: str | None = None) -> set[str]:
    with connection.cursor() as cursor:
        if document is None:
            cursor.execute("SELECT document FROM tickets_searchdocument WHERE id = %s", [pk])
            (document,) = cursor.fetchone()
        cursor.execute("SELECT unnest(tsvector_to_array(%s::tsvector))", [document])
        return {lexeme for (lexeme,) in cursor.fetchall()}
