"""Deletion of the files of tickets that have been closed for as long as a desk keeps them.

The name, size and place of each file stay, with an event in the ticket's history. Off by default.
A merged ticket is closed, but its conversation goes on: its files are kept with those of the ticket
that continues it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Func, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Desk
from accounts.retention import get_limit
from tickets.actors import SYSTEM
from tickets.attachments.removing import FORGOTTEN
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Attachment, State
from tickets.replies.unsent_files import delete_stored

BATCH = 300
PLACES = ("message__ticket", "note__ticket", "side_message__side__ticket")


class EndClosedAt(Func):
    """The time at which the ticket at the end of a chain of merges was closed, or NULL."""

    template = """(
      WITH RECURSIVE chain AS (
        SELECT t.id, t.merged_into_id, t.closed_at FROM tickets_ticket t
        WHERE t.id = %(expressions)s
        UNION
        SELECT t.id, t.merged_into_id, t.closed_at
        FROM chain JOIN tickets_ticket t ON t.id = chain.merged_into_id
      ) SELECT closed_at FROM chain WHERE merged_into_id IS NULL)"""
    output_field = DateTimeField()


def list_expired_files(at: datetime) -> QuerySet[Attachment]:
    """Return the files of tickets that have been closed for longer than their desk keeps them."""
    limit, on_old_tickets = get_limit("closed_file_days", at), Q()
    for place in PLACES:
        is_old = Q(**{f"{place}__status": State.CLOSED, f"{place}__closed_at__lt": limit})
        is_over = Q(**{f"{place}__merged_into": None}) | Q(end_closed_at__lt=limit)
        on_old_tickets |= is_old & is_over
    stored = Attachment.objects.filter(removed_at=None, desk__closed_file_days__gt=0)
    on = Coalesce(*(f"{place}_id" for place in PLACES))
    return stored.exclude(file="").alias(end_closed_at=EndClosedAt(on)).filter(on_old_tickets)


def delete_expired_files(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH files of the current desk, ticket by ticket. Return how many.

    Their contents go last: looking for other rows that share them reads all of the desk's files. If
    this is cut off before, nothing refers to them, and they are tidied up (helpdesk/files).
    """
    expired = list_expired_files(at).filter(desk_id=desk_id).order_by("pk")
    rows = expired.annotate(on=Coalesce(*(f"{place}_id" for place in PLACES)))
    by_ticket = defaultdict(list)
    for file_id, ticket_id in rows.values_list("pk", "on")[:BATCH]:
        by_ticket[ticket_id].append(file_id)
    days = Desk.objects.values_list("closed_file_days", flat=True).get(pk=desk_id)
    files = [
        file
        for ticket_id, file_ids in by_ticket.items()
        for file in _delete_of_ticket(ticket_id, file_ids, days=days, at=at)
    ]
    unused = _list_unused(files)
    transaction.on_commit(lambda: delete_stored(unused), robust=True)
    return len(files)


@transaction.atomic
def _delete_of_ticket(
    ticket_id: int, file_ids: Sequence[int], *, days: int, at: datetime
) -> list[Attachment]:
    """Delete files of a ticket but for their contents. Return those that were deleted."""
    change = Change.open(ticket_id, by=SYSTEM, at=at)
    # Not those of a ticket that was reopened before it was locked.
    files = list(list_expired_files(at).filter(pk__in=file_ids).order_by("pk"))
    Attachment.objects.filter(pk__in=[file.pk for file in files]).update(**FORGOTTEN, removed_at=at)
    for file in files:
        data = {"why": "", "name": file.name, "attachment": file.pk, "days": days}
        if file.message_id:
            data["message"] = file.message_id
        change.record(EventKind.FILE_REMOVED, data)
    change.save()
    return files


def _list_unused(files: Sequence[Attachment]) -> list[str]:
    """Return the stored names that no row refers to now. Split messages share theirs."""
    names = {str(stored.name) for file in files for stored in (file.file, file.preview) if stored}
    desk_ids = {file.desk_id for file in files}
    rows = Attachment.objects.filter(desk_id__in=desk_ids)
    used = set(rows.filter(file__in=names).values_list("file", flat=True))
    used |= set(rows.filter(preview__in=names).values_list("preview", flat=True))
    return sorted(names - used)
