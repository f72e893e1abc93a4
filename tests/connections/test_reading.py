"""Payloads are read by type, and nothing that can't be stored gets through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels_intake.connections import reading
from channels_intake.connections.contract import UnreadableError


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000, b'{"at": NaN}', b'{"at": -Infinity}'],
)
def test_what_is_no_object_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        reading.read_object(raw)


def test_parts_and_ids_of_the_wrong_type_are_missing() -> None:
    part = {"chat": [], "id": True, "text": 7, "list": {"a": 1}, "size": -1}
    for get in (reading.get_part, reading.get_id):
        with pytest.raises(UnreadableError):
            get(part, "chat")
    assert reading.find_id(part, "id") == ""
    assert reading.get_text(part, "text") == ""
    assert reading.list_parts(part, "list") == []
    assert reading.get_size(part, "size") == 0


def test_control_characters_and_lone_surrogates_are_left_out() -> None:
    part = reading.read_object(b'{"text": "a\\u0000b\\ud800\\r\\nc", "id": 12, "name": "A\\nB"}')
    assert reading.get_text(part, "text") == "ab\nc"
    assert reading.get_line(part, "name") == "A B"
    assert reading.get_id(part, "id") == "12"


def test_times_of_all_ways_of_writing() -> None:
    noon = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert reading.read_time("2026-11-26T12:00:00.000Z") == noon
    assert reading.read_unix_time(1795694400) == noon
    assert reading.read_unix_time("1795694400000", per_second=1000) == noon


@pytest.mark.parametrize("value", [None, "soon", "2026-11-26T12:00:00", "2026-13-26T12:00:00Z", {}])
def test_what_is_no_time_is_unreadable(value: object) -> None:
    for read in (reading.read_time, reading.read_unix_time):
        with pytest.raises(UnreadableError):
            read(value)
