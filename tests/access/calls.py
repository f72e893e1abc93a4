"""A call on a ticket, of a phone system that no test connects to."""

from __future__ import annotations

from channels_intake.models import Connection, ConnectionKind, Conversation
from channels_intake.telephone.facts import Call, CallState
from tests.cast import NOON, Cast
from tickets.models import Ticket


def create_call(cast: Cast, ticket: Ticket | None, *, name: str = "Ines Duarte") -> Conversation:
    """Return a call that is on a ticket, or on none."""
    connection, _is_new = Connection.objects.get_or_create(
        desk=cast.desk, kind=ConnectionKind.CALLS, name="Phone system"
    )
    call = Call(
        id=f"C-{connection.conversations.count() + 1}",
        is_incoming=True,
        number="+4930123456",
        line="+12133701559",
        state=CallState.ANSWERED,
        started_at=NOON,
        reported_at=NOON,
        name=name,
    )
    return Conversation.objects.create(
        desk=cast.desk,
        connection=connection,
        external_id=call.external_id,
        ticket=ticket,
        data=call.to_data(),
        created_at=NOON,
    )
