"""The process that draws a page of an untrusted PDF: a separate program with hard limits.

Reads the file from stdin. The argument is the number of a page, from 1, or 0 for none. Writes the
number of pages as a line, and then the page as PNG. Exit codes: BROKEN, ENCRYPTED.

pdfs.py starts it. It imports nothing of ours: it has no settings, no secrets and no database.
PDFium is built without JavaScript here, and opens no file and no connection for a document.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys

from pypdfium2 import PdfDocument, PdfiumError, raw

BROKEN, ENCRYPTED = 3, 4  # exit codes
WIDTH, HEIGHT = 1400, 2400  # pixels, the most of a page
MAX_SCALE = 4.0  # of a small page, from 72 dots per inch
MAX_CPU_SECONDS = 8
MAX_MEMORY = 1024 * 1024 * 1024  # bytes of address space


def set_limits() -> None:
    """Limit this process for good and lower its priority."""
    os.nice(10)
    limits = [
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_AS, MAX_MEMORY),
    ]
    for limit, value in limits:
        with contextlib.suppress(ValueError, OSError):  # macOS doesn't limit the address space
            resource.setrlimit(limit, (value, value))


def draw(document: PdfDocument, number: int) -> bytes:
    """Return a page as PNG. Raises PdfiumError, and IndexError if there is no such page."""
    page = document[number - 1]
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(WIDTH / width, HEIGHT / height, MAX_SCALE)
    out = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(out, "PNG")
    return out.getvalue()


def main() -> int:
    """Run the program. Return its exit code."""
    set_limits()
    number = int(sys.argv[1])
    try:
        document = PdfDocument(sys.stdin.buffer.read())
        document.init_forms()  # so that what is filled in is drawn
        count = len(document)
        png = draw(document, number) if number else b""
    except PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return ENCRYPTED if is_locked else BROKEN
    except (IndexError, MemoryError, OSError, ValueError):
        return BROKEN
    sys.stdout.buffer.write(b"%d\n" % count + png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
