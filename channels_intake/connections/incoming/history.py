"""Import of what was written before a connection was made: rows only, many in one statement.

It opens no tickets, starts no clocks and sends nothing. It is known, so that it isn't taken for
new when the vendor lists it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from channels_intake.connections.contract import Echo, Edited, Incoming, Item, Progress
from channels_intake.connections.ids import fit_id
from channels_intake.connections.incoming.accepting import is_history
from channels_intake.models.connections import (
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    PartState,
)

BULK = 20  # fewer items are accepted one by one, as everything else


def import_history(connection: Connection, items: Sequence[Item], *, at: datetime) -> list[Item]:
    """Store the history among many items, and return the others. Safe to run twice."""
    if len(items) < BULK or connection.silent_until is None:
        return list(items)
    old = [item for item in items if item.at and is_history(connection, item.at)]
    written = [item for item in old if isinstance(item, Incoming | Echo)]
    conversations = _store_conversations(connection, written, at=at)
    rows = [_make_row(connection, item, conversations, at=at) for item in written]
    ChannelMessage.objects.bulk_create(rows, ignore_conflicts=True)
    # Changes and deliveries of history are told by what was stored.
    done = {id(item) for item in old if isinstance(item, Incoming | Echo | Edited | Progress)}
    return [item for item in items if id(item) not in done]


def _store_conversations(
    connection: Connection, items: Iterable[Incoming | Echo], *, at: datetime
) -> dict[str, int]:
    """Store the missing conversations. Return the IDs of all of them by the vendor's."""
    new: dict[str, Conversation] = {}
    for item in items:
        key = fit_id(item.conversation_id)
        row = new.setdefault(key, Conversation(desk_id=connection.desk_id, connection=connection))
        row.external_id, row.created_at = key, at
        if isinstance(item, Incoming):
            row.is_public, row.data = item.is_public, dict(item.data)
    Conversation.objects.bulk_create(new.values(), ignore_conflicts=True)
    known = Conversation.objects.filter(connection=connection, external_id__in=new)
    return dict(known.values_list("external_id", "pk"))


def _make_row(
    connection: Connection, item: Incoming | Echo, conversations: dict[str, int], *, at: datetime
) -> ChannelMessage:
    is_ours = isinstance(item, Echo)
    return ChannelMessage(
        desk_id=connection.desk_id,
        connection=connection,
        conversation_id=conversations[fit_id(item.conversation_id)],
        direction=Direction.OUT if is_ours else Direction.IN,
        external_id=fit_id(item.external_id),
        state=PartState.DELIVERED if is_ours else PartState.RECEIVED,
        written_at=item.at,
        changed_at=at,
    )
