"""Delete raw copies of a text that is redacted: sources of email, and vendors' events."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import accumulate

from django.db.models import BinaryField, F, Func, IntegerField, Q, Value
from django.db.models.functions import Length

from accounts.privacy.redacting import Redactor
from channels_intake.incoming.reading import read_envelope
from channels_intake.models import (
    ChannelEvent,
    ChannelEventState,
    Conversation,
    InboundMessage,
    OutgoingEmail,
)
from channels_intake.outgoing.outbox import get_outbox_path
from channels_intake.providers.errors import UnreadableError

MAX_SOURCES = 300  # received emails that are read for one request
MAX_BYTES = 100 * 2**20  # of them


def list_sources_with(
    redactor: Redactor, ticket_ids: Collection[int], *, messages: Collection[int]
) -> list[int]:
    """Return the received emails of these tickets whose raw source holds a text.

    messages: those that hold it. A source that can't be read counts as one that does, and so do the
    longest ones beyond MAX_SOURCES and MAX_BYTES.
    """
    kept = InboundMessage.objects.filter(ticket_id__in=ticket_ids).exclude(raw=b"")
    theirs = set(kept.filter(message_id__in=messages).values_list("pk", flat=True))
    others = kept.exclude(pk__in=theirs).annotate(size=Length("raw")).order_by("size", "pk")
    to_read, unread = _limit(others.values_list("pk", "size"))
    read = kept.filter(pk__in=to_read).order_by("pk").iterator(chunk_size=5)
    return sorted([*theirs, *unread, *(row.pk for row in read if _holds(redactor, row))])


def _limit(sizes: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Divide emails with their sizes into those to read and those that are too many or too long."""
    ids, lengths = [], []
    for pk, size in sizes:
        ids.append(pk)
        lengths.append(size)
    fitting = sum(total <= MAX_BYTES for total in accumulate(lengths))
    count = min(fitting, MAX_SOURCES)
    return ids[:count], ids[count:]


def _holds(redactor: Redactor, inbound: InboundMessage) -> bool:
    if redactor.occurs_in_bytes(bytes(inbound.raw)):
        return True
    try:
        envelope, _recipients = read_envelope(inbound)
    except UnreadableError:
        return True
    texts = (envelope.subject, envelope.body_text, envelope.body_html)
    return any(map(redactor.occurs_in, texts)) or any(
        redactor.occurs_in_bytes(file.content) for file in envelope.attachments
    )


def delete_sources(
    *,
    inbound_ids: Collection[int] = (),
    message_ids: Collection[int] = (),
    side_message_ids: Collection[int] = (),
    at: datetime,
) -> int:
    """Delete the raw sources of received emails. The rows stay, with sender and Message-ID."""
    of_messages = Q(message_id__in=message_ids) | Q(side_message_id__in=side_message_ids)
    mine = InboundMessage.objects.filter(Q(pk__in=inbound_ids) | of_messages)
    kept = mine.filter(raw_deleted_at=None)
    return kept.update(raw=b"", raw_deleted_at=at, sha256="", lacks_files=False)


def delete_vendor_events(desk_id: int, ticket_ids: Collection[int], redactor: Redactor) -> int:
    """Delete the processed events of the tickets' channels whose payload holds a text."""
    conversations = Conversation.objects.filter(ticket_id__in=ticket_ids).order_by()
    connections = set(conversations.values_list("connection_id", flat=True))
    events = ChannelEvent.objects.filter(desk_id=desk_id, connection_id__in=connections)
    events = events.exclude(state=ChannelEventState.RECEIVED)
    ids: set[int] = set()
    for written in _list_spellings(redactor.text):
        place = Func(
            Value(written, BinaryField()),
            F("raw"),
            template="position(%(expressions)s)",
            arg_joiner=" IN ",
            output_field=IntegerField(),
        )
        found = events.annotate(place=place).filter(place__gt=0)
        ids.update(found.order_by().values_list("pk", flat=True))
    return ChannelEvent.objects.filter(pk__in=ids).delete()[0]


def _list_spellings(text: str) -> set[bytes]:
    """Return a text as it may stand in JSON."""
    return {text.encode(), json.dumps(text)[1:-1].encode(),
            json.dumps(text, ensure_ascii=False)[1:-1].encode()}  # fmt: skip


def delete_outbox_copies(mails: Q) -> None:
    """Delete the demo's outbox files of these emails."""
    for message_id in OutgoingEmail.objects.filter(mails).values_list("rfc_message_id", flat=True):
        get_outbox_path(message_id).unlink(missing_ok=True)
