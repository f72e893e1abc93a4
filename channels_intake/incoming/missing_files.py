"""Files that couldn't be stored, restored later from the raw email."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.failures import capture_failure
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import read_envelope
from channels_intake.models import InboundMessage
from channels_intake.reasons import InboundReason
from tickets.attachments.files import fill_missing
from tickets.models import Attachment

BATCH = 20
# Delay after a failed attempt or one that killed its worker. If storage is still full, the next
# sweep retries.
PAUSE = timedelta(hours=1)
MAX_ATTEMPTS = 10  # those of reading the email included; a full storage doesn't count


def list_lacking_files(at: datetime) -> list[int]:
    """Return the IDs of due emails with a missing file, oldest first, at most BATCH."""
    with system_scope("find emails whose files could not be stored"):
        lacking = _list_lacking(at)
        return list(lacking.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _list_lacking(at: datetime) -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(
        lacks_files=True, next_try_at__lte=at, attempts__lt=MAX_ATTEMPTS
    )


def restore_files(inbound_id: int, *, at: datetime) -> bool:
    """Store the missing files of an email's message. Return True once none is missing.

    The attempt is counted first, in a transaction of its own, so an attempt that kills its worker
    counts, too. A failure is recorded on the row, which then waits for an hour.
    """
    is_whole = False
    with system_scope("read a stored email again for its files"):
        due = _list_lacking(at).filter(pk=inbound_id)
        if not due.update(next_try_at=at + PAUSE, attempts=F("attempts") + 1):
            return False
        with capture_failure(
            lambda error: _record_failure(inbound_id, error),
            event="files_not_restored",
            inbound=inbound_id,
        ):
            is_whole = _restore(inbound_id, at=at)
    return is_whole


def _restore(inbound_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        rows = InboundMessage.objects.select_for_update(skip_locked=True, of=("self",))
        inbound = rows.filter(pk=inbound_id, lacks_files=True, desk__isnull=False).first()
        if inbound is None or inbound.desk_id is None:
            return False
        envelope, _ = read_envelope(inbound)
        contents = {
            hashlib.sha256(file.content).hexdigest(): file.content for file in envelope.attachments
        }
        with desk_scope(inbound.desk_id):
            is_whole = _fill_all(inbound, contents, at=at)
            InboundMessage.objects.filter(pk=inbound.pk).update(
                lacks_files=not is_whole, next_try_at=at, attempts=F("attempts") - 1
            )
    return is_whole


def _record_failure(inbound_id: int, error: str) -> None:
    InboundMessage.objects.filter(pk=inbound_id).update(
        reason=InboundReason.ERROR.value, reason_data={"error": error}
    )


def _fill_all(inbound: InboundMessage, contents: dict[str, bytes], *, at: datetime) -> bool:
    of_email = Q(message__inbound=inbound) | Q(side_message__inbound=inbound)
    missing = Attachment.objects.filter(of_email, file="", removed_at=None)
    known = [file for file in missing if file.sha256 in contents]
    return all(fill_missing(file, contents[file.sha256], at=at) for file in known)
