"""Undo a pending reply: its text and files become its author's draft again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Draft, PendingReply, UnsentFile
from tickets.replies.unsent_files import delete_unsent
from tickets.services.common import require_writer
from tickets.services.drafts import get_draft, save_draft


def undo_reply(
    *,
    ticket_id: int,
    reply_id: int,
    agent: Agent,
    place: str,
    fields: Mapping[str, str],
    at: datetime,
) -> None:
    """Take a reply back before it is sent and put it into its author's draft, with its files.

    place, fields: the draft's form, and what the reply is there; the field "body" goes above what
    its author has begun to write since. If that is a note, the whole stays a note: nothing internal
    becomes public. Any agent can cancel a scheduled or held reply of another one.
    Raises ConflictError if it was sent or undone by now, NotAllowedError, and DraftTooLongError.
    """
    require_writer(Actor.of(agent))
    with transaction.atomic():
        change = Change.open(ticket_id, by=Actor.of(agent), at=at)
        pending = get_pending_reply(ticket_id, reply_id)
        is_told = pending.is_scheduled or pending.held_at is not None
        is_shared = is_told and not pending.awaits_approval  # else it is sent back, with a reason
        if pending.author_id != agent.pk and not is_shared:
            raise NotAllowedError(_("Only its author can undo this reply."))
        restore_draft(pending, place, fields, at=at)
        if is_told or pending.awaits_approval:
            data: dict[str, object] = {"author": pending.author_id}
            data |= {"send_at": pending.send_at.isoformat()} if is_told else {}
            change.record(EventKind.REPLY_WITHDRAWN, data)
            change.save()
        pending.delete()


def get_pending_reply(ticket_id: int, reply_id: int) -> PendingReply:
    """Return a reply that isn't sent yet. Raises ConflictError if it was sent or undone by now."""
    found = PendingReply.objects.filter(ticket=ticket_id, pk=reply_id)
    pending = found.select_related("author__user", "author__desk").first()
    if pending is None:
        raise ConflictError(_("Too late: this reply was already sent or canceled."))
    return pending


def restore_draft(
    pending: PendingReply, place: str, fields: Mapping[str, str], *, at: datetime
) -> Draft | None:
    """Put a reply into its author's draft, as undo_reply does. The caller deletes the reply."""
    desk, user = pending.author.desk, pending.author.user
    values = {name: [value] for name, value in fields.items()}
    begun = get_draft(desk=desk, user=user, place=place)
    if begun is not None:
        later = [text for text in begun.fields.get("body", []) if text.strip()]
        values["body"] = ["\n\n".join([*values.get("body", []), *later])]
        is_begun = bool(later) or begun.files.exists()
        if is_begun and begun.fields.get("kind") != ["reply"]:
            values["kind"] = ["note"]
    save_draft(desk=desk, user=user, place=place, fields=values, at=at)
    draft = get_draft(desk=desk, user=user, place=place)
    pending.files.update(reply=None, draft=draft)
    return draft


def delete_replies_of(agent: Agent) -> int:
    """Delete all pending replies of an agent with their files. Return how many there were."""
    theirs = PendingReply.objects.filter(desk_id=agent.desk_id, author=agent)
    delete_unsent(UnsentFile.objects.filter(reply__in=theirs))
    ids = list(theirs.values_list("pk", flat=True))
    theirs.filter(pk__in=ids).delete()
    return len(ids)
