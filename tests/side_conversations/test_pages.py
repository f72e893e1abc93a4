"""Pages of side conversations: forward a message, read the answer, write again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, OutgoingEmail, SideReplyToken
from helpdesk.privacy.erasure import erase_person
from helpdesk.privacy.redaction import redact_text, remove_file
from tests.cast import NOON, Cast
from tests.side_conversations.conftest import SECRET, VENDOR, Side
from tickets.attachments.files import NewFile
from tickets.models import Message, SideConversation, SideMessage, SideParticipant, TicketEvent
from tickets.services import add_note
from tickets.services.drafts import save_draft

LATER = NOON + timedelta(minutes=5)


def sign_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def client(rocket: Cast) -> Client:
    return sign_in(rocket.analyst)


def test_a_message_is_forwarded_with_the_files_that_are_ticked(
    rocket: Cast, client: Client
) -> None:
    with desk_scope(rocket.desk):
        files = tuple(NewFile(f"{n}.txt", "text/plain", b"x") for n in ("one", "two"))
        ticket = rocket.open_ticket(text="It beeps.", files=files)
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="They pay late.", at=NOON)
        message = Message.objects.get(ticket=ticket)
        kept = message.attachments.get(name="two.txt")
    shown = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    url = f"/rocket/agent/tickets/{ticket.number}/side/?message={message.pk}"
    assert url in shown
    page = client.get(url)
    form = page.context["form"]
    assert "> It beeps." in form["body"].value()
    assert "They pay late." not in page.content.decode()
    fields = {
        "emails": f"Ops <{VENDOR}>, {VENDOR}",
        "subject": "Beep",
        "body": "Do you know this?\n\n> It beeps.",
        "kept": [kept.pk],
        "form_token": form["form_token"].value(),
    }
    for _twice in range(2):
        assert client.post(url, fields).status_code == 303
    with desk_scope(rocket.desk):
        side = SideConversation.objects.get()
        assert [one.email for one in side.participants.all()] == [VENDOR]
        assert [file.name for file in side.messages.get().attachments.all()] == ["two.txt"]
        sent = side.messages.get().attachments.get()
    text = client.get(f"/rocket/agent/files/{sent.pk}/text/").content.decode()
    assert f"/side/{side.pk}/" in text
    shown = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert f"Side conversation with {VENDOR} (1 message)" in shown


@pytest.mark.parametrize(
    ("emails", "error"),
    [
        ("", "Enter the email address to write to."),
        ("nobody", "valid email address"),
        ("support+x@rocket.example", "belongs to your desk"),
    ],
)
def test_wrong_addresses_keep_the_input(
    rocket: Cast, client: Client, emails: str, error: str
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    url = f"/rocket/agent/tickets/{ticket.number}/side/"
    fields = {"emails": emails, "subject": "Beep", "body": "Hello there", "form_token": "t"}
    answer = client.post(url, fields)
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert "Hello there" in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not SideConversation.objects.exists()


def test_files_of_notes_and_other_tickets_cannot_be_sent_along(
    rocket: Cast, client: Client
) -> None:
    with desk_scope(rocket.desk):
        ticket, other = rocket.open_ticket(), rocket.open_ticket(text="Secret")
        files = (NewFile("secret.txt", "text/plain", b"x"),)
        note = add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="x", files=files, at=NOON)
        foreign = Message.objects.get(ticket=other)
        file = note.attachments.get()
    url = f"/rocket/agent/tickets/{ticket.number}/side/?message={foreign.pk}"
    assert "Secret" not in client.get(url).context["form"]["body"].value()
    fields = {"emails": VENDOR, "subject": "S", "body": "B", "kept": [file.pk], "form_token": "t"}
    client.post(url, fields)
    with desk_scope(rocket.desk):
        assert not SideMessage.objects.filter(attachments__isnull=False).exists()


def test_an_answer_that_crosses_a_message_is_read_first(
    side: Side, take_in: Callable[..., Any], client: Client
) -> None:
    url = f"/rocket/agent/tickets/{side.ticket.number}/side/{side.side.pk}/"
    seen = client.get(url).context["form"]["last_seen"].value()
    take_in(side.answer(), at=LATER)
    fields = {"body": "Any news?", "last_seen": seen, "form_token": "t"}
    crossed = client.post(url, fields)
    assert crossed.status_code == 422
    assert "Any news?" in crossed.content.decode()
    assert SECRET.split(":")[0] in crossed.content.decode()
    again = crossed.context["form"]["last_seen"].value()
    with desk_scope(side.cast.desk):  # what the page saves while someone types
        place = url.removeprefix("/rocket")
        typed = {"body": ["Any news?"], "last_seen": [str(seen)]}
        user = side.cast.analyst.user
        save_draft(desk=side.cast.desk, user=user, place=place, fields=typed, at=LATER)
    reloaded = client.get(url).context["form"]
    assert reloaded["body"].value() == "Any news?"
    assert str(reloaded["last_seen"].value()) == str(again) != str(seen)
    fields["last_seen"] = again
    assert client.post(url, fields).status_code == 303
    assert client.post(f"{url}done/").status_code == 303
    shown = client.get(f"/rocket/agent/tickets/{side.ticket.number}/").content.decode()
    assert "(3 messages)" in shown
    assert "marked a side conversation as done" in shown


def test_customers_and_other_desks_see_nothing_of_it(
    side: Side, take_in: Callable[..., Any], rocket: Cast, matter: Cast
) -> None:
    take_in(side.answer(files=[("log.pdf", b"%PDF")]), at=LATER)
    with desk_scope(rocket.desk):
        file = SideMessage.objects.get(agent=None).attachments.get()
    number = side.ticket.number
    customer = sign_in(rocket.customer)
    portal = customer.get(f"/rocket/portal/requests/{number}/")
    assert portal.status_code == 200
    assert "CANARY" not in portal.content.decode()
    assert VENDOR not in portal.content.decode()
    assert customer.get(f"/rocket/portal/files/{file.pk}/").status_code == 404
    for stranger in (rocket.customer, matter.admin):
        url = f"/rocket/agent/tickets/{number}/side/{side.side.pk}/"
        assert sign_in(stranger).get(url).status_code == 404
    url = f"/matter/agent/tickets/{number}/side/{side.side.pk}/"
    assert sign_in(matter.admin).get(url).status_code == 404
    assert sign_in(rocket.analyst).get(f"/rocket/agent/files/{file.pk}/").status_code == 200


def test_its_files_are_read_and_removed_as_those_of_messages(
    side: Side, take_in: Callable[..., Any], rocket: Cast
) -> None:
    take_in(side.answer(files=[("trace.log", b"one line")]), at=LATER)
    with desk_scope(rocket.desk):
        file = SideMessage.objects.get(agent=None).attachments.get()
    url = f"/rocket/agent/tickets/{side.ticket.number}/side/{side.side.pk}/"
    lead, text_url = sign_in(rocket.lead), f"/rocket/agent/files/{file.pk}/text/"
    removal_url = f"/rocket/agent/files/{file.pk}/removal/"
    shown = lead.get(url).content.decode()
    assert text_url in shown
    assert removal_url in shown
    text = lead.get(text_url)
    assert "one line" in text.content.decode()
    assert f"{url}#message-side-" in text.content.decode()
    assert lead.post(removal_url, {"why": "A key"}).status_code == 303
    with desk_scope(rocket.desk):
        file.refresh_from_db()
        assert file.is_removed
        assert bytes(InboundMessage.objects.get(side_message=file.side_message).raw) == b""


def test_an_observer_reads_and_does_not_write(side: Side, rocket: Cast) -> None:
    url = f"/rocket/agent/tickets/{side.ticket.number}/side/{side.side.pk}/"
    observer = sign_in(rocket.observer)
    shown = observer.get(url)
    assert shown.status_code == 200
    assert "Send email" not in shown.content.decode()
    assert observer.post(url, {"body": "x", "form_token": "t"}).status_code == 403


def test_a_trainee_writes_to_no_third_party(side: Side, rocket: Cast) -> None:
    """Their messages leave only after approval, and side conversations have none."""
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.analyst.pk).update(needs_approval=True)
        number = side.ticket.number
    url = f"/rocket/agent/tickets/{number}/side/{side.side.pk}/"
    answer = sign_in(rocket.analyst).post(url, {"body": "Hi there", "form_token": "t"})
    assert answer.status_code == 422
    assert "Hi there" in answer.content.decode()
    with desk_scope(rocket.desk):
        assert side.side.messages.count() == 1


def test_a_secret_of_the_vendor_is_redacted_and_their_file_removed(
    side: Side, take_in: Callable[..., Any], rocket: Cast
) -> None:
    inbound = take_in(side.answer(files=[("log.pdf", b"%PDF")]), at=LATER)
    with desk_scope(rocket.desk):
        message = SideMessage.objects.get(agent=None)
        file = message.attachments.get()
        remove_file(attachment=file, why="A key", by=rocket.lead, at=LATER)
        file.refresh_from_db()
        assert file.is_missing
        assert InboundMessage.objects.get(pk=inbound.pk).raw_deleted_at == LATER
        redact_text(ticket=side.ticket, text=SECRET, why="A key", by=rocket.lead, at=LATER)
        message.refresh_from_db()
        assert SECRET not in message.body_text


def test_an_erased_person_leaves_side_conversations_too(
    side: Side, take_in: Callable[..., Any], rocket: Cast
) -> None:
    take_in(side.answer(), at=LATER)
    with desk_scope(rocket.desk):
        contact = Contact.objects.create(desk=rocket.desk, email=VENDOR, name="Ops Person")
    erase_person(desk=rocket.desk, contact=contact, by=rocket.admin, at=LATER)
    with desk_scope(rocket.desk):
        message = SideMessage.objects.get(agent=None)
        assert SECRET not in message.body_text
        assert not SideParticipant.objects.filter(email=VENDOR).exists()
        assert not SideReplyToken.objects.exists()
        assert not OutgoingEmail.objects.filter(to_address=VENDOR).exists()
        events = TicketEvent.objects.filter(ticket=side.ticket)
        assert VENDOR not in str(list(events.values_list("data", flat=True)))
