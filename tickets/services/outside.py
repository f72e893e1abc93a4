"""What happens to a conversation outside of Plumbline, where the customer and the company write.

It is noted on the ticket. None of it changes a status or a clock: whoever answers there may be a
machine, such as a page's automatic greeting.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Contact
from tickets.actors import SYSTEM, Actor
from tickets.attachments.files import NewFile, attach_files
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Message
from tickets.search.documents import add_to_search
from tickets.sentences.remarks import Remark, RemarkCode, make_remark
from tickets.services.common import NewMessage, add_message, share_lock_contact

TRANSCRIPT = "transcript.txt"


def add_outside_reply(*, ticket_id: int, new: NewMessage, at: datetime) -> Message:
    """Add what the company wrote to the customer outside of Plumbline. It has no author here."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=at, new=Message)
        message = add_message(change, new, change.reserved, author=None)
        change.touch()
        data = {"message": message.pk}
        change.record(EventKind.ANSWERED_OUTSIDE, data, channel=str(new.channel))
        change.save(is_last=not new.files)
        attach_files(new.files, to=message, at=at)
    return message


def note_edit(*, message_id: int, text: str, edited_at: datetime, at: datetime) -> bool:
    """Note that an author edited a message. Return False if that is noted, or nothing changed.

    The first text stays. Edits are in the order of their times, in whatever order they arrive.
    """
    edit = make_remark(RemarkCode.EDITED, text=text, at=edited_at.astimezone(UTC).isoformat())
    return _note(message_id, edit, EventKind.MESSAGE_EDITED, at=at)


def note_deletion(*, message_id: int, at: datetime) -> bool:
    """Note that an author deleted a message. Return False if that is noted."""
    return _note(message_id, make_remark(RemarkCode.DELETED), EventKind.MESSAGE_DELETED, at=at)


def note_end(*, ticket_id: int, contact: Contact, transcript: str, at: datetime) -> None:
    """Note that the conversation has ended, with its transcript if the vendor gives one.

    contact: whose words the transcript has, so that it goes when they are erased. Raises
    ConflictError for a person who was erased.
    """
    with transaction.atomic():
        share_lock_contact(contact)
        change = Change.open(ticket_id, by=SYSTEM, at=at, new=Message)
        data: dict[str, int] = {}
        if transcript:
            new = _make_transcript(change, transcript)
            message = add_message(change, new, change.reserved, author=contact)
            data["message"] = message.pk
        change.touch()
        change.record(EventKind.CONVERSATION_ENDED, data, channel=change.ticket.channel)
        change.save()
        if transcript:
            attach_files(new.files, to=message, at=at)


def _make_transcript(change: Change, transcript: str) -> NewMessage:
    file = NewFile(TRANSCRIPT, "text/plain; charset=utf-8", transcript.encode())
    with override(change.ticket.desk.language):
        text = _("The conversation has ended. Its transcript is attached.")
    return NewMessage(text, change.ticket.channel, files=(file,), is_automatic=True)


def _note(message_id: int, remark: Remark, kind: EventKind, *, at: datetime) -> bool:
    found = Message.objects.select_related("contact").get(pk=message_id)
    by = Actor.of(found.contact) if found.contact else SYSTEM
    with transaction.atomic():
        change = Change.open(found.ticket_id, by=by, at=at)
        message = Message.objects.get(pk=message_id)
        noted = _insert(message, remark.to_json())
        if noted is None:
            return False
        Message.objects.filter(pk=message_id).update(remark_data=noted)
        if text := str(dict(remark.parameters).get("text", "")):
            add_to_search(change, text, [])
        change.touch()
        change.record(kind, {"message": message_id}, channel=message.channel)
        change.save()
    return True


def _insert(message: Message, new: dict[str, str | int]) -> list[dict[str, str | int]] | None:
    """Return a message's remarks with a new one, or None if it says nothing new."""
    same = [one for one in message.remark_data if one.get("code") == new["code"]]
    others = [one for one in message.remark_data if one.get("code") != new["code"]]
    at, text = str(new.get("at", "")), new.get("text")
    before = [one for one in same if str(one.get("at", "")) <= at]
    known = before[-1].get("text") if before else message.body_text if "text" in new else ""
    if new in same or known == text:
        return None
    return [*others, *sorted([*same, new], key=lambda one: str(one.get("at", "")))]
