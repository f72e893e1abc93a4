"""Sources of received emails, which are deleted after the time that a desk keeps them.

The row stays, with the ids and hashes that prove a duplicate. Email that is unread, quarantined,
failed or lacks a file keeps its source: it is needed to process it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.retention import get_limit
from channels_intake.models import InboundMessage, InboundState

BATCH = 200


def list_old_sources(at: datetime) -> QuerySet[InboundMessage]:
    """Return the emails whose raw source is older than their desk keeps it."""
    return InboundMessage.objects.filter(
        state__in=[InboundState.PROCESSED, InboundState.DUPLICATE],
        raw_deleted_at=None,
        lacks_files=False,
        received_at__lt=get_limit("email_source_days", at),
    )


def delete_old_sources(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH raw sources of the current desk, oldest first. Return how many."""
    old = list_old_sources(at).filter(desk_id=desk_id).order_by("received_at")
    batch = InboundMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH]))
    return batch.update(raw=b"", raw_deleted_at=at)


def describe_deleted_source(inbound: InboundMessage) -> str:
    """Return a sentence with the date when the email's source was deleted, or "" if it wasn't."""
    if inbound.raw_deleted_at is None:
        return ""
    date = date_format(localtime(inbound.raw_deleted_at), "DATE_FORMAT")
    return _("The source of this email was deleted on %(date)s.") % {"date": date}
