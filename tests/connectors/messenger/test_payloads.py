"""What a visitor wrote, stored and read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels_intake.connections.contract import UnreadableError
from channels_intake.connectors.messenger.payloads import (
    Written,
    is_message_id,
    pack,
    read_content,
    unpack,
)
from channels_intake.connectors.messenger.visitors import Visitor
from tickets.attachments.files import NewFile

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
VISITOR = Visitor("user-42", "Ann", "ann@acme.example")


def test_a_message_comes_back_as_it_was_written() -> None:
    files = (NewFile("a.txt", "text/plain", b"hello"), NewFile("empty", "", b""))
    written = Written(VISITOR, "m1", "<b>Hi</b> 👋", "de", "x@y.example", "https://a.b/c", files)
    item = unpack(pack(written, at=AT).raw, scope="7")
    assert (item.external_id, item.conversation_id) == ("user-42/m1", "user-42")
    assert (item.person.external_id, item.person.scope) == ("user-42", "7")
    assert (item.person.name, item.person.email) == ("Ann", "ann@acme.example")
    assert (item.text, item.language, item.at) == ("<b>Hi</b> 👋", "de", AT)
    assert item.data == {"claimed_email": "x@y.example", "page": "https://a.b/c"}
    assert [(f.name, f.size, read_content(f)) for f in item.files] == [
        ("a.txt", 5, b"hello"),
        ("empty", 0, b""),
    ]


def test_a_repeated_message_is_the_same_event() -> None:
    first, second = (pack(Written(VISITOR, "m1", text), at=AT) for text in ("a", "b"))
    assert first.event_id == second.event_id == "user-42/m1"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b'{"id": 1, "visitor": 3}'])
def test_what_is_no_message_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        unpack(raw, scope="7")


def test_a_browser_chooses_a_uuid() -> None:
    assert is_message_id("0190f2b0-1111-4222-8333-444455556666")
    assert not any(map(is_message_id, ["", "a/b/c-d-e-f", "x" * 36, "ab", "A" * 36 + "1"]))
