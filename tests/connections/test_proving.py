"""An address that the vendor has verified joins a person to their contact and account."""

from __future__ import annotations

import pytest

from accounts.models import Contact, ContactHandle
from channels_intake.models import Connection
from tests.cast import Cast
from tests.connections.helpers import accept, get_ticket
from tests.connections.tiny import TinyConnector, write


def write_as(email: str) -> dict[str, object]:
    return write(person={"external_id": "u-1", "name": "Rosa Diaz", "email": email})


def test_a_known_contact_is_recognized(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write_as(at_desk.customer.email.upper()))
    ticket, handle = get_ticket(), ContactHandle.objects.get()
    assert (ticket.contact, ticket.account) == (at_desk.customer, at_desk.account)
    assert (handle.contact, handle.proof) == (at_desk.customer, "email")
    assert not Contact.objects.filter(name="Rosa Diaz").exists()


def test_a_new_person_belongs_to_the_account_of_their_domain(
    at_desk: Cast, connection: Connection
) -> None:
    domain = at_desk.customer.email.partition("@")[2]
    accept(connection, write_as(f"rosa@{domain}"))
    assert get_ticket().account == at_desk.account
    assert get_ticket().contact.email == f"rosa@{domain}"


@pytest.mark.parametrize("who", ["mailbox", "agent", "none", "wrong"])
def test_what_proves_nothing_is_ignored(at_desk: Cast, connection: Connection, who: str) -> None:
    emails = {
        "mailbox": at_desk.mailbox.address,
        "agent": at_desk.analyst.user.email,
        "none": "",
        "wrong": "not an address",
    }
    accept(connection, write_as(emails[who]))
    assert ContactHandle.objects.get().proof == ""
    assert get_ticket().account is None


def test_a_channel_where_anyone_can_pretend_proves_nothing(
    at_desk: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TinyConnector, "proves_author", False, raising=False)
    accept(connection, write_as(at_desk.customer.email))
    assert get_ticket().account is None
