"""The header lines of the earlier mail that Outlook and others write above it: From, Sent, To."""

import re
from collections.abc import Sequence

from channels_intake.mime.introductions import clean_line
from channels_intake.mime.quote_phrases import (
    DATE_LABELS,
    FROM_LABELS,
    OTHER_LABELS,
    TO_LABELS,
    normalize_label,
)

MAX_BLOCK_LINES = 8

_ALL_LABELS = FROM_LABELS | DATE_LABELS | OTHER_LABELS
_HEADER_LINE = re.compile(r"\*{0,2}([^\s*:：<>@\d][^*:：<>@\d]{0,24}?)\s?[:：]\s?\*{0,2}\s*(.*)")
_ADDRESS_OR_TIME = re.compile(r"[^\s<>@]@[^\s<>@]|\d[:.h]\d{2}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_TIME = re.compile(r"\d[:.h]\d{2}")
_DASHED_WORDS = re.compile(r"[-_]{3,}\s*[^\W\d_][^@<>]{2,40}?\s*[-_]{3,}")
MIN_RULE_CHARS = 3
MIN_OUTLOOK_RULE_CHARS = 20
MIN_UNKNOWN_LABELS = 4


def is_header_block(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True if a header block starts here: From, a date, then To or Subject.

    GMX writes the date first; such a block has no other lines between.
    """
    first = _read_label(head)
    if first and is_block_below_rule(lines, number):
        return True
    if first in FROM_LABELS and _has_value(head):
        return _has_all_labels([head, *lines[number + 1 : number + MAX_BLOCK_LINES]])
    if first not in DATE_LABELS:
        return False
    return _has_all_labels(_get_labeled_lines(lines, number))


def is_block_below_rule(lines: Sequence[str], number: int) -> bool:
    """Return True for header lines in a language we lack, below Outlook's rule."""
    if not number or not is_rule(lines[number - 1], MIN_OUTLOOK_RULE_CHARS):
        return False
    block = [clean_line(line) for line in _get_labeled_lines(lines, number)]
    has_time = any(_TIME.search(line) for line in block[1:3])
    return len(block) >= MIN_UNKNOWN_LABELS and bool(_ADDRESS.search(block[0])) and has_time


def has_header_labels(lines: Sequence[str], number: int) -> bool:
    """Return True if a quote has From and two of date, To and Subject."""
    block = [_read_label(clean_line(line)) for line in lines[number : number + MAX_BLOCK_LINES]]
    found = set(block) - {""}
    others = len(found & OTHER_LABELS) + bool(found & DATE_LABELS)
    return block[0] in _ALL_LABELS and bool(found & FROM_LABELS) and others > 1


def is_separator_above_block(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True for words between dashes, in any language, with header lines directly below."""
    if not _DASHED_WORDS.fullmatch(head):
        return False
    below = number + 1
    while below < len(lines) and below - number < 3 and not lines[below].strip():
        below += 1
    return sum(_starts_with_label(clean_line(line)) for line in lines[below : below + 5]) >= 3


def skip_back_over_rule(lines: Sequence[str], number: int) -> int:
    """Include the line of underscores or dashes above a block."""
    above = number - 1
    while above > 0 and not lines[above].strip() and number - above < 3:
        above -= 1
    return above if above >= 0 and is_rule(lines[above], MIN_RULE_CHARS) else number


def skip_back_over_labels(lines: Sequence[str], number: int) -> int:
    """Include the header lines below a rule that Yandex writes above the introduction."""
    above = number
    while above and number - above < MAX_BLOCK_LINES:
        if _read_label(clean_line(lines[above - 1])) not in OTHER_LABELS:
            break
        above -= 1
    is_below_rule = 0 < above < number and is_rule(lines[above - 1], MIN_RULE_CHARS)
    return above - 1 if is_below_rule else number


def is_rule(line: str, length: int) -> bool:
    """Return True for a line of at least `length` underscores or dashes."""
    rule = clean_line(line)
    return len(rule) >= length and set(rule) in ({"_"}, {"-"})


def _has_all_labels(lines: Sequence[str]) -> bool:
    """Return True for From, a date, and To or Subject. Without Subject it may be a form's text."""
    texts = [clean_line(line) for line in lines]
    labels = {_read_label(text) for text in texts}
    others = labels & OTHER_LABELS
    if not (labels & FROM_LABELS and labels & DATE_LABELS and others):
        return False
    return bool(others - TO_LABELS) or any(_ADDRESS_OR_TIME.search(text) for text in texts)


def _has_value(head: str) -> bool:
    found = _HEADER_LINE.fullmatch(head)
    return bool(found and found[2].strip())


def _get_labeled_lines(lines: Sequence[str], number: int) -> list[str]:
    found: list[str] = []
    for line in lines[number : number + MAX_BLOCK_LINES]:
        if not _read_label(clean_line(line)):
            break
        found.append(line)
    return found


def _read_label(text: str) -> str:
    """Return the label of a header line, or ""."""
    found = _HEADER_LINE.fullmatch(text)
    return normalize_label(found[1]) if found else ""


def _starts_with_label(text: str) -> bool:
    """Return True for a header line, also without a colon, as eM Client writes it."""
    return _read_label(text) in _ALL_LABELS or normalize_label(text.split(" ")[0]) in _ALL_LABELS
