"""What becomes of answers at a vendor: sent, delivered, read or failed, in that order only.

Reports arrive twice, late and in any order. A state that is behind the one known changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from channels_intake.connections.contract import Progress
from channels_intake.connections.ids import fit_id
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import ChannelMessage, Connection, Direction, PartState
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.events import EventKind

MAX_PROBLEM = 500
MAX_WHY = 300
# The states from which a message gets into another one.
BEFORE = {
    PartState.SENT: [PartState.QUEUED],
    PartState.DELIVERED: [PartState.QUEUED, PartState.SENT],
    PartState.READ: [PartState.QUEUED, PartState.SENT, PartState.DELIVERED],
    PartState.FAILED: [PartState.QUEUED, PartState.SENT],
}
# Several parts together have the state of the worst.
WORST_FIRST = [
    PartState.FAILED,
    PartState.QUEUED,
    PartState.SENT,
    PartState.DELIVERED,
    PartState.READ,
]


def get_worst_state(parts: Sequence[ChannelMessage]) -> PartState:
    """Return the state that the parts of an answer have together."""
    states = [PartState(part.state) for part in parts if part.state in WORST_FIRST]
    return min(states, key=WORST_FIRST.index, default=PartState.SENT)


def apply_progress(connection: Connection, item: Progress, *, at: datetime) -> bool:
    """Apply what a vendor reports of messages that were sent. Run in a transaction.

    Return False for a message that isn't known, or not yet: its response may not be stored.
    """
    sent = ChannelMessage.objects.filter(connection=connection, direction=Direction.OUT)
    if item.external_id:
        found = sent.filter(external_id=fit_id(item.external_id))
        if not found.exists():
            return False
    else:
        of_conversation = sent.filter(conversation__external_id=fit_id(item.conversation_id))
        found = of_conversation.filter(written_at__lte=item.at).exclude(external_id="")
    waiting = found.filter(state__in=BEFORE.get(item.state, []))
    for part_id in waiting.order_by("pk").values_list("pk", flat=True):
        move_part(part_id, item.state, problem=item.problem, at=at)
    return True


def move_part(part_id: int, state: PartState, *, at: datetime, problem: str = "") -> bool:
    """Move a part of an answer into a state, if that is ahead of its own. Run in a transaction.

    The ticket's history says so once the whole answer is there, or as soon as a part failed.
    """
    parts = lock_answer(part_id)
    part = next((one for one in parts if one.pk == part_id), None)
    if part is None or part.state not in BEFORE.get(state, ()):
        return False
    before = get_worst_state(parts)
    part.state, part.problem, part.changed_at = state, problem[:MAX_PROBLEM], at
    part.save(update_fields=["state", "problem", "changed_at"])
    after = get_worst_state(parts)
    if after not in (before, PartState.QUEUED):
        _record(part, after, at=at)
    return True


def lock_answer(part_id: int) -> list[ChannelMessage]:
    """Return the locked parts of an answer, in order. An automatic message has one."""
    free = ChannelMessage.objects.select_for_update(of=("self",), no_key=True)
    related = free.select_related(
        "connection__desk", "conversation__handle", "conversation__ticket", "message__ticket"
    )
    part = ChannelMessage.objects.filter(pk=part_id).values("message_id").first()
    if part is None:
        return []
    return list(_filter_answer(related, part_id, part["message_id"]).order_by("pk"))


def _filter_answer(
    rows: QuerySet[ChannelMessage], part_id: int, message_id: int | None
) -> QuerySet[ChannelMessage]:
    if message_id is None:
        return rows.filter(pk=part_id)
    return rows.filter(message=message_id, direction=Direction.OUT)


def _record(part: ChannelMessage, state: PartState, *, at: datetime) -> None:
    """Record the state of an answer on its ticket. Failures notify the assignee."""
    conversation = part.conversation
    ticket = part.message.ticket if part.message else conversation.ticket
    if ticket is None:
        return
    connector = CONNECTORS.get(part.connection.kind)
    handle = conversation.handle
    data = {
        "conversation": conversation.pk,
        "to": (handle.name or handle.external_id) if handle else part.connection.name,
        "state": state.value,
    }
    data |= {"message": part.message_id} if part.message_id else {"notice": part.notice}
    is_failed = state == PartState.FAILED
    record(
        ticket=ticket,
        kind=EventKind.CHANNEL_FAILED if is_failed else EventKind.CHANNEL_SENT,
        by=SYSTEM,
        at=at,
        channel=connector.channel.value if connector else "",
        data={**data, "why": part.problem[:MAX_WHY]} if is_failed else data,
    )
