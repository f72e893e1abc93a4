"""What happened to messages at the vendor: edited, deleted, answered there, ended.

It is noted on the ticket; nothing that arrived is ever replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from functools import singledispatch

from accounts.models.fields import clean_lines
from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    Ended,
    Incoming,
    Item,
    Person,
    Progress,
    Report,
)
from channels_intake.connections.ids import fit_id
from channels_intake.connections.incoming.accepting import (
    Arrival,
    TooEarlyError,
    accept_message,
    find_message,
    is_history,
    lock_conversation,
)
from channels_intake.connections.incoming.fetching import NOTHING, Fetched
from channels_intake.connections.outgoing.progress import apply_progress
from channels_intake.connections.registry import get_connector
from channels_intake.connections.texts import make_body
from channels_intake.models import (
    CallKind,
    ChannelMessage,
    Conversation,
    Direction,
    OutgoingCall,
    PartState,
)
from tickets.services import NewMessage
from tickets.services.outside import (
    add_outside_reply,
    note_deletion,
    note_edit,
    note_end,
)

REPORTED = "reported_at"  # in a conversation's data: the time of its newest report
# How long an echo waits for the response to what Plumbline is sending in the same conversation.
ECHO_WAIT = timedelta(minutes=10)


@singledispatch
def accept(item: Item, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    """Apply one item of a stored event. The caller has opened the transaction, in the desk.

    fetched: the files of a message. Raises TooEarlyError for what is about a message that hasn't
    arrived.
    """
    raise NotImplementedError(type(item))


accept.register(accept_message)


@accept.register
def _accept_edit(item: Edited, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    known = find_message(arrival.connection, item.external_id)
    if known is None and not (item.reopens and item.person):
        raise TooEarlyError(item.external_id)
    if known is None or item.reopens:
        _accept_restatement(item, arrival, known)
        return
    _merge_data(known.conversation, item)
    if known.message is not None:
        text = make_body(item.text, has_files=True).text
        note_edit(message_id=known.message.pk, text=text, edited_at=item.at, at=arrival.at)


def _merge_data(conversation: Conversation, item: Edited) -> None:
    if item.data:
        conversation.data = {**conversation.data, **item.data}
        conversation.save(update_fields=["data"])


def _accept_restatement(item: Edited, arrival: Arrival, known: ChannelMessage | None) -> None:
    """Add a changed text as a further message, unless it is known or history."""
    conversation = known.conversation if known else None
    if is_history(arrival.connection, item.at) or (conversation and _is_known(item, conversation)):
        return
    person = item.person or (conversation and _get_person(conversation))
    if not person:
        raise TooEarlyError(item.external_id)
    again = Incoming(
        external_id=f"{item.external_id}@{item.at.astimezone(UTC).isoformat()}",
        conversation_id=conversation.external_id if conversation else item.conversation_id,
        person=person,
        text=item.text,
        at=item.at,
        data=item.data,
        is_public=conversation.is_public if conversation else True,
    )
    accept_message(again, arrival)


def _is_known(item: Edited, conversation: Conversation) -> bool:
    """Return True if text and data are those of the customer's newest message, or older."""
    said = conversation.messages.filter(direction=Direction.IN).select_related("message")
    newest = said.order_by("-written_at", "-pk").first()
    if newest is None:
        return False
    if item.at <= newest.written_at:
        return True
    text = make_body(item.text, has_files=True).text
    is_same = newest.message is not None and newest.message.body_text == text
    return is_same and item.data.items() <= conversation.data.items()


def _get_person(conversation: Conversation) -> Person | None:
    handle = conversation.handle
    return Person(handle.external_id, handle.name, scope=handle.scope) if handle else None


@accept.register
def _accept_deletion(item: Deleted, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    known = find_message(arrival.connection, item.external_id)
    if known is None:
        raise TooEarlyError(item.external_id)
    if known.state == PartState.DELETED:
        return
    known.state, known.changed_at = PartState.DELETED, arrival.at
    known.save(update_fields=["state", "changed_at"])
    if known.message is not None:
        note_deletion(message_id=known.message.pk, at=arrival.at)


@accept.register
def _accept_echo(item: Echo, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    """Show what the company wrote at the vendor. What Plumbline sent is there already."""
    conversation = lock_conversation(arrival.connection, item.conversation_id, at=arrival.at)
    if find_message(arrival.connection, item.external_id) or _take_over(
        item, arrival, conversation
    ):
        return
    row = ChannelMessage(
        desk_id=arrival.desk_id,
        connection=arrival.connection,
        conversation=conversation,
        direction=Direction.OUT,
        external_id=fit_id(item.external_id),
        state=PartState.SENT,
        written_at=item.at,
        changed_at=arrival.at,
    )
    if conversation.ticket is not None and not is_history(arrival.connection, item.at):
        channel = get_connector(arrival.connection.kind).channel
        body = make_body(item.text, has_files=False)
        new = NewMessage(body.text, channel, files=body.files, remarks=body.remarks)
        row.message = add_outside_reply(ticket_id=conversation.ticket.pk, new=new, at=arrival.at)
    row.save()


def _take_over(item: Echo, arrival: Arrival, conversation: Conversation) -> bool:
    """Return True if an echo is of an answer whose response hasn't come yet, which gets its ID.

    Raises TooEarlyError while that can't be told: the vendor may have changed the text.
    """
    ours = conversation.messages.filter(direction=Direction.OUT, external_id="")
    parts = list(ours.select_related("message").order_by("pk"))
    texts, text = _list_sent_texts(conversation, parts), _fold(item.text)
    for part in parts:
        whole = part.message.body_text if part.message else ""
        if text and text == texts.get(part.pk, _fold(whole)):
            part.external_id = fit_id(item.external_id)
            part.save(update_fields=["external_id"])
            return True
    if any(part.state == PartState.QUEUED for part in parts) and arrival.at < item.at + ECHO_WAIT:
        raise TooEarlyError(item.external_id)
    return False


def _list_sent_texts(conversation: Conversation, parts: Iterable[ChannelMessage]) -> dict[int, str]:
    """Return the texts that were sent in a conversation, by the IDs of their parts.

    "" for one that wasn't tried yet: what somebody wrote at the vendor isn't it, however similar.
    """
    of_notices = conversation.ticket_id or 0
    tickets = {of_notices, *(part.message.ticket_id for part in parts if part.message)}
    calls = OutgoingCall.objects.filter(
        desk_id=conversation.desk_id,
        kind=CallKind.CHANNEL,
        connection_id=conversation.connection_id,
        lane=f"conversation:{conversation.pk}",
        ticket_id__in=tickets,
    )
    return {
        call.data.get("part", 0): _fold(str(call.body.get("text", ""))) if call.attempts else ""
        for call in calls.order_by("pk")
    }


def _fold(text: str) -> str:
    return " ".join(text.split())


@accept.register
def _accept_progress(item: Progress, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    if not apply_progress(arrival.connection, item, at=arrival.at):
        raise TooEarlyError(item.external_id)


@accept.register
def _accept_end(item: Ended, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    conversation = lock_conversation(arrival.connection, item.conversation_id, at=arrival.at)
    if not conversation.messages.exists():
        raise TooEarlyError(item.conversation_id)
    if conversation.ended_at is not None and conversation.ended_at >= item.at:
        return
    conversation.ended_at = item.at
    conversation.save(update_fields=["ended_at"])
    ticket, handle = conversation.ticket, conversation.handle
    if ticket is not None and handle is not None and not is_history(arrival.connection, item.at):
        note_end(
            ticket_id=ticket.pk,
            contact=handle.contact,
            transcript=clean_lines(item.transcript),
            at=arrival.at,
        )


@accept.register
def _accept_report(item: Report, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    """Keep facts about a conversation. An older report adds only what nothing newer has said."""
    conversation = lock_conversation(arrival.connection, item.conversation_id, at=arrival.at)
    if not item.begins and not conversation.messages.exists():
        raise TooEarlyError(item.conversation_id)
    known, reported = conversation.data, item.at.astimezone(UTC).isoformat()
    is_newest = reported >= known.get(REPORTED, "")
    merged = {**known, **item.data} if is_newest else {**item.data, **known}
    conversation.data = {**merged, REPORTED: max(reported, known.get(REPORTED, ""))}
    conversation.save(update_fields=["data"])
    connector = get_connector(arrival.connection.kind)
    connector.follow(conversation, fetched.files, fetched.remarks, at=arrival.at)
