"""Support packets: archives that a product makes for support, read for version, edition, plugins.

A worker reads them in a process of its own (packet_reader.py). The facts are kept with the file.
The attempt is counted first, so that an archive that kills its worker is counted, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog
from django.db.models import F, QuerySet

from accounts.decoders import DecoderStoppedError, run_decoder
from accounts.tenancy import release_connection
from tickets.attachments.packet_reader import ENCRYPTED, TOO_LARGE
from tickets.models import Attachment
from tickets.queueing import Queue, TaskName, queue_once_after_commit

log = structlog.get_logger(__name__)

READ_PACKETS = TaskName("tickets.tasks.sweep_packets", queue=Queue.BULK)

ENDINGS = (".zip", ".tar.gz", ".tgz", ".tar")
JSON_ENDING = ".json"
MAX_BYTES = 100 * 1024 * 1024
MAX_JSON_BYTES = 2 * 1024 * 1024
MAX_SECONDS = 60  # on a busy machine; the process itself may use much less CPU time
MAX_ATTEMPTS = 3
PAUSE = timedelta(minutes=5)  # longer than the task may take
READER = Path(__file__).with_name("packet_reader.py")
PROBLEM = "problem"  # a PacketProblem in Attachment.packet


class PacketProblem(StrEnum):
    """Reasons why an archive couldn't be read."""

    BROKEN = "broken"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    TOOK_TOO_LONG = "took_too_long"


def plan_packets(files: Iterable[Attachment], *, at: datetime) -> None:
    """Decide which new files are read as support packets. The caller saves them."""
    for file in files:
        name = file.name.lower()
        limit = MAX_JSON_BYTES if name.endswith(JSON_ENDING) else MAX_BYTES
        is_named = name.endswith((*ENDINGS, JSON_ENDING))
        if file.file and is_named and 0 < file.size <= limit:
            file.packet_due_at = at


def queue_packets(files: Iterable[Attachment]) -> None:
    """Queue the reading of the planned archives after the commit."""
    if any(file.packet_due_at for file in files):
        queue_once_after_commit(READ_PACKETS)


def list_due_packets() -> QuerySet[Attachment]:
    """Return the archives that wait to be read, or to be tried again."""
    return Attachment.objects.filter(packet_due_at__isnull=False)


def read_due_packet(*, desk_id: int, at: datetime) -> int:
    """Read the desk's most overdue archive. Return 0 if none is due."""
    due = list_due_packets().filter(desk_id=desk_id, packet_due_at__lte=at)
    oldest = due.order_by("packet_due_at", "pk").first()
    if oldest is None:
        return 0
    if not _claim(oldest, at=at):
        return 1
    try:
        with oldest.file.open("rb") as stored:
            content = stored.read()
    except OSError as error:  # the storage is away: the sweep tries again
        log.warning("packet_not_read", attachment=oldest.pk, error=str(error))
        return 1
    release_connection()
    _finish(oldest, read_content(content, is_archive=not _is_json(oldest)))
    return 1


def read_content(content: bytes, *, is_archive: bool = True) -> dict[str, Any]:
    """Return what Attachment.packet keeps: facts, a problem, or {} if it is no packet.

    is_archive: otherwise it is JSON, of which a broken one is no problem worth telling.
    """
    try:
        done = run_decoder(READER, content=content, seconds=MAX_SECONDS)
    except DecoderStoppedError:
        return {PROBLEM: PacketProblem.TOOK_TOO_LONG.value}
    if done.returncode == 0:
        found: dict[str, Any] = json.loads(done.stdout)
        return found
    problems = {TOO_LARGE: PacketProblem.TOO_LARGE, ENCRYPTED: PacketProblem.ENCRYPTED}
    problem = problems.get(done.returncode, PacketProblem.BROKEN)
    return {PROBLEM: problem.value} if is_archive else {}


def _is_json(file: Attachment) -> bool:
    return file.name.lower().endswith(JSON_ENDING)


def _claim(file: Attachment, *, at: datetime) -> bool:
    """Count the attempt. Return False if another worker has it, or none is left."""
    due = Attachment.objects.filter(pk=file.pk, packet_due_at__lte=at)
    if due.filter(packet_attempts__lt=MAX_ATTEMPTS).update(
        packet_attempts=F("packet_attempts") + 1, packet_due_at=at + PAUSE
    ):
        return True
    if due.update(packet_due_at=None, packet={PROBLEM: PacketProblem.TOOK_TOO_LONG.value}):
        log.error("packet_given_up", attachment=file.pk)
    return False


def _finish(file: Attachment, found: dict[str, Any]) -> None:
    """Store what was read, unless the file was removed meanwhile."""
    waiting = Attachment.objects.filter(pk=file.pk, packet_due_at__isnull=False)
    waiting.update(packet=found, packet_due_at=None)
