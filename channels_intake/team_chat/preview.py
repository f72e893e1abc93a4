"""A message taken apart as its chat shows it: links, mentions and emphasis. Pure.

Only what rules and facts can contain is known here, not all of a chat's markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from channels_intake.models import ChatKind


class PieceKind(StrEnum):
    """How a piece of a message looks."""

    TEXT = "text"
    LINK = "link"
    MENTION = "mention"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a message. url: of a link."""

    kind: PieceKind
    text: str
    url: str = ""


_MARKDOWN = re.compile(
    r"\[(?P<label>[^\]\n]+)\]\((?P<url>https?://[^)\s]+)\)"
    r"|(?<![\w@])@(?P<mention>[A-Za-z0-9][\w.-]*)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?=\S)(?P<emphasis>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|`(?P<code>[^`\n]+)`"
)
_SLACK = re.compile(
    r"<(?P<url>https?://[^|>\s]+)\|(?P<label>[^>\n]+)>"
    r"|<@(?P<mention>\w+)>"
    r"|(?<![\w*])\*(?=\S)(?P<strong>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<!\w)_(?=\S)(?P<emphasis>[^_\n]+)(?<=\S)_(?!\w)"
    r"|`(?P<code>[^`\n]+)`"
)


def split_message(kind: str, text: str) -> list[Piece]:
    """Return the pieces of a message, in order."""
    pattern = _SLACK if kind == ChatKind.SLACK else _MARKDOWN
    pieces = _split(pattern, text)
    if kind != ChatKind.SLACK:
        return list(pieces)
    return [Piece(piece.kind, _unescape(piece.text), piece.url) for piece in pieces]


def _split(pattern: re.Pattern[str], text: str) -> Iterator[Piece]:
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            yield Piece(PieceKind.TEXT, text[end : found.start()])
        yield _read(found)
        end = found.end()
    if end < len(text):
        yield Piece(PieceKind.TEXT, text[end:])


def _read(found: re.Match[str]) -> Piece:
    if label := found["label"]:
        return Piece(PieceKind.LINK, label, found["url"])
    if name := found["mention"]:
        return Piece(PieceKind.MENTION, f"@{name}")
    for kind in (PieceKind.STRONG, PieceKind.EMPHASIS):
        if words := found[kind.value]:
            return Piece(kind, words)
    return Piece(PieceKind.CODE, found["code"])


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
