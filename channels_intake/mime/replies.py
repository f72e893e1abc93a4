"""Split a reply that may have HTML: both forms are cut at the same place.

HTML is judged as the text that it shows, so the same rules find the earlier mail in both, plus what
mail programs' own markup says. A blockquote that neither an introduction nor such markup names is
the writer's own and stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from channels_intake.mime.html_text import HtmlLine, Mark, join_lines, read_html_lines
from channels_intake.mime.quoting import (
    MAX_INTRO_LINES,
    find_hard_start,
    find_quoted_tail,
    skip_back_to_intro,
    split_quoted,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """The new text, the quoted text (or ""), and the unsanitized HTML of the new text (or "")."""

    text: str
    quoted: str
    html: str


def split_reply(text: str, html: str) -> Reply:
    """Split a reply into new and quoted text. All is new if nothing is plainly quoted.

    With HTML, the HTML decides, since that is what people see.
    """
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
    marked = (number for number, line in enumerate(lines) if line.mark is Mark.HISTORY)
    return min(find_hard_start(texts), next(marked, len(lines)), _find_tail(lines, texts))


def _find_tail(lines: Sequence[HtmlLine], texts: Sequence[str]) -> int:
    """Return the start of the final quote with its introduction, unless it is the writer's own."""
    quote = find_quoted_tail(texts)
    if quote == len(lines):
        return quote
    start = skip_back_to_intro(texts, quote)
    nearest = range(quote, max(-1, quote - 2 * MAX_INTRO_LINES), -1)
    marked = next((n for n in nearest if lines[n].mark is Mark.INTRO), quote)
    start = min(start, marked)
    is_own = start == quote and not lines[quote].is_cited
    return len(lines) if is_own else start
