"""Previews of images: planned when a file arrives, made later, one at a time.

Planning reads the size of an image, never its pixels, so it costs a web process or a transaction
nothing. Each message has a budget of pixels; an image beyond it stays a file without a preview.
Making counts the attempt first, in a transaction of its own, so that an image that kills its worker
is counted too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.core.files.storage import default_storage
from django.db.models import F, Q, QuerySet, Sum

from accounts.pictures.headers import read_size
from accounts.pictures.images import MAX_PIXELS, PictureError, PictureProblem, encode_png
from accounts.tenancy import release_connection
from tickets.attachments.storage import store_file
from tickets.models import Attachment
from tickets.queueing import Queue, TaskName, queue_once_after_commit

log = structlog.get_logger(__name__)

MAKE_PREVIEWS = TaskName("tickets.tasks.sweep_previews", queue=Queue.BULK)

MAX_SIDE = 1600  # pixels
MAX_PIXELS_OF_MESSAGE = 100_000_000  # about three seconds of CPU
MIN_COST = 1_000_000  # pixels charged for any image: a process is started for it
MAX_ATTEMPTS = 3
PAUSE = timedelta(minutes=5)  # longer than the task may take


class PreviewProblem(StrEnum):
    """Why an image has no preview. The first three are those of accounts.pictures."""

    TOO_LARGE = PictureProblem.TOO_LARGE.value
    UNREADABLE = PictureProblem.UNREADABLE.value
    TOOK_TOO_LONG = PictureProblem.TOOK_TOO_LONG.value
    TOO_MANY = "too_many"
    GIVEN_UP = "given_up"


def plan_previews(files: Sequence[tuple[Attachment, bytes]], *, at: datetime) -> None:
    """Decide which new files of one message or note get a preview.

    The caller saves them. A file that isn't stored gets none until it is.
    """
    left = MAX_PIXELS_OF_MESSAGE - _count_planned(files[0][0]) if files else 0
    for attachment, content in files:
        size = read_size(content) if attachment.file else None
        if size is None:
            continue
        pixels = size[0] * size[1]
        cost = max(pixels, MIN_COST)
        if pixels > MAX_PIXELS:
            attachment.preview_problem = PreviewProblem.TOO_LARGE
        elif cost > left:
            attachment.preview_problem = PreviewProblem.TOO_MANY
        else:
            left -= cost
            attachment.preview_pixels, attachment.preview_due_at = pixels, at


def _count_planned(attachment: Attachment) -> int:
    """Return the pixels of the message or note that are planned already."""
    if attachment.pk is None:
        return 0
    parent = Q(
        message=attachment.message_id,
        note=attachment.note_id,
        side_message=attachment.side_message_id,
    )
    planned = Attachment.objects.filter(parent, preview_pixels__gt=0)
    return int(planned.aggregate(pixels=Sum("preview_pixels"))["pixels"] or 0)


def list_due_previews() -> QuerySet[Attachment]:
    """Return the files whose preview waits to be made, or to be tried again."""
    return Attachment.objects.filter(preview_due_at__isnull=False)


def queue_previews(attachments: Iterable[Attachment]) -> None:
    """Queue the planned previews after the commit."""
    if any(attachment.is_preview_due for attachment in attachments):
        queue_once_after_commit(MAKE_PREVIEWS)


def make_due_preview(*, desk_id: int, at: datetime) -> int:
    """Try the desk's most overdue preview. Return 0 if none is due."""
    due = list_due_previews().filter(desk_id=desk_id, preview_due_at__lte=at)
    oldest = due.order_by("preview_due_at", "pk").values_list("pk", flat=True).first()
    if oldest is None:
        return 0
    make_preview(attachment_id=oldest, at=at)
    return 1


def make_preview(*, attachment_id: int, at: datetime) -> bool:
    """Make the preview of a file of the entered desk, if it is due. Return True if it is made.

    Holds no transaction while the image is decoded.
    """
    attachment = _claim(attachment_id, at=at)
    if attachment is None:
        return False
    try:
        with attachment.file.open("rb") as stored:
            content = stored.read()
        release_connection()
        png = encode_png(
            content, width=MAX_SIDE, height=MAX_SIDE, max_pixels=attachment.preview_pixels
        )
    except PictureError as error:
        _finish(attachment, problem=error.problem.value)
        return False
    except OSError as error:  # the storage or the system has no room: the sweep tries again
        log.warning("preview_not_made", attachment=attachment_id, error=str(error))
        return False
    name = store_file(png, desk_id=attachment.desk_id)
    if name and not _finish(attachment, preview=name):
        default_storage.delete(name)  # erased meanwhile, or made by another worker
        return False
    return bool(name)


def _claim(attachment_id: int, *, at: datetime) -> Attachment | None:
    """Count the attempt. Return None if the preview is not due or has used up its attempts."""
    due = Attachment.objects.filter(pk=attachment_id, preview_due_at__lte=at)
    if due.filter(preview_attempts__lt=MAX_ATTEMPTS).update(
        preview_attempts=F("preview_attempts") + 1, preview_due_at=at + PAUSE
    ):
        return Attachment.objects.filter(pk=attachment_id).first()
    if due.update(preview_due_at=None, preview_problem=PreviewProblem.GIVEN_UP):
        log.error("preview_given_up", attachment=attachment_id)
    return None


def _finish(attachment: Attachment, *, preview: str = "", problem: str = "") -> bool:
    """Store how an attempt ended. Return False if there is nothing to store it with."""
    if problem:
        log.warning("preview_refused", attachment=attachment.pk, problem=problem)
    waiting = Attachment.objects.filter(pk=attachment.pk, preview_due_at__isnull=False)
    return bool(waiting.update(preview=preview, preview_due_at=None, preview_problem=problem))
