"""Split a reply that may have HTML: both forms are cut at the same place.

HTML is judged as the text that it shows, so the same rules find the earlier mail in both, plus what
mail programs' own markup says. A blockquote that neither an introduction nor such markup names is
the writer's own and stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from channels_intake.mime.header_blocks import skip_back_over_rule
from channels_intake.mime.html_text import HtmlLine, Mark, join_lines, read_html_lines
from channels_intake.mime.introductions import MAX_INTRO_LINES, find_sure_intro, is_loose_intro
from channels_intake.mime.quoting import (
    find_hard_start,
    find_history_below,
    find_quoted_tail,
    is_forwarded,
    is_history,
    is_quoted,
    skip_back_to_intro,
    split_quoted,
)
from tickets.subjects import is_forward


@dataclass(frozen=True, slots=True)
class Reply:
    """The new text, the quoted text (or ""), and the unsanitized HTML of the new text (or "")."""

    text: str
    quoted: str
    html: str


def split_reply(text: str, html: str, *, subject: str = "") -> Reply:
    """Split a reply into new and quoted text. All is new if nothing is plainly quoted.

    With HTML, the HTML decides, since that is what people see. subject: of a forward ("FW: …"),
    nothing is folded. Outlook's look like replies otherwise, and the mail below is what they bring.
    """
    if is_forward(subject):
        return Reply(text, "", html)
    if not html:
        return Reply(*split_quoted(text), "")
    lines = read_html_lines(html)
    split = _find_split(lines)
    shown = join_lines([line.text for line in lines[:split]])
    if split == len(lines) or not shown.strip():
        return Reply(text, "", html)
    new, quoted = split_quoted(text)
    if not quoted:
        new, quoted = shown, join_lines([line.text for line in lines[split:]])
    return Reply(new, quoted, html[: lines[split].start])


def _find_split(lines: Sequence[HtmlLine]) -> int:
    """Return the first line of the earlier mail, or the number of lines if there is none."""
    texts = [line.text for line in lines]
    marked = (number for number, line in enumerate(lines) if _is_marked_start(texts, number, line))
    start = skip_back_over_rule(texts, next(marked, len(lines)))
    return min(find_hard_start(texts), start, _find_tail(lines, texts))


def _is_marked_start(texts: Sequence[str], number: int, line: HtmlLine) -> bool:
    """Return True if markup says that only the earlier mail follows."""
    if line.mark is Mark.HISTORY:
        return True
    return line.mark is Mark.INTRO and find_sure_intro(texts, number) == number


def _find_tail(lines: Sequence[HtmlLine], texts: Sequence[str]) -> int:
    """Return the start of the final quote with its introduction, unless it is the writer's own."""
    quote = find_quoted_tail(texts)
    if quote == len(lines) or is_forwarded(texts, quote):
        return len(lines)
    start = min(skip_back_to_intro(texts, quote), _find_marked_intro(lines, quote))
    if start == quote and lines[quote].is_cited:
        start = _skip_back_to_loose_intro(texts, quote)
    if start == quote and is_history(texts, quote):
        return skip_back_over_rule(texts, quote)
    is_own = start == quote and not lines[quote].is_cited
    return _find_history_below(lines, texts, quote) if is_own else start


def _find_history_below(lines: Sequence[HtmlLine], texts: Sequence[str], quote: int) -> int:
    """Return the start of the earlier mail below a quote of the writer's own, or the end."""
    cited = (number for number in range(quote, len(lines)) if lines[number].is_cited)
    return min(find_history_below(texts, quote), next(cited, len(lines)))


def _find_marked_intro(lines: Sequence[HtmlLine], quote: int) -> int:
    """Return the line directly above a quote that markup calls its introduction, or the quote."""
    for number in range(quote, max(-1, quote - 2 * MAX_INTRO_LINES), -1):
        if number < quote and is_quoted(lines[number].text):
            break
        if lines[number].mark is Mark.INTRO:
            return number
    return quote


def _skip_back_to_loose_intro(texts: Sequence[str], quote: int) -> int:
    above = quote - 1
    while above > 0 and not texts[above].strip() and quote - above < 3:
        above -= 1
    return above if above >= 0 and is_loose_intro(texts[above]) else quote
