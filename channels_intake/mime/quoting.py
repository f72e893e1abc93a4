"""Split a reply into new and quoted text, line by line, in linear time. Nothing is ever dropped.

Conservative on purpose: a text is split only where everything that follows is quoted, so that a
reply written between or below quoted lines stays visible.
"""

import re
from collections.abc import Sequence

from channels_intake.mime.quote_phrases import (
    CLOSED_INTRO,
    DATE_LABELS,
    FORWARD,
    FROM_LABELS,
    INTRO,
    INTRO_START,
    OTHER_LABELS,
    SENDER_AT_END,
    SEPARATOR,
    YEAR_AND_TIME,
    YEAR_OR_ADDRESS,
    normalize_label,
)

REPLY_MARKER = "##- Please type your reply above this line -##"

MAX_LINES = 20_000  # searched for the end of a reply
MAX_LINE_CHARS = 400
MAX_INTRO_LINES = 4
MAX_INTRO_CHARS = 500
MAX_ENDING_CHARS = 160
MAX_BLOCK_LINES = 8

_INTRO_ENDS = (":", "：")
_CLOCK_TIME = re.compile(r"\d{1,2}\s?[:h.：時点시]\s?\d{2}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_HEADER_LINE = re.compile(r"\*{0,2}([^\s*:：<>@\d][^*:：<>@\d]{0,24}?)\s?[:：]\*{0,2}\s*(.*)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def split_quoted(text: str) -> tuple[str, str]:
    """Return the new text and the quoted text; joined they are `text`. All is new if nothing is."""
    lines = text.splitlines(keepends=True)
    tail = find_quoted_tail(lines)
    if tail < len(lines):
        tail = skip_back_to_intro(lines, tail)
    split = min(find_hard_start(lines), tail)
    new = "".join(lines[:split])
    if not new.strip():
        return text, ""
    return new, "".join(lines[split:])


def find_hard_start(lines: Sequence[str]) -> int:
    """Return the first line after which mail programs put only the earlier mail.

    What is forwarded below a line that says so is new.
    """
    for number, line in enumerate(lines[:MAX_LINES]):
        head = _clean(line)
        if not head:
            continue
        if (head[0] == "-" or head.endswith(_INTRO_ENDS)) and FORWARD.fullmatch(head):
            return len(lines)
        if REPLY_MARKER in head and not head.startswith(">"):
            return skip_back_to_intro(lines, number)
        if head[0] in "-_" and SEPARATOR.fullmatch(head):
            return number
        if _is_header_block(lines, number, head):
            return _skip_back_over_rule(lines, number)
        if _may_start_intro(lines, number, head) and _is_sure_intro(lines, number):
            return number
    return len(lines)


def _may_start_intro(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True if an introduction may start here. Without its first word: after a blank line."""
    if INTRO_START.match(head):
        return True
    return number > 0 and not lines[number - 1].strip() and not head.startswith(">")


def find_quoted_tail(lines: Sequence[str]) -> int:
    """Return the first of the "> " lines that end the text."""
    start = end = len(lines)
    while start and (not lines[start - 1].strip() or lines[start - 1].startswith(">")):
        start -= 1
    while start < end and not lines[start].strip():
        start += 1
    return start


def skip_back_to_intro(lines: Sequence[str], number: int) -> int:
    """Return the line of the introduction directly above a line, or that line itself."""
    last = number
    while last and not lines[last - 1].strip() and number - last < 3:
        last -= 1
    for first in range(last - 1, max(-1, last - 1 - MAX_INTRO_LINES), -1):
        if not lines[first].strip():
            break
        if _is_intro(lines[first:last]):
            return first
    return number


def _join(lines: Sequence[str]) -> str:
    return " ".join(_clean(line) for line in lines)


def _clean(line: str) -> str:
    """Return the start of a line without marks of direction, which surround names in Hebrew."""
    head = line[:MAX_LINE_CHARS].strip()
    return head if head.isascii() else _INVISIBLE.sub("", head).strip()


def _is_intro(lines: Sequence[str]) -> bool:
    text = _join(lines)
    if len(text) > MAX_INTRO_CHARS or not text.endswith(_INTRO_ENDS):
        return False
    if not any(char.isdigit() for char in text):
        return False
    end = text[-MAX_ENDING_CHARS:]
    if SENDER_AT_END.search(end) and YEAR_AND_TIME.match(text):
        return True
    if YEAR_OR_ADDRESS.search(text) and CLOSED_INTRO.search(end):
        return True
    return bool(INTRO.fullmatch(text))


def _is_sure_intro(lines: Sequence[str], number: int) -> bool:
    """Return True for an introduction with time and address, which needs no "> " below."""
    for end in range(number + 1, min(number + 1 + MAX_INTRO_LINES, len(lines) + 1)):
        if not lines[end - 1].strip():
            return False
        if _clean(lines[end - 1]).endswith(_INTRO_ENDS):
            text = _join(lines[number:end])
            follows = _get_first_char_below(lines, end)
            sure = bool(_CLOCK_TIME.search(text) and _ADDRESS.search(text))
            return sure and not follows.startswith(">") and _is_intro(lines[number:end])
    return False


def _get_first_char_below(lines: Sequence[str], start: int) -> str:
    """Return the first character below, within a few lines. "> " lines belong to the tail."""
    return next((line.strip()[:1] for line in lines[start : start + 3] if line.strip()), "")


def _is_header_block(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True if Outlook's header block starts here: From, a date, then To or Subject."""
    found = _HEADER_LINE.fullmatch(head)
    if found is None or normalize_label(found[1]) not in FROM_LABELS or not found[2].strip():
        return False
    names = set()
    for line in lines[number + 1 : number + MAX_BLOCK_LINES]:
        below = _HEADER_LINE.fullmatch(_clean(line))
        if below:
            names.add(normalize_label(below[1]))
    return bool(names & DATE_LABELS) and bool(names & OTHER_LABELS)


def _skip_back_over_rule(lines: Sequence[str], number: int) -> int:
    """Include the line of underscores or dashes above Outlook's block."""
    above = number - 1
    while above > 0 and not lines[above].strip() and number - above < 3:
        above -= 1
    rule = lines[above].strip() if above >= 0 else ""
    return above if len(rule) >= 3 and set(rule) in ({"_"}, {"-"}) else number
