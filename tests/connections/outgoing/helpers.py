"""A channel for the tests of answers: its vendor does what the test says."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from accounts.customers.handles import find_or_create_handle
from accounts.models import Network
from channels_intake.calls.errors import Sent
from channels_intake.calls.sending import send_due_calls
from channels_intake.connections.contract import (
    Connector,
    Fact,
    FactKind,
    ReplyLimits,
    ReplyWay,
)
from channels_intake.models import (
    ChannelMessage,
    Connection,
    ConnectionKind,
    Conversation,
    Direction,
    OutgoingCall,
    OutgoingEmail,
)
from tests.cast import NOON, Cast
from tickets.deliveries.making import deliver_due
from tickets.models import Channel, Ticket

LIMITS = ReplyLimits(max_chars=20, max_files=1, max_file_bytes=100)


@dataclass
class TinyConnector(Connector):
    """Sends nothing. answers: what the next calls raise or return; afterwards all are sent."""

    channel: ClassVar[Channel] = Channel.TELEGRAM
    network: ClassVar[Network] = Network.TELEGRAM
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact("rating", "Rating", FactKind.STARS),
        Fact("version", "Version"),
        Fact("url", "Open the post", FactKind.LINK),
    )
    limits: ReplyLimits = LIMITS
    ways: tuple[ReplyWay, ...] = ()
    answers: deque[Exception | Sent] = field(default_factory=deque)
    sent: list[tuple[str, list[int], str]] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    allows_email: bool = True  # type: ignore[misc]  # the test chooses
    takes_answers: bool = True  # type: ignore[misc]
    takes_notices: bool = False  # type: ignore[misc]

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        return self.limits

    def list_ways(
        self, connection: Connection, conversation: Conversation, *, at: datetime
    ) -> tuple[ReplyWay, ...]:
        return self.ways

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        self.attempts.append(call.attempts)
        answer = self.answers.popleft() if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        self.sent.append((call.body["text"], call.body["files"], call.body["way"]))
        return answer or Sent(200, content=f"out-{part.pk}")

    def allow(self, **limits: Any) -> None:
        """Change the limits."""
        self.limits = replace(self.limits, **limits)


def connect(cast: Cast, name: str = "Our bot") -> Connection:
    """Return a connection of the desk's to the channel."""
    kind = ConnectionKind.TELEGRAM
    return Connection.objects.create(desk=cast.desk, kind=kind, name=name, external_id=name)


def converse(
    cast: Cast, connection: Connection, *, email: str = "", **changes: Any
) -> tuple[Ticket, Conversation]:
    """Return a ticket of somebody who wrote by the connection, and its conversation."""
    handle = find_or_create_handle(
        desk_id=cast.desk.pk,
        network=Network.TELEGRAM,
        scope="",
        external_id=f"person-{email}",
        name="Maria",
        at=NOON,
    )
    if email:
        handle.contact.email = email
        handle.contact.save()
    ticket = cast.open_ticket(contact=handle.contact, channel=Channel.TELEGRAM)
    given = {
        "desk": cast.desk,
        "connection": connection,
        "external_id": f"chat-{ticket.number}",
        "handle": handle,
        "ticket": ticket,
        "window_from": NOON,
        "created_at": NOON,
    }
    return ticket, Conversation.objects.create(**given | changes)


def deliver(cast: Cast, at: datetime = NOON) -> list[OutgoingEmail]:
    """Run the followers of the desk's events. Return all emails."""
    deliver_due(desk_id=cast.desk.pk, at=at)
    return list(OutgoingEmail.objects.order_by("pk"))


def send(cast: Cast, at: datetime = NOON) -> None:
    """Send the desk's urgent calls that are due."""
    send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=True)


def list_parts() -> list[ChannelMessage]:
    """Return the parts of answers, in order."""
    return list(ChannelMessage.objects.filter(direction=Direction.OUT).order_by("pk"))
