"""Answers of third parties in a side conversation. Only agents see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tickets.actors import SYSTEM
from tickets.attachments.files import NewFile, attach_files, clean_file_name
from tickets.events import EventKind
from tickets.models import SideMessage, SideState
from tickets.search.documents import add_to_search
from tickets.sentences.remarks import Remark
from tickets.side_conversations.access import open_side


@dataclass(frozen=True, slots=True)
class NewSideMessage:
    """A message from outside before it is stored. html is sanitized already.

    is_automatic: a machine wrote it. is_unverified: by the address of a third party, but from
    another one that isn't in the conversation.
    """

    sender: str
    sender_name: str
    text: str
    html: str = ""
    quoted: str = ""
    files: tuple[NewFile, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_automatic: bool = False
    is_unverified: bool = False


def add_third_party_message(*, side_id: int, new: NewSideMessage, at: datetime) -> SideMessage:
    """Add a message from outside. Unless it is automatic, the conversation is open and answered.

    The ticket's state, clocks and customers aren't touched: to them, nothing has happened.
    """
    with transaction.atomic():
        change, side = open_side(side_id, by=SYSTEM, at=at)
        message = SideMessage.objects.create(
            desk_id=side.desk_id,
            side=side,
            sender=new.sender,
            sender_name=new.sender_name[:120],
            body_text=new.text,
            body_html=new.html,
            quoted_text=new.quoted,
            remark_data=[remark.to_json() for remark in new.remarks],
            is_automatic=new.is_automatic,
            is_unverified=new.is_unverified,
            created_at=at,
        )
        facts = {"side": side.pk, "side_message": message.pk, "sender": new.sender}
        side.updated_at = at
        kind = EventKind.SIDE_MACHINE_ANSWERED
        if not new.is_automatic:
            kind, facts["unverified"] = EventKind.SIDE_ANSWERED, new.is_unverified
            side.state, side.answered_at = SideState.OPEN, side.answered_at or at
        side.save(update_fields=["state", "answered_at", "updated_at"])
        names = [clean_file_name(file.name) for file in new.files]
        words = "\n".join((new.sender_name, new.sender, new.text))
        add_to_search(change, words, names, is_note=True)
        change.record(kind, facts, channel="email")
        change.save()
        attach_files(new.files, to=message, at=at)
    return message
