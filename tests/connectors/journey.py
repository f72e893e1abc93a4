"""A desk connected to a fake of Meta: what people write arrives, and answers go out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels_intake.calls.sending import send_due_calls
from channels_intake.connections.contract import RefusedError, Request
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.connections.incoming.storing import find_connection, receive_request
from channels_intake.models import ChannelMessage, Connection, Direction
from helpdesk.demo.vendors.meta.graph import GraphVendor
from tests.cast import NOON, Cast
from tests.connectors.graph import connect_fake
from tickets.attachments.files import NewFile
from tickets.deliveries.making import deliver_due
from tickets.models import Message, Ticket
from tickets.services import reply

_URL = re.compile(r"/\w+/channels/([\w-]+)/")


@dataclass
class Line:
    """A connection and its fake, at one time. Moving the time moves the vendor's clock, too."""

    cast: Cast
    fake: Any
    connection: Connection
    at: datetime = NOON

    def take(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Receive a webhook as the view does, at the time of the test."""
        found = _URL.fullmatch(url)
        assert found
        connection = find_connection(desk_id=self.cast.desk.pk, token=found[1])
        assert connection
        try:
            request = Request("POST", {}, headers, body)
            return receive_request(connection, request, at=self.at).status
        except RefusedError:
            return 401

    def act(self, action: str, **data: Any) -> Any:
        """Let a person act, and process what arrives. Returns what the fake says."""
        acted = self.fake.play(action, {"connection": self.connection.external_id, **data})
        self.arrive()
        return acted

    def arrive(self) -> None:
        """Process the events that are due."""
        process_due_events(connection_id=self.connection.pk, at=self.at)

    def reply(self, text: str, *files: NewFile, via: str = "") -> Message:
        """Let an agent reply to the only ticket, and send what is due."""
        ticket = Ticket.objects.get()
        message = reply(
            ticket_id=ticket.pk,
            agent=self.cast.analyst,
            text=text,
            files=files,
            via=via,
            at=self.at,
        )
        self.send()
        return message

    def send(self) -> None:
        """Run the followers of events, and send what is due."""
        deliver_due(desk_id=self.cast.desk.pk, at=self.at)
        send_due_calls(desk_id=self.cast.desk.pk, at=self.at, is_urgent=True)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)

    @property
    def states(self) -> list[str]:
        """The states of the parts of answers, in order."""
        parts = ChannelMessage.objects.filter(direction=Direction.OUT).order_by("pk")
        return [part.state for part in parts]


def open_line(cast: Cast, fake: GraphVendor, kind: str, external_id: str) -> Line:
    """Return a line of a desk, whose scope is entered, to a fake that listens."""
    line = Line(cast, fake, connect_fake(cast, fake, kind, external_id))
    fake.now = lambda: line.at
    fake.deliver = line.take  # type: ignore[method-assign]  # no server of our own in tests
    return line
