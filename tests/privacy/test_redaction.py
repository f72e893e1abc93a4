"""Redaction of a secret: gone from every table, file, page and search; only the trace stays."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import default_storage

from accounts.privacy.redacting import Redactor
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage
from channels_intake.outgoing.sending import send_due
from channels_intake.redacting import list_sources_with
from helpdesk.privacy.redaction import find_text, redact_text, remove_file
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.effort import run_within
from tests.privacy.conftest import outbox as outbox
from tests.privacy.conftest import take_in
from tests.privacy.search import find_in_files, find_in_tables
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.defects.creating import create_defect
from tickets.deliveries import deliver_due
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.improvements.changing import merge_improvement
from tickets.improvements.linking import request_improvement
from tickets.models import Attachment, Draft, Message, Ticket, UnsentFile
from tickets.relations.merging import merge_ticket
from tickets.relations.splitting import split_ticket
from tickets.replies.holding_back import NewReply, hold_back_reply
from tickets.search.find import search_tickets
from tickets.services import add_note, change_subject, reply
from tickets.services.drafts import save_draft
from tickets.side_conversations.writing import start_side

SECRET = "tr0ub4dor-quux&3"
WORDS = ("tr0ub4dor",)


def plant(cast: Cast) -> Ticket:
    """Bring the secret into every store of a ticket by ordinary ways."""
    html = f"<p>The password is <b>tr0ub4dor</b>-quux&amp;3</p><p>{SECRET}</p>"
    take_in(
        make_mail(
            cast.customer.email,
            subject=f"Login with {SECRET}",
            text=f"My password is {SECRET}.\n\nThanks",
            html=html,
            files=[("trace.log", f"login {SECRET}".encode()), ("other.log", b"fine")],
        )
    )
    with desk_scope(cast.desk):
        ticket = Ticket.objects.get(subject__contains="tr0ub4dor")
        quoted = f"We tried {SECRET}.\n> password {SECRET}"
        reply(ticket_id=ticket.pk, agent=cast.analyst, text=quoted, at=NOON)
        add_note(ticket_id=ticket.pk, agent=cast.analyst, text=f"{SECRET} works", at=NOON)
        by = Actor.of(cast.analyst)
        change_subject(ticket_id=ticket.pk, subject=f"Login {SECRET}", by=by, at=NOON)
        place = f"/rocket/agent/tickets/{ticket.number}/answers/"
        fields = {"body": [f"again {SECRET}"], "next": ["waiting"]}
        save_draft(desk=cast.desk, user=cast.lead.user, place=place, fields=fields, at=NOON)
        given = {"ticket_id": ticket.pk, "agent": cast.analyst, "then": "", "is_scheduled": True}
        log = NewFile("waiting.log", "text/plain", f"{SECRET} again".encode())
        waits = NewReply(**given, text=SECRET, files=(log,), send_at=NOON + timedelta(days=1))
        hold_back_reply(waits, at=NOON)
        start_side(ticket_id=ticket.pk, agent=cast.analyst, subject=f"Is {SECRET} right?",
                   emails=["ops@vendor.example"], text=f"We use {SECRET}", at=NOON,
                   files=(NewFile("side.log", "text/plain", f"of {SECRET}".encode()),))  # fmt: skip
        deliver_due(desk_id=cast.desk.pk, at=NOON)
        create_defect(desk=cast.desk, agent=cast.level_two, fields={"title": f"Bug {SECRET}"},
                      at=NOON, ticket_id=ticket.pk)  # fmt: skip
        plant_feedback(cast, ticket)
        send_due(desk_id=cast.desk.pk, at=NOON)
    return ticket


def plant_feedback(cast: Cast, ticket: Ticket) -> None:
    """Have a ticket ask for an entry that is then merged into another one."""
    given: dict[str, Any] = {"agent": cast.analyst, "at": NOON}
    entry, into = (
        request_improvement(ticket_id=each.pk, kind="feature", title=title, **given)
        for each, title in ((ticket, f"Hide {SECRET}"), (cast.open_ticket(), f"Mask {SECRET}"))
    )
    merge_improvement(entry_id=entry.pk, into_id=into.pk, **given)


def redact(cast: Cast, ticket: Ticket, **changes: Any) -> None:
    given: dict[str, Any] = {"text": SECRET, "why": "A password", "by": cast.lead, "at": NOON}
    with desk_scope(cast.desk):
        redact_text(ticket=Ticket.objects.get(pk=ticket.pk), **(given | changes))


def test_afterwards_no_table_and_no_file_holds_the_secret(rocket: Cast, outbox: Path) -> None:
    ticket = plant(rocket)
    before = {hit.partition(":")[0] for hit in find_in_tables(WORDS)}
    assert before >= {
        "channels_intake_inboundmessage.raw",
        "channels_intake_outgoingemail.body_text",
        "tickets_draft.fields",
        "tickets_improvement.title",
        "tickets_defect.title",
        "tickets_message.body_html",
        "tickets_message.body_text",
        "tickets_note.body_text",
        "tickets_pendingreply.text",
        "tickets_queuerow.subject",
        "tickets_searchdocument.document",
        "tickets_sideconversation.subject",
        "tickets_sidemessage.body_text",
        "tickets_ticket.subject",
        "tickets_ticketevent.data",
    }
    assert find_in_files(WORDS, outbox)
    with desk_scope(rocket.desk):
        assert search_tickets(desk=rocket.desk, words="tr0ub4dor")

    redact(rocket, ticket)

    assert find_in_tables(WORDS) == []
    assert find_in_files(WORDS, outbox) == []
    with desk_scope(rocket.desk):
        assert search_tickets(desk=rocket.desk, words="tr0ub4dor") == []
        first = ticket.messages.earliest("pk")
        assert first.body_text == "My password is [redacted].\n\nThanks"
        files = {file.name: file.is_removed for file in first.attachments.all()}
        assert files == {"trace.log": True, "other.log": False}
        assert Attachment.objects.get(name="side.log").is_removed
        assert not UnsentFile.objects.exists()
        inbound = InboundMessage.objects.get(message=first)
        assert (bytes(inbound.raw), inbound.raw_deleted_at) == (b"", NOON)
        assert Draft.objects.get().fields == {"body": ["again [redacted]"], "next": ["waiting"]}


def test_the_trace_names_who_when_why_and_where(rocket: Cast, outbox: Path) -> None:
    ticket = plant(rocket)
    redact(rocket, ticket, why=f"Password {SECRET} leaked")
    with desk_scope(rocket.desk):
        event = ticket.events.get(kind=EventKind.TEXT_REDACTED)
        messages = list(ticket.messages.order_by("pk").values_list("pk", flat=True))
        notes = list(ticket.notes.values_list("pk", flat=True))
    assert (event.actor_id, event.at) == (rocket.lead.pk, NOON)
    assert event.data == {
        "why": "Password [redacted] leaked",
        "messages": messages[:1] + messages[-1:],
        "notes": notes,
        "files": ["side.log", "trace.log", "waiting.log"],
    }


def test_only_leads_and_admins_redact_and_only_what_is_there(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text=f"It is {SECRET}")
        other = rocket.open_ticket(text=f"Also {SECRET}")
        for agent in (rocket.analyst, rocket.observer):
            with pytest.raises(NotAllowedError):
                redact_text(ticket=ticket, text=SECRET, why="x", by=agent, at=NOON)
        for text in ("", "abc", "not there", "x" * 1001):
            with pytest.raises(InvalidValueError):
                find_text(ticket=ticket, text=text, by=rocket.admin)
        with pytest.raises(InvalidValueError):
            redact_text(ticket=ticket, text=SECRET, why=" ", by=rocket.admin, at=NOON)
        redact_text(ticket=ticket, text=SECRET.upper(), why="x", by=rocket.admin, at=NOON)
        assert ticket.messages.get().body_text == "It is [redacted]"
        assert other.messages.get().body_text == f"Also {SECRET}"
        with pytest.raises(ConflictError):
            redact_text(ticket=ticket, text=SECRET, why="x", by=rocket.admin, at=NOON)


def test_words_of_the_program_stay_so_that_the_ticket_can_be_read(
    rocket: Cast, sign_in: SignIn
) -> None:
    """A state, a time and a number in the history are not the customer's words."""
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text="waiting, open, medium, 2026, agent, email and web")
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="open", at=NOON)
        for text in ("waiting", "open", "medium", "2026", "agent", "email", "investigat"):
            with suppress(ConflictError):
                redact_text(ticket=ticket, text=text, why="x", by=rocket.lead, at=NOON)
    for page in ("", "history/", "clocks/", "routing/"):
        path = f"/rocket/agent/tickets/{ticket.number}/{page}"
        assert sign_in(rocket.lead.user).get(path).status_code == 200
    assert sign_in(rocket.lead.user).get("/rocket/agent/").status_code == 200


def test_a_removed_file_leaves_its_name(rocket: Cast, outbox: Path, sign_in: SignIn) -> None:
    ticket = plant(rocket)
    with desk_scope(rocket.desk):
        file = Attachment.objects.get(name="other.log")
        stored = str(file.file.name)
        with pytest.raises(NotAllowedError):
            remove_file(attachment=file, why="x", by=rocket.analyst, at=NOON)
        remove_file(attachment=file, why="Wrong file", by=rocket.admin, at=NOON)
        file.refresh_from_db()
        assert (file.name, file.is_removed, bool(file.file)) == ("other.log", True, False)
        assert not default_storage.exists(stored)
        assert bytes(InboundMessage.objects.get(message=file.message).raw) == b""
        assert ticket.events.get(kind=EventKind.FILE_REMOVED).data["name"] == "other.log"
        with pytest.raises(ConflictError):
            remove_file(attachment=file, why="x", by=rocket.admin, at=NOON)
    page = sign_in(rocket.analyst.user).get(f"/rocket/agent/files/{file.pk}/")
    assert page.status_code == 404
    assert "removed" in page.content.decode()


def test_a_file_of_a_split_message_is_removed_from_both_tickets(rocket: Cast) -> None:
    """Both rows refer to the same stored bytes."""
    with desk_scope(rocket.desk):
        files = (NewFile("key.txt", "text/plain", b"key"), NewFile("a.txt", "text/plain", b"a"))
        ticket = rocket.open_ticket(files=files)
        message = ticket.messages.get()
        split_ticket(ticket_id=ticket.pk, message_id=message.pk, agent=rocket.analyst,
                     subject="Key", at=NOON)  # fmt: skip
        first, copy = Attachment.objects.filter(name="key.txt").order_by("pk")
        remove_file(attachment=copy, why="A key", by=rocket.lead, at=NOON)
        first.refresh_from_db()
        assert (first.is_removed, bool(first.file)) == (True, False)
        assert not Attachment.objects.filter(name="a.txt", removed_at__isnull=False).exists()


def test_a_quote_of_many_levels_takes_no_longer_than_others() -> None:
    redactor = Redactor(f"pass {'> ' * 40}word")
    assert redactor.redact("a pass\n> > word") == "a [redacted]"
    run_within(50, redactor.occurs_in, f"pass {'> ' * 60}other")


def test_the_form_shows_every_place_before_it_redacts(rocket: Cast, sign_in: SignIn) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text=f"It is {SECRET}")
    client, path = sign_in(rocket.lead.user), f"/rocket/agent/tickets/{ticket.number}/redaction/"
    begun = client.post(path, {"text": SECRET})
    assert begun.context["form"]["text"].value() == SECRET
    given = {"text": SECRET, "why": "A password", "confirmed": "on"}
    shown = client.post(path, given)
    assert "Messages: 1 place" in shown.content.decode()
    with desk_scope(rocket.desk):
        assert SECRET in Message.objects.get(ticket=ticket).body_text
    other = client.post(path, given | {"previewed": "Since this"})
    assert other.context["found"]
    assert client.post(path, given | {"previewed": SECRET}).status_code == 303
    with desk_scope(rocket.desk):
        assert Message.objects.get(ticket=ticket).body_text == "It is [redacted]"
    again = client.post(path, given | {"previewed": SECRET})
    assert again.status_code == 422
    assert SECRET in again.content.decode().replace("&amp;", "&")


def test_another_desks_lead_finds_nothing(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text=SECRET)
    client = sign_in(matter.lead.user)
    for desk in ("rocket", "matter"):
        path = f"/{desk}/agent/tickets/{ticket.number}/redaction/"
        given = {"text": SECRET, "why": "x", "confirmed": "on", "previewed": SECRET}
        assert client.post(path, given).status_code == 404


def test_tickets_merged_one_after_another_are_redacted_and_hidden_ones_are_named(
    rocket: Cast, sign_in: SignIn
) -> None:
    with desk_scope(rocket.desk):
        first, second, last = (rocket.open_ticket(text=f"{n} {SECRET}") for n in "abc")
        for ticket, into in ((first, second), (second, last)):
            merge_ticket(ticket_id=ticket.pk, into_id=into.pk, agent=rocket.lead, at=NOON)
        with patch("helpdesk.privacy.redaction.tickets_for_agent") as seen:
            seen.return_value = Ticket.objects.exclude(pk=first.pk)
            found = find_text(ticket=last, text=SECRET, by=rocket.lead)
        assert (found.rows["message"], found.hidden) == (3, 1)
        assert find_text(ticket=first, text=SECRET, by=rocket.lead).hidden == 0
        redact(rocket, last)
        assert not Message.objects.filter(body_text__contains=SECRET).exists()


def test_a_reason_that_is_too_long_is_refused_and_nothing_is_redacted(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text=SECRET)
    with pytest.raises(InvalidValueError, match="200"):
        redact(rocket, ticket, why="x" * 201)
    with desk_scope(rocket.desk):
        assert Message.objects.get(ticket=ticket).body_text == SECRET


def test_the_received_emails_that_one_request_reads_are_limited(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those beyond the limit count as holding the text: no secret stays."""
    for n in range(3):
        take_in(make_mail(rocket.customer.email, subject=f"Mail {n}", text="Fine. " * (n + 1)))
    with desk_scope(rocket.desk):
        tickets = list(Ticket.objects.values_list("pk", flat=True))
        mails = list(InboundMessage.objects.order_by("pk").values_list("pk", flat=True))
        given: dict[str, Any] = {"ticket_ids": tickets, "messages": ()}
        assert list_sources_with(Redactor(SECRET), **given) == []
        monkeypatch.setattr("channels_intake.redacting.MAX_SOURCES", 2)
        assert list_sources_with(Redactor(SECRET), **given) == mails[2:]
        monkeypatch.setattr("channels_intake.redacting.MAX_BYTES", 1)
        assert list_sources_with(Redactor(SECRET), **given) == mails
