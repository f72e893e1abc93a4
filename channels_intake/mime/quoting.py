"""Split a reply into new and quoted text, line by line, in linear time. Nothing is ever dropped.

Conservative on purpose: a text is split only where everything that follows is quoted, so that a
reply written between or below quoted lines stays visible.
"""

import re
from collections.abc import Sequence

REPLY_MARKER = "##- Please type your reply above this line -##"

MAX_LINES = 20_000  # searched for the end of a reply
MAX_LINE_CHARS = 400
MAX_INTRO_LINES = 4
MAX_BLOCK_LINES = 8

# "On Friday, Ann <ann@...> wrote:" in the forms of common mail programs
_INTRO = re.compile(
    r"(?:on .{5,} wrote|.{3,} wrote on .{5,}|am .{5,} schrieb\b.*|.{3,} schrieb am .{5,}"
    r"|le .{5,} a [ée]crit"
    r"|el .{5,} escribi[óo]|em .{5,} escreveu|a .{5,} escreveu|il .{5,} ha scritto"
    r"|op .{5,} schreef\b.*"
    r"|\d{4}-\d{2}-\d{2}.{3,}<[^<>\s@]+@[^<>\s@]+>)\s*:",
    re.IGNORECASE,
)
_INTRO_START = re.compile(r"(?:on|am|le|el|em|a|il|op|\d{4}-\d{2}-\d{2})\s\S", re.IGNORECASE)
_CLOCK_TIME = re.compile(r"\d{1,2}\s?[:h.]\s?\d{2}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_SEPARATOR = re.compile(
    r"-{2,}\s*(?:original message|original appointment|reply message"
    r"|urspr[üu]ngliche (?:nachricht|mail|e-mail)"
    r"|originalnachricht|message d['’]origine|message original|mensaje original|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht)\s*-{2,}",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(r"\*?([^\W\d_][^\W\d_ -]{0,15})\s?:\*?\s*(.*)")
_FROM_NAMES = {"from", "von", "de", "da", "van"}
_DATE_NAMES = {
    "sent", "date", "gesendet", "datum", "envoyé", "envoye", "enviado", "fecha", "data",
    "inviato", "verzonden",
}  # fmt: skip
_OTHER_NAMES = {
    "to", "an", "à", "para", "a", "aan", "subject", "betreff", "objet", "asunto", "assunto",
    "oggetto", "onderwerp",
}  # fmt: skip


def split_quoted(text: str) -> tuple[str, str]:
    """Return the new text and the quoted text; joined they are `text`. All is new if nothing is."""
    lines = text.splitlines(keepends=True)
    split = min(_find_hard_start(lines), _find_quoted_tail(lines))
    new = "".join(lines[:split])
    if not new.strip():
        return text, ""
    return new, "".join(lines[split:])


def _find_hard_start(lines: Sequence[str]) -> int:
    """Return the first line after which mail programs put only the earlier mail."""
    for number, line in enumerate(lines[:MAX_LINES]):
        head = line[:MAX_LINE_CHARS].strip()
        if not head:
            continue
        if REPLY_MARKER in head and not head.startswith(">"):
            return _skip_back_to_intro(lines, number)
        if head.startswith("-") and _SEPARATOR.fullmatch(head):
            return number
        if _is_header_block(lines, number, head):
            return _skip_back_over_rule(lines, number)
        if _INTRO_START.match(head) and _is_sure_intro(lines, number):
            return number
    return len(lines)


def _find_quoted_tail(lines: Sequence[str]) -> int:
    """Return the first of the "> " lines that end the text, or the line that introduces them."""
    start = end = len(lines)
    while start and (not lines[start - 1].strip() or lines[start - 1].startswith(">")):
        start -= 1
    while start < end and not lines[start].strip():
        start += 1
    return _skip_back_to_intro(lines, start) if start < end else end


def _skip_back_to_intro(lines: Sequence[str], number: int) -> int:
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
    return " ".join(line[:MAX_LINE_CHARS].strip() for line in lines)


def _is_intro(lines: Sequence[str]) -> bool:
    text = _join(lines)
    return any(char.isdigit() for char in text) and bool(_INTRO.fullmatch(text))


def _is_sure_intro(lines: Sequence[str], number: int) -> bool:
    """Return True for an introduction with time and address, which needs no "> " below."""
    for end in range(number + 1, min(number + 1 + MAX_INTRO_LINES, len(lines) + 1)):
        if not lines[end - 1].strip():
            return False
        if lines[end - 1][:MAX_LINE_CHARS].rstrip().endswith(":"):
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
    if found is None or found[1].lower() not in _FROM_NAMES or not found[2].strip():
        return False
    names = set()
    for line in lines[number + 1 : number + MAX_BLOCK_LINES]:
        below = _HEADER_LINE.fullmatch(line[:MAX_LINE_CHARS].strip())
        if below:
            names.add(below[1].lower())
    return bool(names & _DATE_NAMES) and bool(names & _OTHER_NAMES)


def _skip_back_over_rule(lines: Sequence[str], number: int) -> int:
    """Include the line of underscores or dashes above Outlook's block."""
    above = number - 1
    while above > 0 and not lines[above].strip() and number - above < 3:
        above -= 1
    rule = lines[above].strip() if above >= 0 else ""
    return above if len(rule) >= 3 and set(rule) in ({"_"}, {"-"}) else number
