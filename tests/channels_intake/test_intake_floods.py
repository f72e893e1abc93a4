"""Small emails that try to cost much: each is read whole, with little CPU time and few statements.

The slowest takes fifty units of CPU (tests/effort.py).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState
from tests.cast import Cast
from tests.effort import spend_at_most
from tests.tickets.test_previews import bomb
from tickets.models import Attachment, Message

HEAD = (
    b"Authentication-Results: mx.tests.example; dmarc=pass header.from=acme.example\r\n"
    b"From: customer@acme.example\r\nSubject: Help\r\nMessage-ID: <flood@acme.example>\r\n"
    b"MIME-Version: 1.0\r\n"
)
TO = b"To: support@rocket.example\r\n"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MEGABYTE = 1_000_000
MAX_EFFORT = 500
MAX_STATEMENTS = 150


def multipart(part: bytes, count: int) -> bytes:
    parts = b"".join(b"--b\r\n" + part + b"\r\n" for _ in range(count))
    return TO + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


def nested(levels: int) -> bytes:
    opened = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level)
        for level in range(1, levels)
    )
    first = TO + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    return first + opened + b"--b%d\r\n\r\nhello" % (levels - 1)


def attachment(content: bytes, kind: bytes) -> bytes:
    return (
        b"Content-Type: " + kind + b"\r\nContent-Disposition: attachment; filename=a\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + content
    )


FLOODS: dict[str, Callable[[], bytes]] = {
    "a line of a megabyte": lambda: TO + TEXT + b"> " * (MEGABYTE // 2),
    "lines that may introduce a quote": lambda: (
        TO + TEXT + b"On Mon, 1 Jan 2026 at 10:00\n" * (MEGABYTE // 28)
    ),
    "blocks that may be an earlier email": lambda: (
        TO + TEXT + b"From: a\nSent: b\nTo: c\nSubject: d\n\n" * (MEGABYTE // 34)
    ),
    "elements within elements": lambda: TO + HTML + b"<div><b><i>" * (MEGABYTE // 11),
    "blockquotes within blockquotes": lambda: TO + HTML + b"<blockquote>" * (MEGABYTE // 12),
    "comments that never end": lambda: TO + HTML + b"<!--" * (MEGABYTE // 4),
    "parts within parts": lambda: nested(10_000),
    "messages within messages": lambda: (
        TO + b"Content-Type: message/rfc822\r\n\r\n" * 30_000 + b"hello"
    ),
    "100,000 headers": lambda: (
        TO + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + TEXT + b"hello"
    ),
    "100,000 recipients": lambda: (
        TO + b"Cc: " + b", ".join(b"u%d@x.example" % n for n in range(100_000)) + b"\r\n" + TEXT
    ),
    "20,000 reply addresses": lambda: (
        b"To: support@rocket.example, "
        + b", ".join(b"support+%020d@rocket.example" % n for n in range(20_000))
        + b"\r\n"
        + TEXT
        + b"hello"
    ),
    "100,000 references": lambda: (
        TO + b"References: " + b" ".join(b"<%d@x>" % n for n in range(100_000)) + b"\r\n" + TEXT
    ),
    "10,000 files": lambda: multipart(attachment(b"x", b"application/pdf"), 10_000),
    "10,000 texts": lambda: multipart(TEXT + b"x", 10_000),
    "100 images of 24 megapixels": lambda: multipart(attachment(bomb(), b"image/webp"), 100),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_in_one_email_costs_little(
    flood: Callable[[], bytes], rocket: Cast, take_in: Callable[..., InboundMessage]
) -> None:
    raw = HEAD + flood()
    with CaptureQueriesContext(connection) as asked, spend_at_most(MAX_EFFORT):
        inbound = take_in(raw)
    assert inbound.state == InboundState.PROCESSED, inbound.explanation
    assert len(asked) < MAX_STATEMENTS
    with desk_scope(rocket.desk):
        assert Message.objects.count() == 1


def test_most_images_of_a_flood_are_files_without_a_preview(
    rocket: Cast, take_in: Callable[..., InboundMessage]
) -> None:
    take_in(HEAD + FLOODS["100 images of 24 megapixels"]())
    with desk_scope(rocket.desk):
        files = Attachment.objects.all()
        assert all(file.file for file in files)
        planned = [file.preview_pixels for file in files if file.is_preview_due]
    assert len(files) == 100
    assert sum(planned) <= 100_000_000
    assert len(planned) == 4
