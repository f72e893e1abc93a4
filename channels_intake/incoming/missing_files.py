"""Files of mails that storage had no room for: fetched again from the raw mail once there is room (fault 16)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import read_envelope
from channels_intake.models import InboundMessage
from tickets.failures import capture_failure
from tickets.files import fill_missing
from tickets.models import Attachment

BATCH = 20
PAUSE = timedelta(
    hours=1
)  # after a try that failed or ended its worker; without room it is repeated at once


def list_lacking_files(at: datetime) -> list[int]:
    """The ids of stored mails with a file that is not in storage, due for a try, oldest first, at most BATCH."""
    with system_scope("find mails with files that storage had no room for"):
        lacking = InboundMessage.objects.filter(lacks_files=True, next_try_at__lte=at).order_by(
            "pk"
        )
        return list(lacking.values_list("pk", flat=True)[:BATCH])


def restore_files(inbound_id: int, *, at: datetime) -> bool:
    """Put the missing files of a mail's message into storage; gives whether none is missing any more.

    What goes wrong is kept with the row, which waits for an hour then.
    """
    is_whole = False
    with system_scope("read a stored mail again for its files"):
        due = InboundMessage.objects.filter(pk=inbound_id, lacks_files=True, next_try_at__lte=at)
        if not due.update(next_try_at=at + PAUSE):
            return False
        with capture_failure(
            lambda told: _note_failure(inbound_id, told),
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
            is_whole = _fill_all(inbound, contents)
            InboundMessage.objects.filter(pk=inbound.pk).update(
                lacks_files=not is_whole, next_try_at=at
            )
    return is_whole


def _note_failure(inbound_id: int, told: str) -> None:
    InboundMessage.objects.filter(pk=inbound_id).update(attempts=F("attempts") + 1, reason=told)


def _fill_all(inbound: InboundMessage, contents: dict[str, bytes]) -> bool:
    missing = Attachment.objects.filter(message__inbound=inbound, file="")
    known = [file for file in missing if file.sha256 in contents]
    return all(fill_missing(file, contents[file.sha256]) for file in known)
