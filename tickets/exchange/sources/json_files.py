"""Objects of JSON files and JSON lines, read as streams.

What can't be read is told as a `Fault` in its place, and reading goes on where that is possible.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from tickets.exchange.sources.faults import Fault, find_encoding

MAX_ITEM = 64_000_000  # characters of one object, with all that is in it
MAX_DEPTH = 3  # of objects that are read part by part
CHUNK = 256 * 1024
_BLANK = " \t\r\n"
_SIGN = re.compile(r'\\.?|["\[\]{}]', re.DOTALL)  # what ends a value; in texts, escaped or not


@dataclass(frozen=True, slots=True)
class Item:
    """An object of a JSON file. key: of the list that it is in, "" outside of any."""

    key: str
    value: dict[str, Any]
    line: int = 0


def read_json(file: IO[bytes]) -> Iterator[Item | Fault]:
    """Yield the objects of JSON lines, of a JSON list, or of one JSON document.

    An object without an ID is a page of an API: {"tickets": [{..}, {..}], "end_time": 1} gives the
    two tickets, and {"ticket": {..}} gives one. Nothing else is kept in memory.
    """
    first = file.readline(MAX_ITEM)
    encoding, skipped = find_encoding(first)
    head = [first[skipped:], file.readline(MAX_ITEM) if first.endswith(b"\n") else b""]
    if encoding == "utf-8" and _are_lines(head):
        yield from _read_json_lines(chain(head, iter(lambda: file.readline(MAX_ITEM), b"")))
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield from _Document(b"".join(head), file, decoder).read()


def _are_lines(head: list[bytes]) -> bool:
    """Return True if one of the first two lines is an object, and they aren't those of a list."""
    return not head[0].lstrip().startswith(b"[") and any(
        isinstance(_parse(line), dict) for line in head if line.endswith(b"\n")
    )


def _parse(line: bytes) -> Any:
    """Return the value of a JSON text, or a Fault."""
    try:
        return json.loads(line.decode(), parse_constant=_refuse_constant)
    except RecursionError:
        return Fault("too_deep")
    except ValueError:
        return Fault("not_json")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _read_json_lines(lines: Iterable[bytes]) -> Iterator[Item | Fault]:
    number, is_cut = 0, False
    for line in lines:
        was_cut, is_cut = is_cut, len(line) >= MAX_ITEM and not line.endswith(b"\n")
        if was_cut or not line.strip():  # the rest of a line that was too long, or a blank one
            number += not was_cut
            continue
        number += 1
        if is_cut:
            yield Fault("too_long_line", number)
            continue
        value = _parse(line)
        if isinstance(value, Fault):
            yield Fault(value.code, number, value.data)
        elif isinstance(value, dict):
            yield from _unfold(value, number)
        else:
            yield Fault("not_an_object", number)


def _unfold(value: dict[str, Any], line: int = 0) -> Iterator[Item]:
    """Yield an object, or what is in it if it is a page of an API."""
    if "id" in value:
        yield Item("", value, line)
        return
    inner = [(key, each) for key, found in value.items() for each in _list(found)]
    if not inner:
        yield Item("", value, line)
    for key, each in inner:
        if isinstance(each, dict):
            yield Item(key, each, line)


def _unwrap(key: str, value: dict[str, Any]) -> Item:
    """Return an object of a list; of {"helpdesk_ticket": {..}} the inner one."""
    if len(value) == 1:
        [(name, inner)] = value.items()
        if isinstance(inner, dict):
            return Item(name, inner)
    return Item(key, value)


def _list(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


class TooLargeError(ValueError):
    """An object is larger than MAX_ITEM."""


class _Document:
    """Reads one JSON document object by object, so that only one of them is in memory."""

    def __init__(self, start: bytes, file: IO[bytes], decoder: codecs.IncrementalDecoder) -> None:
        self._file, self._decoder = file, decoder
        self._text, self._at, self._is_whole = decoder.decode(start), 0, False
        self._json = json.JSONDecoder(parse_constant=_refuse_constant)

    def read(self) -> Iterator[Item | Fault]:
        """Yield the objects; a Fault ends the document."""
        try:
            yield from self._read_value()
        except RecursionError:
            yield Fault("broken_file", data={"text": "it is nested too deeply"})
        except TooLargeError:
            yield Fault("broken_file", data={"text": "an object in it is larger than 64 MB"})
        except ValueError as error:
            yield Fault("broken_file", data={"text": str(error)})

    def _read_value(self) -> Iterator[Item | Fault]:
        char = self._peek()
        if char == "[":
            yield from self._read_list("")
        elif char == "{":
            yield from self._read_object()
        elif char:
            raise ValueError("it begins with neither { nor [")
        if char and self._peek():
            raise ValueError("something follows its end")

    def _read_list(self, key: str) -> Iterator[Item | Fault]:
        self._expect("[")
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            try:
                value = self._decode()
            except TooLargeError:
                self._skip()
                value = None
                yield Fault("too_large", data={"limit": str(MAX_ITEM // 1_000_000)})
            if isinstance(value, dict):
                yield _unwrap(key, value)
            if self._expect(",]") == "]":
                return

    def _read_object(self, depth: int = 0) -> Iterator[Item | Fault]:
        """Yield the objects of the lists of an object, then the rest of it."""
        self._expect("{")
        rest: dict[str, Any] = {}
        was_page = False
        while self._peek() != "}":
            key = str(self._decode())
            self._expect(":")
            if self._peek() == "[" and "id" not in rest:
                was_page = True
                yield from self._read_list(key)
            else:
                yield from self._read_member(rest, key, depth)
            if self._peek() != "}":
                self._expect(",")
        self._at += 1
        if not was_page and rest:
            yield from _unfold(rest)

    def _read_member(self, into: dict[str, Any], key: str, depth: int) -> Iterator[Item | Fault]:
        """Keep the value that begins here. An object that is too large is read part by part."""
        try:
            into[key] = self._decode()
        except TooLargeError:
            if self._peek() == "{" and depth < MAX_DEPTH:
                yield from self._read_object(depth + 1)
            else:
                self._skip()
                yield Fault("too_large", data={"limit": str(MAX_ITEM // 1_000_000)})

    def _decode(self) -> Any:
        """Return the value that begins here, reading more until it is whole."""
        self._peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if self._is_whole or not self._load():
                    raise
                continue
            if end == len(self._text) and not self._is_whole:
                self._load()  # a number may go on
                continue
            self._at = end
            return value

    def _skip(self) -> None:
        """Go to the end of the value that begins here, and keep nothing of it."""
        depth, in_text = 0, False
        while True:
            end = len(self._text)
            for found in _SIGN.finditer(self._text, self._at):
                sign = found[0]
                if sign == "\\":  # what it escapes hasn't been read yet
                    end = found.start()
                elif sign == '"':
                    in_text = not in_text
                elif not in_text and sign in "[]{}":
                    depth += 1 if sign in "[{" else -1
                if sign in '"]}' and not depth and not in_text:
                    self._at = found.end()
                    return
            self._at = end
            if not self._load():
                raise ValueError("an object in it doesn't end")

    def _expect(self, allowed: str) -> str:
        char = self._peek()
        if not char or char not in allowed:
            raise ValueError(f"{allowed[0]} is missing")
        self._at += 1
        return char

    def _peek(self) -> str:
        """Return the next character that isn't blank, or "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._load():
                return ""

    def _load(self) -> bool:
        """Read as much again as there is, so that a long object is parsed a few times only."""
        if self._is_whole:
            return False
        kept = self._text[self._at :]
        if len(kept) > MAX_ITEM:
            raise TooLargeError
        data = self._file.read(max(CHUNK, len(kept)))
        self._is_whole = not data
        self._text, self._at = kept + self._decoder.decode(data, final=not data), 0
        return True
