"""The line above a quoted mail: "On …, … wrote:", in the languages of quote_phrases.py."""

import re
from collections.abc import Sequence

from channels_intake.mime.quote_phrases import (
    CLOSED_INTRO,
    DATE_AND_SENDER,
    INTRO,
    INTRO_IN_LINE,
    INTRO_START,
    QUOTING,
    SENDER_AT_END,
    SENDER_NEAR_END,
    SENDER_THEN_TIME,
    YEAR_AND_TIME,
    YEAR_OR_ADDRESS,
)

MAX_LINE_CHARS = 400
MAX_INTRO_LINES = 4
MAX_INTRO_CHARS = 500
MAX_ENDING_CHARS = 160

INTRO_ENDS = (":", "：")

_CLOCK_TIME = re.compile(r"\d{1,2}\s?[:h.：時点시]\s?\d{2}")
_DATE = re.compile(rf"\d{{4}}|{_CLOCK_TIME.pattern}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_DASHED = re.compile(r"-{3,}\s*([^-\s].*[^-\s])\s*-{3,}")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―─", "-"))


def clean_line(line: str) -> str:
    """Return the start of a line without marks of direction, which surround names in Hebrew.

    All dashes are "-". QQ leaves entities in its text.
    """
    head = line[:MAX_LINE_CHARS].replace("&nbsp;", " ").strip()
    return head if head.isascii() else _INVISIBLE.sub("", head).translate(_DASHES).strip()


def is_intro(lines: Sequence[str]) -> bool:
    """Return True if these lines introduce a quoted mail."""
    text = _join(lines)
    return len(text) <= MAX_INTRO_CHARS and _is_intro_text(_undash(text))


def is_loose_intro(line: str) -> bool:
    """Return True if a line directly above a mail program's quote introduces it, in any language.

    It has a date with a time and ends with a colon.
    """
    text = clean_line(line)
    return text.endswith(INTRO_ENDS) and bool(YEAR_AND_TIME.match(text))


def is_dashed_intro(head: str) -> bool:
    """Return True for an introduction between dashes, which Zoho and Notes write."""
    text = _undash(head)
    return text != head and bool(_ADDRESS.search(text)) and _is_intro_text(text)


def is_intro_in_line(head: str) -> bool:
    """Return True if a line begins with a sure introduction and continues with the earlier mail."""
    found = INTRO_IN_LINE.match(head)
    return bool(found and _has_time_and_address(found[0]))


def may_start_intro(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True if an introduction may start here.

    Without its first word: after a blank line, or if the line contains all of it.
    """
    if INTRO_START.match(head):
        return True
    if not number or head.startswith(">"):
        return False
    return not lines[number - 1].strip() or (head.endswith(INTRO_ENDS) and "@" in head)


def find_intro(lines: Sequence[str], end: int, first: int = 0) -> int:
    """Return the start of the introduction that ends above line `end`, or -1.

    Not above line `first`. Of several readings, the shortest with a date is right: the lines above
    may be the person's, and without a date a part of the introduction is missing.
    """
    found = -1
    for start in range(end - 1, max(first - 1, end - 1 - MAX_INTRO_LINES), -1):
        if not lines[start].strip():
            break
        if is_intro(lines[start:end]):
            if _DATE.search(_join(lines[start:end])):
                return start
            found = start if found < 0 else found
    return found


def find_sure_intro(lines: Sequence[str], number: int) -> int:
    """Return the start of an introduction with time and address within the lines here, or -1.

    It needs no "> " below.
    """
    for end in range(number + 1, min(number + 1 + MAX_INTRO_LINES, len(lines) + 1)):
        if not lines[end - 1].strip():
            return -1
        if clean_line(lines[end - 1]).endswith(INTRO_ENDS):
            start = find_intro(lines, end, number)
            if start < 0 or _get_first_char_below(lines, end) == ">":
                return -1
            text = _join(lines[start:end])
            return start if _has_time_and_address(text) and _is_sure_text(text) else -1
    return -1


def _join(lines: Sequence[str]) -> str:
    """Return the lines as one, also if an address was broken before its closing bracket."""
    return " ".join(clean_line(line) for line in lines).replace(" >", ">")


def _undash(text: str) -> str:
    """Return the text between dashes, with the colon that is missing there."""
    found = _DASHED.fullmatch(text)
    if found is None:
        return text
    return found[1] if found[1].endswith(INTRO_ENDS) else f"{found[1]}:"


def _is_sure_text(text: str) -> bool:
    """Return True if one line introduces a mail even if no quote follows it."""
    if not text.endswith(INTRO_ENDS):
        return False
    end = text[-MAX_ENDING_CHARS:]
    if SENDER_AT_END.search(end) and YEAR_AND_TIME.match(text):
        return True
    if YEAR_OR_ADDRESS.search(text) and CLOSED_INTRO.search(end):
        return True
    return bool(QUOTING.fullmatch(text) or (_has_digit(text) and INTRO.fullmatch(text)))


def _is_intro_text(text: str) -> bool:
    if _is_sure_text(text) or DATE_AND_SENDER.fullmatch(text):
        return True
    end = text[-MAX_ENDING_CHARS:]
    names_sender = "<" in end and (SENDER_NEAR_END.search(end) or SENDER_THEN_TIME.search(end))
    return bool(names_sender and YEAR_AND_TIME.match(text))


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _has_time_and_address(text: str) -> bool:
    return bool(_CLOCK_TIME.search(text) and _ADDRESS.search(text))


def _get_first_char_below(lines: Sequence[str], start: int) -> str:
    """Return the first character below, within a few lines. "> " lines belong to the tail."""
    return next((line.strip()[:1] for line in lines[start : start + 3] if line.strip()), "")
