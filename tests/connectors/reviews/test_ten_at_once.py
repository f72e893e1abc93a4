"""Ten workers poll and process the reviews of an app at once: each is one ticket."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import ChannelEvent
from helpdesk.demo.vendors.appfollow import AppFollow
from tests.cast import NOON, Cast
from tests.connectors.reviews.app import connect, run, write
from tests.races.threads import at_once
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_at_once_are_one_ticket_each(rocket: Cast, fake: AppFollow) -> None:
    with desk_scope(rocket.desk):
        connection = connect(rocket, fake)
    write(fake)
    write(fake, content="Too slow")
    at = NOON + timedelta(minutes=1)
    at_once(rocket, *[partial(run, connection, at=at)] * 10)
    with desk_scope(rocket.desk):
        run(connection, at=at + timedelta(minutes=1))
        assert {event.state for event in ChannelEvent.objects.all()} == {"processed"}
        assert (Ticket.objects.count(), Message.objects.count()) == (2, 2)
