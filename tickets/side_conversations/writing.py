"""Actions of agents in side conversations: start, write, mark as done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.models.fields import clean_line
from tickets.actors import Actor
from tickets.attachments.files import NewFile, attach_files, clean_file_name
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NewerMessageError
from tickets.events import EventKind
from tickets.markup.markdown import render_markdown
from tickets.models import (
    SideConversation,
    SideMessage,
    SideParticipant,
    SideState,
    Ticket,
)
from tickets.search.documents import add_to_search
from tickets.services.common import require_no_approval, require_text, require_writer
from tickets.services.merged import follow_merges, open_unmerged, require_visible
from tickets.side_conversations.access import open_side
from tickets.side_conversations.people import clean_emails, list_addresses

MAX_PER_TICKET = 100  # side conversations
MAX_SUBJECT_CHARS: int = SideConversation._meta.get_field("subject").max_length or 0


def start_side(
    *,
    ticket_id: int,
    agent: Agent,
    subject: str,
    emails: Sequence[str],
    text: str,
    at: datetime,
    files: tuple[NewFile, ...] = (),
) -> SideConversation:
    """Start a side conversation with its first message, which is emailed to the addresses.

    On a merged ticket it belongs to the one that continues it. Raises NotAllowedError,
    NeedsApprovalError for a trainee, EmptyTextError and InvalidValueError ("subject", "emails").
    """
    require_writer(Actor.of(agent))
    require_no_approval(agent)
    require_text(text)
    addresses, title = clean_emails(emails), _clean_subject(subject)

    def start(end_id: int) -> SideConversation:
        with transaction.atomic():
            change = open_unmerged(end_id, by=Actor.of(agent), at=at)
            require_visible(change.ticket, ticket_id, agent)
            side = _create(change, title, addresses)
            message = _write(change, side, agent, text)
            add_to_search(change, "\n".join((title, *addresses, text)), _names(files), is_note=True)
            facts = _name(side, message, addresses)
            change.record(EventKind.SIDE_STARTED, facts | {"subject": title})
            change.save()
            attach_files(files, to=message, at=at)
        return side

    return follow_merges(ticket_id, start)


def write_side(
    *,
    side_id: int,
    agent: Agent,
    text: str,
    at: datetime,
    files: tuple[NewFile, ...] = (),
    last_seen: int | None = None,
) -> SideMessage:
    """Email another message to all third parties of a side conversation. It is open then.

    last_seen: the id of the newest message that the agent has seen. Raises NewerMessageError if a
    newer one arrived from outside, ConflictError if all third parties were erased, NotAllowedError,
    NeedsApprovalError and EmptyTextError.
    """
    require_writer(Actor.of(agent))
    require_no_approval(agent)
    require_text(text)
    with transaction.atomic():
        change, side = open_side(side_id, by=Actor.of(agent), at=at)
        _require_latest(side, last_seen)
        addresses = list_addresses(side)
        message = _write(change, side, agent, text)
        add_to_search(change, text, _names(files), is_note=True)
        side.state, side.answered_at, side.updated_at = SideState.OPEN, None, at
        side.save(update_fields=["state", "answered_at", "updated_at"])
        change.record(EventKind.SIDE_SENT, _name(side, message, addresses))
        change.save()
        attach_files(files, to=message, at=at)
    return message


def finish_side(*, side_id: int, agent: Agent, at: datetime) -> None:
    """Mark a side conversation as done. A message of either side opens it again."""
    require_writer(Actor.of(agent))
    with transaction.atomic():
        change, side = open_side(side_id, by=Actor.of(agent), at=at)
        if side.state == SideState.DONE:
            return
        side.state, side.answered_at = SideState.DONE, None
        side.save(update_fields=["state", "answered_at"])
        change.record(EventKind.SIDE_DONE, {"side": side.pk})
        change.save()


def _clean_subject(subject: str) -> str:
    title = clean_line(subject)
    if not title:
        raise InvalidValueError("subject", _("Enter a subject."))
    if len(title) > MAX_SUBJECT_CHARS:
        text = _("Shorten the subject to %(count)s characters.") % {"count": MAX_SUBJECT_CHARS}
        raise InvalidValueError("subject", text)
    return title


def _create(change: Change, subject: str, addresses: list[str]) -> SideConversation:
    ticket, at = change.ticket, change.at
    if SideConversation.objects.filter(ticket=ticket).count() >= MAX_PER_TICKET:
        text = _("A ticket can have at most %(count)s side conversations.")
        raise ConflictError(text % {"count": MAX_PER_TICKET})
    own: dict[str, Any] = {"desk_id": ticket.desk_id}
    side = SideConversation.objects.create(
        **own, ticket=ticket, subject=subject, created_at=at, updated_at=at
    )
    SideParticipant.objects.bulk_create(
        SideParticipant(**own, side=side, email=address, added_at=at) for address in addresses
    )
    return side


def _write(change: Change, side: SideConversation, agent: Agent, text: str) -> SideMessage:
    change.touch()
    return SideMessage.objects.create(
        desk_id=side.desk_id,
        side=side,
        agent=agent,
        body_text=text,
        body_html=render_markdown(text),
        created_at=change.at,
    )


def _names(files: Sequence[NewFile]) -> list[str]:
    return [clean_file_name(file.name) for file in files]


def _name(side: SideConversation, message: SideMessage, addresses: list[str]) -> dict[str, Any]:
    return {"side": side.pk, "side_message": message.pk, "to": ", ".join(addresses)}


def _require_latest(side: SideConversation, last_seen: int | None) -> None:
    if last_seen is None:
        return
    if side.messages.filter(pk__gt=last_seen, agent__isnull=True, is_automatic=False).exists():
        raise NewerMessageError(
            _("A reply arrived while you were writing. Read it, then send your message again.")
        )


def get_suggested_subject(ticket: Ticket) -> str:
    """Return the subject that a new side conversation starts with."""
    return ticket.subject[:MAX_SUBJECT_CHARS]
