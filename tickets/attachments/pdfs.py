"""Pages of a PDF as pictures, so that nobody's browser opens the file itself.

Each page is drawn when it is looked at, by a process of its own with limits of CPU time and memory
(pdf_renderer.py). Nothing of it is kept. A web process draws few at a time, and few wait for that:
whoever asks for many pages at once takes neither all its threads nor its memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from threading import BoundedSemaphore

from django.core.files.storage import default_storage

from accounts.decoders import DecoderStoppedError, run_decoder
from accounts.tenancy import release_connection
from tickets.models import Attachment

ENDING = ".pdf"
MAX_BYTES = 50 * 1024 * 1024
MAX_PAGES = 30  # that are shown
MAX_SECONDS = 30  # on a busy machine; the process itself may use much less CPU time
MAX_AT_ONCE = 2  # of this process
MAX_IN_LINE = 6  # more requests of this process that wait, each in a thread
SECONDS_IN_LINE = 10
RENDERER = Path(__file__).with_name("pdf_renderer.py")
ENCRYPTED = 4  # exit code of the renderer
_slots = BoundedSemaphore(MAX_AT_ONCE)
_line = BoundedSemaphore(MAX_AT_ONCE + MAX_IN_LINE)


class PdfProblem(StrEnum):
    """Reasons why a PDF can't be shown."""

    TOO_LARGE = "too_large"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOOK_TOO_LONG = "took_too_long"
    BUSY = "busy"


class PdfError(Exception):
    """A PDF can't be shown. problem: why."""

    def __init__(self, problem: PdfProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Drawn:
    """count: of the document's pages. png: of the page that was asked for."""

    count: int
    png: bytes


def is_pdf(file: Attachment) -> bool:
    """Return True for a stored file whose name is one of a PDF."""
    return bool(file.file) and PurePosixPath(file.name.lower()).suffix == ENDING


def draw_page(file: Attachment, number: int) -> Drawn:
    """Draw a page, from 1. 0 only counts the pages.

    Raises PdfError, and FileNotFoundError if the file is missing from storage. The caller has
    checked that the person may have the file. Holds no transaction while the page is drawn.
    """
    if file.size > MAX_BYTES:
        raise PdfError(PdfProblem.TOO_LARGE)
    release_connection()
    with _take_turn(), default_storage.open(str(file.file.name)) as stored:
        return draw_content(stored.read(), number)


@contextmanager
def _take_turn() -> Iterator[None]:
    """Wait in line until a page may be drawn. Raises PdfError if that takes too long."""
    if not _line.acquire(blocking=False):
        raise PdfError(PdfProblem.BUSY)
    try:
        if not _slots.acquire(timeout=SECONDS_IN_LINE):
            raise PdfError(PdfProblem.BUSY)
        try:
            yield
        finally:
            _slots.release()
    finally:
        _line.release()


def draw_content(content: bytes, number: int) -> Drawn:
    """Draw a page of a PDF's content. Raises PdfError."""
    try:
        done = run_decoder(RENDERER, number, content=content, seconds=MAX_SECONDS)
    except DecoderStoppedError:
        raise PdfError(PdfProblem.TOOK_TOO_LONG) from None
    if done.returncode:
        is_locked = done.returncode == ENCRYPTED
        raise PdfError(PdfProblem.ENCRYPTED if is_locked else PdfProblem.BROKEN)
    count, _, png = done.stdout.partition(b"\n")
    return Drawn(int(count), png)
