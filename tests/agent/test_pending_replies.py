"""Undo send: a reply waits for the desk's seconds, and goes back to the composer if undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Desk
from tests.agent.conftest import SignIn, inside
from tests.agent.test_answers import answers_of, form
from tests.cast import Cast
from tickets.actors import Actor
from tickets.models import (
    Attachment,
    Draft,
    HeldReason,
    Message,
    Notification,
    PendingReply,
    State,
    Ticket,
    TicketEvent,
    UnsentFile,
)
from tickets.replies.sending import send_due_replies, send_if_due
from tickets.services import NewMessage, add_customer_message, change_status, close, reply


@pytest.fixture(autouse=True)
def undoing(rocket: Cast) -> None:
    """Replies of the first desk can be undone for ten seconds."""
    Desk.objects.filter(pk=rocket.desk.pk).update(undo_seconds=10)
    rocket.desk.refresh_from_db()


def url_of(ticket: Ticket, pending: PendingReply, act: str) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/pending-replies/{pending.pk}/{act}/"


def write(client: Client, ticket: Ticket, **changes: object) -> PendingReply:
    response = client.post(answers_of(ticket), form(ticket, **changes))
    assert response.status_code == 303
    return PendingReply.objects.latest("pk")


def is_answered(ticket: Ticket) -> bool:
    return Message.objects.filter(ticket=ticket, agent__isnull=False).exists()


def test_a_reply_is_sent_after_the_seconds_with_its_file_and_counts_as_of_then(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = SimpleUploadedFile("log.txt", b"lines", "text/plain")
    with inside(rocket):
        pending = write(client, ticket, files=file)
        assert not is_answered(ticket)
        assert not send_if_due(reply_id=pending.pk, at=timezone.now())
        page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
        assert "Sending in" in page
        assert "Undo" in page
        stored = UnsentFile.objects.get().file.name
        later = pending.send_at + timedelta(seconds=1)
        assert send_if_due(reply_id=pending.pk, at=later)
        message = Message.objects.get(ticket=ticket, agent=rocket.analyst)
        ticket.refresh_from_db()
        assert (message.body_text, ticket.status) == ("Please restart it.", State.WAITING)
        assert ticket.first_responded_at == message.created_at == later
        assert Attachment.objects.get(message=message).file.read() == b"lines"
        assert not PendingReply.objects.exists()
        assert not UnsentFile.objects.exists()
    assert stored


@pytest.mark.django_db(transaction=True)
def test_a_second_run_sends_nothing(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        later = pending.send_at + timedelta(minutes=1)
        assert send_due_replies(desk_id=rocket.desk.pk, at=later) == 1
        assert send_due_replies(desk_id=rocket.desk.pk, at=later) == 0
        assert not send_if_due(reply_id=pending.pk, at=later)
        assert Message.objects.filter(ticket=ticket, agent__isnull=False).count() == 1


def test_an_undone_reply_is_back_in_the_composer_with_its_file(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = SimpleUploadedFile("log.txt", b"lines", "text/plain")
    with inside(rocket):
        pending = write(client, ticket, files=file, next="closed")
        client.post(url_of(ticket, pending, "undo"))
        assert not PendingReply.objects.exists()
        response = client.get(f"/rocket/agent/tickets/{ticket.number}/")
        composer = response.context["composer"]
        assert composer.form["body"].value() == "Please restart it."
        assert composer.chosen.value == "closed"
        (kept,) = composer.files
        assert kept.name == "log.txt"
        client.post(answers_of(ticket), form(ticket, form_token="t2", kept=kept.id, next="closed"))
        again = PendingReply.objects.get()
        assert not Draft.objects.exists()
        assert send_if_due(reply_id=again.pk, at=again.send_at)
        message = Message.objects.get(ticket=ticket, agent=rocket.analyst)
        assert message.attachments.get().file.read() == b"lines"


def test_a_file_that_is_not_kept_goes_with_the_draft(
    rocket: Cast, client: Client, ticket: Ticket, django_capture_on_commit_callbacks
) -> None:
    file = SimpleUploadedFile("log.txt", b"lines", "text/plain")
    with inside(rocket):
        client.post(url_of(ticket, write(client, ticket, files=file), "undo"))
        stored = UnsentFile.objects.get().file.name
        with django_capture_on_commit_callbacks(execute=True):
            client.post(answers_of(ticket), form(ticket, form_token="t2"))
        assert not UnsentFile.objects.exists()
        assert not default_storage.exists(stored)


def test_what_was_begun_since_stays_below_the_undone_reply(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        place = f"/agent/tickets/{ticket.number}/answers/"
        client.post(f"/rocket/agent/drafts/?form={place}", {"kind": "reply", "body": "And then"})
        client.post(url_of(ticket, pending, "undo"))
        draft = Draft.objects.get()
        assert draft.fields["body"] == ["Please restart it.\n\nAnd then"]


def test_a_note_that_was_begun_since_keeps_the_whole_a_note(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        place = f"/agent/tickets/{ticket.number}/answers/"
        begun = {"kind": "note", "body": "They never pay"}
        client.post(f"/rocket/agent/drafts/?form={place}", begun)
        client.post(url_of(ticket, pending, "undo"))
        fields = Draft.objects.get().fields
        assert fields["body"] == ["Please restart it.\n\nThey never pay"]
        assert fields["kind"] == ["note"]


def test_too_late_to_undo_is_said(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        send_if_due(reply_id=pending.pk, at=pending.send_at)
        response = client.post(url_of(ticket, pending, "undo"), follow=True)
        assert "Too late: this reply was already sent or canceled." in response.content.decode()
        assert not Draft.objects.exists()
        assert Message.objects.filter(ticket=ticket, agent__isnull=False).count() == 1


def test_it_is_sent_although_the_customer_or_a_colleague_wrote_meanwhile(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket, next="investigating")
        now = timezone.now()
        new = NewMessage(text="One more thing", channel="email")
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=now)
        reply(ticket_id=ticket.pk, agent=rocket.colleague, text="Hi", at=now, then="investigating")
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        assert Message.objects.filter(agent=rocket.analyst).count() == 1
        assert Ticket.objects.get(pk=ticket.pk).status == State.INVESTIGATING


def test_it_closes_no_ticket_on_which_the_customer_wrote_meanwhile(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket, next="closed")
        new = NewMessage(text="One more thing", channel="email")
        at = timezone.now()
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=at)
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        assert is_answered(ticket)
        assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN


def test_a_reply_to_a_ticket_that_was_closed_is_held_and_its_author_notified(
    rocket: Cast, client: Client, ticket: Ticket, django_capture_on_commit_callbacks
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        by = Actor.of(rocket.colleague)
        close(ticket_id=ticket.pk, by=by, at=timezone.now())
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        pending.refresh_from_db()
        assert pending.held_reason == HeldReason.CLOSED
        assert not is_answered(ticket)
        assert not send_if_due(reply_id=pending.pk, at=pending.send_at + timedelta(hours=1))
        event = TicketEvent.objects.get(kind="reply.held")
        assert event.data == {"why_held": "closed", "author": rocket.analyst.pk}
        page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
        assert "The ticket was closed in the meantime." in page
        client.post(url_of(ticket, pending, "send"))
        assert is_answered(ticket)


def test_an_author_who_became_an_observer_sends_nothing_anymore(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        type(rocket.analyst).objects.filter(pk=rocket.analyst.pk).update(role="observer")
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        pending.refresh_from_db()
        assert pending.held_reason == HeldReason.NO_ACCESS
        assert not is_answered(ticket)


def test_an_author_who_was_switched_off_sends_nothing_anymore(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        type(rocket.analyst.user).objects.filter(pk=rocket.analyst.user_id).update(is_active=False)
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        pending.refresh_from_db()
        assert pending.held_reason == HeldReason.NO_ACCESS
        assert not is_answered(ticket)


def test_a_colleague_cancels_a_held_reply_whose_author_can_not(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        type(rocket.analyst).objects.filter(pk=rocket.analyst.pk).update(is_active=False)
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        sign_in(rocket.colleague.user).post(url_of(ticket, pending, "undo"))
        assert not PendingReply.objects.exists()
        assert TicketEvent.objects.filter(kind="reply.withdrawn").exists()
        assert not is_answered(ticket)


def test_an_unexpected_error_holds_the_reply_and_stops_no_other(
    rocket: Cast, client: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**facts: object) -> None:
        raise RuntimeError("no luck")

    with inside(rocket):
        pending = write(client, ticket)
        monkeypatch.setattr("tickets.replies.sending.reply", fail)
        assert send_due_replies(desk_id=rocket.desk.pk, at=pending.send_at) == 1
        pending.refresh_from_db()
        assert pending.held_reason == HeldReason.FAILED


def test_a_colleague_neither_sees_nor_undoes_it_but_the_author_can(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        other = sign_in(rocket.colleague.user)
        page = other.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
        assert "Please restart it." not in page
        other.post(url_of(ticket, pending, "undo"))
        other.post(url_of(ticket, pending, "send"))
        assert PendingReply.objects.filter(pk=pending.pk).exists()
        assert not is_answered(ticket)
        assert (
            sign_in(rocket.observer.user).post(url_of(ticket, pending, "undo")).status_code == 403
        )
        client.post(url_of(ticket, pending, "undo"))
        assert not PendingReply.objects.exists()


def test_a_pending_reply_is_not_found_at_another_desk_or_ticket(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        other = rocket.open_ticket()
        client.post(url_of(other, pending, "undo"))
        assert PendingReply.objects.filter(pk=pending.pk).exists()
    stranger = sign_in(matter.analyst.user)
    assert stranger.post(url_of(ticket, pending, "undo")).status_code == 404


def test_a_reply_that_can_not_be_sent_now_is_not_accepted_for_later(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        change_status(
            ticket_id=ticket.pk, move="investigate", by=Actor.of(rocket.analyst), at=timezone.now()
        )
        response = client.post(answers_of(ticket), form(ticket, next="investigating"))
        assert response.status_code == 422
        crossed = form(ticket)
        new = NewMessage(text="One more thing", channel="email")
        add_customer_message(
            ticket_id=ticket.pk, contact=rocket.customer, new=new, at=timezone.now()
        )
        assert client.post(answers_of(ticket), crossed).status_code == 409
        assert not PendingReply.objects.exists()


def test_a_note_is_added_at_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        client.post(answers_of(ticket), form(ticket, kind="note"))
        assert not PendingReply.objects.exists()
        assert TicketEvent.objects.filter(kind="note.added").exists()
        assert not Notification.objects.filter(agent=rocket.analyst).exists()
