"""A ticket from a channel is in the portal of who has proven the handle, and of nobody else."""

from __future__ import annotations

from typing import Any

from accounts.models import Contact
from channels_intake.models import Connection
from tests.cast import Cast
from tests.connections.outgoing.helpers import TinyConnector, converse


def test_only_the_person_sees_the_ticket(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector, sign_in: Any
) -> None:
    ticket, conversation = converse(in_rocket, bot)
    url = f"/rocket/portal/requests/{ticket.number}/"
    others = (in_rocket.customer, in_rocket.stranger, in_rocket.elsewhere)
    for contact in others:
        assert sign_in(contact.user).get(url).status_code == 404

    # The handle is proven: it and its tickets are the customer's now.
    assert conversation.handle is not None
    conversation.handle.contact = in_rocket.customer
    conversation.handle.save()
    ticket.contact = Contact.objects.get(pk=in_rocket.customer.pk)
    ticket.save()
    response = sign_in(in_rocket.customer.user).get(url)
    assert response.status_code == 200
    assert "Our bot" not in response.content.decode()
    for contact in (in_rocket.stranger, in_rocket.elsewhere):
        assert sign_in(contact.user).get(url).status_code == 404
