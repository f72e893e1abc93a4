"""An agent's address is never a customer's by a merge: their requests are the desk's own (M22)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.logins.changes import change_login_email
from accounts.models import Agent, Contact, Desk, MergedContact
from accounts.staff import save_agent
from accounts.tenancy import desk_scope
from channels_intake.connections.merging import list_joining
from channels_intake.incoming.senders import get_or_create_own_contact, read_sender
from channels_intake.models import InboundMessage
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail
from tests.merging.conftest import HOME, merge
from tickets.errors import InvalidValueError
from tickets.models import Channel, Ticket

TakeIn = Callable[..., InboundMessage]


def test_an_agents_own_contact_cant_be_merged_into_a_customer(in_rocket: Cast) -> None:
    own = get_or_create_own_contact(in_rocket.analyst)
    request = in_rocket.open_ticket(contact=own, channel=Channel.INTERNAL)
    with pytest.raises(InvalidValueError) as refused:
        merge(in_rocket, own)
    assert "is already an agent" in str(refused.value)
    request.refresh_from_db()
    assert request.contact == own


def test_an_internal_request_joins_no_account(in_rocket: Cast, home: Contact) -> None:
    in_rocket.open_ticket(contact=home, channel=Channel.INTERNAL)
    asked = in_rocket.open_ticket(contact=home)
    assert list_joining(home, in_rocket.customer) == [asked.pk]


def test_a_merged_address_that_becomes_an_agents_is_no_customers_any_more(
    in_rocket: Cast, home: Contact, matter: Cast, take_in: TakeIn
) -> None:
    merge(in_rocket, home)
    with desk_scope(matter.desk):
        other = Contact.objects.create(desk=matter.desk, email="kept@web.example")
        MergedContact.objects.create(
            desk=matter.desk, contact=other, former_id=1, email=HOME, merged_at=other.created_at
        )
    agent = save_agent(agent=Agent(desk=in_rocket.desk, name="Cy"), email=HOME)
    assert read_sender(in_rocket.desk, HOME).contact is None
    assert get_or_create_own_contact(agent).email == HOME
    take_in(make_mail(HOME, message_id="<colleague@web.example>"))
    assert Ticket.objects.get().contact.email == HOME
    with desk_scope(matter.desk):
        assert read_sender(matter.desk, HOME).contact == other


def test_a_new_sign_in_address_of_an_agent_is_no_customers_either(
    in_rocket: Cast, home: Contact
) -> None:
    merge(in_rocket, home)
    desk: Desk = in_rocket.desk
    change_login_email(user=in_rocket.analyst.user, email=HOME, by=in_rocket.admin.user)
    assert read_sender(desk, HOME).contact is None
