"""Split a reply into new and quoted text, line by line, in linear time. Nothing is ever dropped.

Conservative on purpose: a text is split only where everything that follows is quoted, so that a
reply written between or below quoted lines stays visible.
"""

from collections.abc import Sequence

from channels_intake.mime.header_blocks import (
    has_header_labels,
    is_header_block,
    is_rule,
    is_separator_above_block,
    skip_back_over_labels,
    skip_back_over_rule,
)
from channels_intake.mime.introductions import (
    INTRO_ENDS,
    clean_line,
    find_intro,
    find_sure_intro,
    is_dashed_intro,
    is_intro_in_line,
    may_start_intro,
)
from channels_intake.mime.quote_phrases import FORWARD, GROUPWISE, OTHER_MARKER, SEPARATOR

REPLY_MARKER = "##- Please type your reply above this line -##"

MAX_LINES = 20_000  # searched for the end of a reply
MAX_FOOTER_LINES = 8
MIN_FOOTER_RULE_CHARS = 20
MAX_LEAD_LINES = 4


def split_quoted(text: str) -> tuple[str, str]:
    """Return the new text and the quoted text; joined they are `text`. All is new if nothing is."""
    lines = text.splitlines(keepends=True)
    split = min(find_hard_start(lines), _find_tail(lines))
    new = "".join(lines[:split])
    if not new.strip():
        return text, ""
    return new, "".join(lines[split:])


def _find_tail(lines: Sequence[str]) -> int:
    """Return the start of the final quote with its introduction, unless it is the writer's own."""
    quote = find_quoted_tail(lines)
    if quote == len(lines) or is_forwarded(lines, quote):
        return len(lines)
    start = skip_back_to_intro(lines, quote)
    if start < quote or is_history(lines, quote):
        return start
    return find_history_below(lines, quote) if _is_announced(lines, quote) else quote


def find_hard_start(lines: Sequence[str]) -> int:
    """Return the first line after which mail programs put only the earlier mail.

    What is forwarded below a line that says so is new.
    """
    for number, line in enumerate(lines[:MAX_LINES]):
        head = clean_line(line)
        if not head:
            continue
        if _is_forward_line(head):
            return len(lines)
        if REPLY_MARKER in head and not head.startswith(">"):
            return skip_back_to_intro(lines, number)
        if _starts_history(lines, number, head):
            return number
        if _starts_block(lines, number, head):
            return skip_back_over_rule(lines, number)
        if may_start_intro(lines, number, head) and (at := find_sure_intro(lines, number)) >= 0:
            return skip_back_over_labels(lines, at)
    return len(lines)


def _is_announced(lines: Sequence[str], number: int) -> bool:
    """Return True if the line above ends with a colon: a person shows what follows."""
    near = lines[max(0, number - MAX_LEAD_LINES) : number]
    above = next((line for line in reversed(near) if line.strip()), "")
    return clean_line(above).endswith(INTRO_ENDS)


def _starts_block(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True for header lines or another help desk's marker, which may have a rule above.

    Header lines without one that are announced are what a person pasted.
    """
    if OTHER_MARKER.fullmatch(head):
        return True
    if not (is_header_block(lines, number, head) or _is_quoted_block(lines, number, head)):
        return False
    return skip_back_over_rule(lines, number) < number or not _is_announced(lines, number)


def _starts_history(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True for a line that only mail programs write, directly above the earlier mail."""
    if head[0] in "-_":
        return (
            bool(SEPARATOR.fullmatch(head))
            or is_dashed_intro(head)
            or is_separator_above_block(lines, number, head)
        )
    if head[0] == ">":
        return bool(GROUPWISE.fullmatch(head))
    return is_intro_in_line(head)


def _is_quoted_block(lines: Sequence[str], number: int, head: str) -> bool:
    """Return True for a quoted header block below a rule: the text below it has no marks."""
    if head[0] != ">" or not number or not is_rule(lines[number - 1], MIN_FOOTER_RULE_CHARS):
        return False
    return is_history(lines, number)


def _is_forward_line(head: str) -> bool:
    is_possible = head[0] in "-=_*" or head.endswith(INTRO_ENDS)
    return is_possible and bool(FORWARD.fullmatch(head))


def is_forwarded(lines: Sequence[str], quote: int) -> bool:
    """Return True if the quote that starts at a line is a forwarded mail."""
    lead = (_unquote(line) for line in lines[quote : quote + MAX_LEAD_LINES])
    first = next(filter(None, lead), "")
    return bool(first) and _is_forward_line(first)


def is_history(lines: Sequence[str], quote: int) -> bool:
    """Return True if a quote starts with an introduction or a header block of the earlier mail."""
    texts = [_unquote(line) for line in lines[quote : quote + 4 * MAX_LEAD_LINES]]
    first = next((number for number, text in enumerate(texts) if text), len(texts))
    blank = next((n for n in range(first, len(texts)) if not texts[n]), len(texts))
    lead = range(first, min(blank, first + MAX_LEAD_LINES))
    if any(has_header_labels(texts, n) or SEPARATOR.fullmatch(texts[n]) for n in lead):
        return True
    return any(find_intro(texts, number + 1, first) == first for number in lead)


def find_history_below(lines: Sequence[str], quote: int) -> int:
    """Return the start of the earlier mail below a quote of the writer's own, or the end."""
    for number in range(quote + 1, min(len(lines), MAX_LINES)):
        is_paragraph = is_quoted(lines[number]) and not lines[number - 1].strip("> \t\r\n")
        if is_paragraph and is_history(lines, number):
            return number
    return len(lines)


def _unquote(line: str) -> str:
    return clean_line(line.lstrip("> \t"))


def find_quoted_tail(lines: Sequence[str]) -> int:
    """Return the first of the "> " lines that end the text, but for a signature or a footer."""
    end = _skip_footer(lines)
    start = end
    while start and (not lines[start - 1].strip() or is_quoted(lines[start - 1])):
        start -= 1
    while start < end and not lines[start].strip():
        start += 1
    return start if start < end else len(lines)


def is_quoted(line: str) -> bool:
    """Return True for a line with a mark of quoting, which abv.bg indents.

    A line that is only ">:" ends an introduction whose address was broken.
    """
    return line.startswith((">", " >")) and line.strip() not in {">:", ">："}


def _skip_footer(lines: Sequence[str]) -> int:
    """Return the start of a signature or a mailing list's footer directly below a final quote."""
    last = len(lines)
    filled = 0
    for number in range(last - 1, -1, -1):
        text = lines[number].strip()
        if is_quoted(lines[number]) or filled > MAX_FOOTER_LINES:
            return last
        filled += bool(text)
        if _is_signature_mark(lines[number]) or (
            is_rule(text, MIN_FOOTER_RULE_CHARS) and _has_link(lines[number + 1 :])
        ):
            return number if _is_quoted_above(lines, number) else last
    return last


def _is_signature_mark(line: str) -> bool:
    """Return True for "-- " (RFC 3676). A line of HTML has lost its space and has no line end."""
    return line == "--" or line.rstrip("\r\n") == "-- "


def _has_link(lines: Sequence[str]) -> bool:
    return any("://" in line or "@" in line for line in lines)


def _is_quoted_above(lines: Sequence[str], number: int) -> bool:
    return is_quoted(next((line for line in reversed(lines[:number]) if line.strip()), ""))


def skip_back_to_intro(lines: Sequence[str], number: int) -> int:
    """Return the line of the introduction directly above a line, or that line itself."""
    last = number
    while last and not lines[last - 1].strip() and number - last < 3:
        last -= 1
    first = find_intro(lines, last)
    return number if first < 0 else skip_back_over_labels(lines, first)
