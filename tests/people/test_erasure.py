"""People who are known by a handle are exported and erased like everyone else."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from accounts.models import AuditEntry, Contact, ContactHandle
from accounts.tenancy import desk_scope
from channels_intake.connections.joining import join_handle
from channels_intake.models import ChannelEvent, Connection, Conversation, InboundMessage
from channels_intake.tasks import process_channel_events
from helpdesk.privacy.erasure import erase_person
from helpdesk.privacy.export import export_person
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.connections.conftest import connection, tiny
from tests.connections.tiny import send, write
from tests.forms import read_form
from tests.privacy.search import find_in_tables
from tickets.models import Message, Ticket
from tickets.services import add_note

__all__ = ["connection", "tiny"]  # fixtures

NAME, WORD, ID = "Zelda Quux", "xylophonic", "tg-z7"
CANARIES = ["zelda", "quux", WORD, ID]


@pytest.fixture
def person(rocket: Cast, connection: Connection) -> Contact:
    """Somebody of whom only a handle is known, who wrote once."""
    arrive(rocket, connection, number=1)
    with desk_scope(rocket.desk):
        return ContactHandle.objects.get().contact


def arrive(cast: Cast, connection: Connection, *, number: int) -> None:
    person = {"external_id": ID, "name": NAME}
    message = write(number, f"My {WORD} is broken", person=person, conversation_id=f"chat-{ID}")
    assert send(connection, message) == 202
    process_channel_events(desk_id=cast.desk.pk, connection_id=connection.pk)


def erase(cast: Cast, contact: Contact) -> dict[str, int]:
    return erase_person(desk=cast.desk, contact=contact, by=cast.admin, at=NOON)


def receive_without_sender(cast: Cast) -> InboundMessage:
    return InboundMessage.objects.create(
        desk=cast.desk,
        provider="postmark",
        received_at=NOON,
        next_try_at=NOON,
        sender="",
        raw=b"Kept",
        state="processed",
    )


def test_an_export_lists_the_handles(rocket: Cast, person: Contact) -> None:
    target = io.BytesIO()
    export_person(desk=rocket.desk, contact=person, to=target, at=NOON)
    archive = zipfile.ZipFile(target)
    [handle] = map(json.loads, archive.read("handles.jsonl").splitlines())
    assert (handle["network"], handle["external_id"], handle["name"]) == ("telegram", ID, NAME)


def test_an_export_has_no_email_of_senders_whose_address_is_unknown(
    rocket: Cast, person: Contact
) -> None:
    with desk_scope(rocket.desk):
        receive_without_sender(rocket)
    target = io.BytesIO()
    export_person(desk=rocket.desk, contact=person, to=target, at=NOON)
    assert not [name for name in zipfile.ZipFile(target).namelist() if name.startswith("mails/")]


def test_an_erasure_leaves_no_trace_of_a_handle(
    rocket: Cast, connection: Connection, person: Contact
) -> None:
    assert find_in_tables(CANARIES)
    went = erase(rocket, person)
    assert (went["handles"], went["conversations"]) == (1, 1)
    left = dict.fromkeys(find_in_tables(CANARIES), CANARIES)
    # The vendor's ID of the thread: what is sent again must not open a ticket.
    assert set(left) <= {"channels_intake_conversation.external_id"}
    with desk_scope(rocket.desk):
        assert not ContactHandle.objects.exists()
        assert not ChannelEvent.objects.exists()


def test_an_erasure_of_a_known_contact_goes_back_to_what_the_handle_did(
    rocket: Cast, connection: Connection, person: Contact
) -> None:
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        note = f"{NAME} is in a hurry"
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text=note, at=NOON)
        join_handle(
            handle_id=ContactHandle.objects.get().pk,
            contact=rocket.elsewhere,
            agent=rocket.analyst,
            reason=f"{NAME} said so",
            at=NOON,
        )
    erase(rocket, rocket.elsewhere)
    assert set(find_in_tables(CANARIES)) <= {"channels_intake_conversation.external_id"}


def test_email_without_a_sender_is_nobodys_and_stays(rocket: Cast, person: Contact) -> None:
    with desk_scope(rocket.desk):
        other = receive_without_sender(rocket)
    erase(rocket, person)
    with desk_scope(rocket.desk):
        assert bytes(InboundMessage.objects.get(pk=other.pk).raw) == b"Kept"


def test_whoever_writes_again_is_a_new_person_with_a_new_ticket(
    rocket: Cast, connection: Connection, person: Contact
) -> None:
    erase(rocket, person)
    arrive(rocket, connection, number=2)
    with desk_scope(rocket.desk):
        handle, newest = ContactHandle.objects.get(), Ticket.objects.latest("pk")
        assert handle.contact_id != person.pk
        assert newest.contact == handle.contact
        assert Conversation.objects.get().ticket == newest
        assert Message.objects.filter(ticket=newest).count() == 1


def test_what_is_sent_again_after_an_erasure_stays_away(
    rocket: Cast, connection: Connection, person: Contact
) -> None:
    erase(rocket, person)
    arrive(rocket, connection, number=1)
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
        assert not ContactHandle.objects.exists()


def test_the_admin_types_the_name_of_a_person_without_an_address(
    rocket: Cast, person: Contact, sign_in: SignIn
) -> None:
    admin: Client = sign_in(rocket.admin.user)
    url = f"/rocket/admin/accounts/contact/{person.pk}/erasure/"
    assert "Name of the person" in admin.get(url).content.decode()
    refused = admin.post(url, {"typed": "Zelda"})
    assert refused.status_code == 422
    assert admin.post(url, {"typed": NAME}).status_code == 302
    with desk_scope(rocket.desk):
        assert Contact.objects.get(pk=person.pk).is_erased
        assert AuditEntry.objects.filter(action="person_erased").exists()


def test_the_admins_page_of_a_contact_shows_handles(
    rocket: Cast, person: Contact, sign_in: SignIn
) -> None:
    admin: Client = sign_in(rocket.admin.user)
    url = f"/rocket/admin/accounts/contact/{person.pk}/change/"
    page = admin.get(url).content.decode()
    assert ID in page
    assert "Not verified" in page
    assert admin.post(url, read_form(page) | {"name": "Zelda Q."}).status_code == 302
    with desk_scope(rocket.desk):
        handle = ContactHandle.objects.select_related("contact").get()
        assert (handle.name, handle.contact.name, handle.contact.email) == (NAME, "Zelda Q.", "")
