"""What is too large is reported, and read neither whole nor into memory at once (M38)."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from typing import IO, Any

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tests.exchange.helpers import import_lines, list_problems
from tests.exchange.test_importing import PEOPLE, TICKET
from tickets.exchange import slices, staging
from tickets.exchange.problems import describe_problem
from tickets.exchange.readers import READERS
from tickets.exchange.source_file import SourceFile
from tickets.exchange.sources import json_files
from tickets.exchange.sources.faults import Fault
from tickets.models import ImportProblem, Message, Ticket

MB = 1_000_000
PART = b'All of it and {more} of [it, \\" and \\\\ ' * 1_000


class LongFile(io.RawIOBase):
    """A file of which only what is read exists: a start, much of the same, and an end."""

    def __init__(self, start: bytes, parts: int, end: bytes) -> None:
        self._start, self._parts, self._end = start, parts, end
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        assert (offset, whence) == (0, io.SEEK_SET)
        self._waiting, self._rest, self._place = self._yield(), b"", 0
        return 0

    def _yield(self) -> Iterator[bytes]:
        yield self._start
        for _ in range(self._parts):
            yield PART
        yield self._end

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._waiting, b"")
        given, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(given)] = given
        self._place += len(given)
        return len(given)


def measure_peak(read: Iterator[Any]) -> tuple[list[Any], int]:
    tracemalloc.start()
    try:
        return list(read), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_giant_line_is_left_out_without_being_kept() -> None:
    tag = b'\n{"kind": "tag", "id": 2, "name": "vip"}\n'
    long = LongFile(b'{"kind": "message", "id": 1, "text": "', 100 * MB // len(PART), b'"}' + tag)
    found, peak = measure_peak(READERS["neutral"](SourceFile(_open(long), "a.ndjson")))
    assert [getattr(each, "code", "") or each["id"] for each in found] == ["too_long_line", 2]
    assert peak < 25 * MB  # a line may have 4 MB


def test_a_giant_object_of_a_list_is_skipped_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_files, "MAX_ITEM", MB)
    start = b'{"tickets": [{"id": 1}, {"id": 2, "comments": [{"body": "'
    end = b'"}], "more": [{}, "]"]}, {"id": 3}], "count": 3}'
    long = LongFile(start, 50 * MB // len(PART), end)
    found, peak = measure_peak(json_files.read_json(_open(long)))
    assert [each if isinstance(each, Fault) else each.value["id"] for each in found] == [
        1, Fault("too_large", data={"limit": "1"}), 3,
    ]  # fmt: skip
    assert peak < 8 * MB


def test_a_giant_document_is_read_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "MAX_ITEM", MB)
    start = b'{"data": {"tickets": [{"id": 1}], "text": "'
    end = b'", "users": [{"id": 2}]}, "count": 3}'
    long = LongFile(start, 50 * MB // len(PART), end)
    found, peak = measure_peak(json_files.read_json(_open(long)))
    assert [each if isinstance(each, Fault) else each.value for each in found] == [
        {"id": 1}, Fault("too_large", data={"limit": "1"}), {"id": 2}, {"count": 3},
    ]  # fmt: skip
    assert peak < 8 * MB
    deep = LongFile(b'{"a": ' * 9 + b'"', 5 * MB // len(PART), b'"' + b"}" * 9)
    found, _peak = measure_peak(json_files.read_json(_open(deep)))
    assert found == [Fault("too_large", data={"limit": "1"})]


def test_an_object_that_never_ends_ends_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "MAX_ITEM", 1_000)
    for end in (b"", b"\\", b'"', b'"}'):
        found = list(json_files.read_json(_open(LongFile(b'[{"id": 1, "x": "', 90, end))))
        assert [each.code for each in found if isinstance(each, Fault)][-1:] == ["broken_file"]


def test_what_is_in_memory_at_once_is_bounded_in_whatever_part_of_a_record_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(staging, "MAX_CHARS", 10_000)
    long: list[dict[str, Any]] = [
        {"text": "x" * 1_000}, {"x" * 1_000: 1}, {"n": [10**1_000]}, {"n": {"x" * 1_000: []}}
    ]  # fmt: skip
    for part in long:
        records = iter([{"kind": "tag", "id": number, **part} for number in range(1, 100)])
        assert len(staging._take(records, 100)) < 12, part
    deep = {"kind": "tag", "id": 1, "text": [[[[[[["never stored"]]]]]]]}
    [[problem]] = staging._take(iter([deep]), 100)
    assert "never" not in repr(problem)


def test_a_giant_ticket_is_imported_up_to_the_limit_and_the_others_whole(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "MAX_BYTES", 5_000)
    monkeypatch.setattr(slices, "MAX_TICKET_BYTES", 12_000)
    lines = [
        *PEOPLE, TICKET | {"id": 1, "number": "1"},
        *(_make_message(n, ticket=2) for n in range(30)),
        TICKET | {"id": 2, "number": "2"}, TICKET | {"id": 3, "number": "3"},
        *(_make_message(n, ticket=3) for n in range(100, 103)),
    ]  # fmt: skip
    run = import_lines(in_rocket, *lines)
    assert Ticket.objects.count() == 3
    texts = list(Message.objects.order_by("pk").values_list("body_text", flat=True))
    numbers = [int(text.split()[0]) for text in texts]
    kept = len(numbers) - 3
    assert 8 <= kept < 12
    assert sorted(numbers) == [*range(kept), 100, 101, 102]
    refused = [("message", str(n), "ticket_too_large") for n in range(kept, 30)]
    assert list_problems(run) == refused
    assert run.handled == run.was_read
    with override("en"):
        said = describe_problem(ImportProblem.objects.filter(run=run)[0])
    assert said.startswith("The ticket's records are larger than ")
    again = import_lines(in_rocket, *lines)
    assert (Message.objects.count(), list_problems(again)) == (len(texts), refused)
    assert again.counts["ticket"] == {"unchanged": 3}


def _make_message(number: int, *, ticket: int) -> dict[str, Any]:
    return {"kind": "message", "id": number, "ticket": ticket, "contact": 31,
            "text": f"{number} " + "x" * 1_000, "created_at": "2024-03-01T09:00:00Z"}  # fmt: skip


def _open(file: LongFile) -> IO[bytes]:
    return io.BufferedReader(file)
