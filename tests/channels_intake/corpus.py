"""Replies as mail programs write them, with the lines of the person and those of the earlier mail.

replies/text.txt and replies/html.txt hold one case after another. "[[earlier]]" begins what the
program quoted, "[[reply]]" what the person wrote. Right is everything but the final quote.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "replies"

_CASE = re.compile(r"^===== (.+)\n", re.MULTILINE)
_MARK = re.compile(r"\[\[(earlier|reply)\]\]\n?")


@dataclass(frozen=True)
class Case:
    """An email's body. shown: what readers should see of it. own: what the person wrote."""

    name: str
    subject: str
    body: str
    shown: str
    own: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def read_cases(file: str) -> list[Case]:
    """Return the cases of a file, in its order."""
    _, *pieces = _CASE.split((FOLDER / file).read_text(encoding="utf-8"))
    return [_make(*pair) for pair in zip(pieces[::2], pieces[1::2], strict=True)]


def squeeze(text: str) -> str:
    """Return a text without the spaces and empty lines that no reader misses."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def list_lost_lines(own: Iterable[str], shown: str) -> list[str]:
    """Return the lines that a person wrote and that readers don't see."""
    seen = set(squeeze(shown).splitlines())
    return [line for text in own for line in squeeze(text).splitlines() if line not in seen]


def _make(title: str, source: str) -> Case:
    name, _, subject = title.partition(" | ")
    first, *rest = _MARK.split(source)
    pieces = [("reply", first), *zip(rest[::2], rest[1::2], strict=True)]
    if not pieces[0][1].strip():
        pieces.pop(0)
    own = tuple(text for kind, text in pieces if kind == "reply")
    kept = pieces[:-1] if pieces[-1][0] == "earlier" else pieces
    return Case(
        name=name,
        subject=subject or "Re: [RC-1042] Import stops",
        body="".join(text for _, text in pieces),
        shown="".join(text for _, text in kept),
        own=own,
    )
