"""Split a raw email into its parts (RFC 2045, 2046) in one linear pass, at any depth.

The standard library's parser recurses once per level and compares every line with every open
boundary, so an email of 3,000 levels crashes it. Here the open boundaries are in a table, and each
line that starts with "--" is looked up once. Parts keep offsets into the raw bytes; nothing is
decoded before it is needed.
"""

import re
from dataclasses import dataclass, field

from channels_intake.mime.envelope import Limits
from channels_intake.mime.text import parse_parameters
from tickets.sentences.remarks import Remark, RemarkCode, make_remark

MAX_PART_HEADER_BYTES = 64 * 1024
MAX_HEADER_VALUE_BYTES = 100_000
MAX_DELIMITER_LINES = 100_000
MAX_BOUNDARY_BYTES = 250

_HEADER = re.compile(
    rb"([\x21-\x2c\x2e-\x39\x3b-\x7e][\x21-\x39\x3b-\x7e]*)"
    rb"[ \t]*:([^\n]*(?:\n[ \t][^\n]*){0,9999})(?:\n|\Z)"
)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}")

HeaderList = list[tuple[str, str]]


@dataclass(slots=True, eq=False)
class Part:
    """One part: its headers, its type, and the offsets of its body in the raw bytes."""

    headers: HeaderList
    content_type: str
    parameters: dict[str, str]
    start: int
    end: int
    parent: "Part | None" = None
    alternative: "Part | None" = None

    def header(self, name: str) -> str:
        """Return the first value of a header, or "". name: in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(slots=True)
class Tree:
    """The root, the leaves in order, and what was odd."""

    root: Part
    leaves: list[Part] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)


def split_headers(raw: bytes, start: int, max_bytes: int) -> tuple[HeaderList, int, bool]:
    """Read headers from `start`. Return them unfolded, the body's offset, and if some were cut.

    Bytes that are not UTF-8 are kept as surrogates. The first line that isn't a header starts the
    body.
    """
    headers: HeaderList = []
    position = start
    while found := _HEADER.match(raw, position):
        position = found.end()
        value = _FOLD.sub(b"", found[2][:MAX_HEADER_VALUE_BYTES]).strip()
        headers.append((found[1].decode("ascii"), value.decode("utf-8", "surrogateescape")))
        if position - start > max_bytes:
            blank = _BLANK_LINE.search(raw, position - 1)
            return headers, blank.end() if blank else len(raw), True
    if raw.startswith(b"\r\n", position):
        return headers, position + 2, False
    return headers, position + raw.startswith(b"\n", position), False


def read_tree(raw: bytes, limits: Limits) -> Tree:
    """Split an email into its leaves. Never raises: what has no structure stays text."""
    start = raw.index(b"\n") + 1 if raw.startswith((b"From ", b">From ")) and b"\n" in raw else 0
    headers, body, cut = split_headers(raw, start, limits.max_header_bytes)
    root = _make_part(headers, body, None)
    tree = Tree(root)
    if cut:
        tree.notes.append(make_remark(RemarkCode.HEADERS_CUT))
    _Splitter(raw, tree, limits).run()
    return tree


def _make_part(headers: HeaderList, start: int, parent: Part | None) -> Part:
    part = Part(headers, "", {}, start, start, parent)
    value = part.header("content-type")
    content_type, part.parameters = parse_parameters(value)
    digest = parent is not None and parent.content_type == "multipart/digest"
    default = "message/rfc822" if digest else "text/plain"
    part.content_type = content_type if _TYPE.fullmatch(content_type) else default
    if parent is not None:
        is_choice = parent.content_type == "multipart/alternative"
        part.alternative = parent.alternative or (parent if is_choice else None)
    return part


class _Splitter:
    """The pass over the raw bytes, with a stack of open containers and a table of boundaries."""

    def __init__(self, raw: bytes, tree: Tree, limits: Limits) -> None:
        self.raw = raw
        self.tree = tree
        self.limits = limits
        self.open: list[tuple[Part, bytes]] = []
        self.levels: dict[bytes, int] = {}
        self.leaf: Part | None = None
        self.parts = 0

    def run(self) -> None:
        """Visit every line that starts with "--" once. A delimiter starts a part."""
        self._enter(self.tree.root)
        lines = 0
        position = self.tree.root.start - 1
        while self.open and (position := self._find_dashes(position)) >= 0:
            lines += 1
            if lines > MAX_DELIMITER_LINES or self.parts >= self.limits.max_parts:
                self.tree.notes.append(make_remark(RemarkCode.PARTS_CUT))
                self._end_leaf(position)
                return
            position = self._read_line(position)
        self._end_leaf(len(self.raw))

    def _find_dashes(self, position: int) -> int:
        """Return the offset of the next line that starts with "--", or -1."""
        if position < 0 and self.raw.startswith(b"--"):
            return 0
        found = self.raw.find(b"\n--", max(position, 0))
        return found + 1 if found >= 0 else -1

    def _read_line(self, position: int) -> int:
        """Act on the line at `position` if it is a delimiter. Return where to continue."""
        line = (
            self.raw[position + 2 : position + 2 + MAX_BOUNDARY_BYTES].partition(b"\n")[0].rstrip()
        )
        closing = line not in self.levels and line.endswith(b"--")
        level = self.levels.get(line[:-2] if closing else line)
        if level is None:
            return position + 1
        if not closing and self.leaf is self.open[level][0]:
            self.leaf = None  # the preamble of a container is not text of the email
        self._end_leaf(position)
        # The outermost stays open, so that parts after a misplaced end are still read.
        self._close_above(level if closing and level else level + 1)
        return position + 1 if closing else self._start_part(position)

    def _start_part(self, position: int) -> int:
        line_end = self.raw.find(b"\n", position)
        start = line_end + 1 if line_end >= 0 else len(self.raw)
        headers, body, _ = split_headers(self.raw, start, MAX_PART_HEADER_BYTES)
        self._enter(_make_part(headers, body, self.open[-1][0]))
        return max(body - 1, position + 1)

    def _enter(self, part: Part) -> None:
        """Open a part. A container is a leaf too for now: without delimiters its body is text."""
        self.parts += 1
        self.leaf = part
        boundary = part.parameters.get("boundary", "").encode("utf-8", "surrogateescape").rstrip()
        fits = 0 < len(boundary) <= MAX_BOUNDARY_BYTES - 2 and boundary not in self.levels
        if part.content_type.startswith("multipart/") and fits:
            self.levels[boundary] = len(self.open)
            self.open.append((part, boundary))

    def _close_above(self, level: int) -> None:
        for _, boundary in self.open[level:]:
            del self.levels[boundary]
        del self.open[level:]

    def _end_leaf(self, position: int) -> None:
        """End the open leaf. The line break before a delimiter belongs to the delimiter."""
        if self.leaf is None:
            return
        end = position - self.raw.endswith(b"\n", 0, position)
        end -= self.raw.endswith(b"\r", 0, end)
        self.leaf.end = max(self.leaf.start, end)
        self.tree.leaves.append(self.leaf)
        self.leaf = None
