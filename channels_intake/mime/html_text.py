"""Convert HTML to plain text that reads like the email: lists, quotes as "> ", links in <>."""

import re
from dataclasses import dataclass
from enum import StrEnum

from channels_intake.mime.html_tokens import HtmlToken, scan_html

MAX_QUOTE_DEPTH = 5

_BLOCKS = {
    "address", "article", "aside", "body", "caption", "center", "dd", "div", "dl", "dt", "figure",
    "footer", "form", "header", "html", "li", "main", "nav", "section", "table", "tbody", "tfoot",
    "thead", "tr",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote", "hr"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"(?:^>* *\n){3,}", re.MULTILINE)
# A quote of an earlier mail; a blockquote without these may be the writer's own
_CITATION = re.compile(
    r"type\s*=\s*[\"']?cite|\bcite\s*=|gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote"
    r"|moz-?cite|zmail_extra|spark_quote|missive_quote|isReplyContent|blockquote_zmail|nh_extra",
    re.IGNORECASE,
)
_INTRO_MARK = re.compile(
    r"gmail_attr|gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|tutanota_quote"
    r"|reply-intro|messageReplySection|missive_quote|zmail_extra",
    re.IGNORECASE,
)
_HISTORY_MARK = re.compile(
    r"\bid\s*=\s*[\"']?(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message)",
    re.IGNORECASE,
)


class Mark(StrEnum):
    """What a mail program's own markup says about the line that follows it."""

    NONE = ""
    INTRO = "intro"  # introduces a quote
    HISTORY = "history"  # starts the earlier mail, to the end


@dataclass(slots=True)
class HtmlLine:
    """A line of text. start: the source's offset behind the visible content before it."""

    text: str
    start: int
    is_cited: bool = False
    mark: Mark = Mark.NONE


class _Writer:
    """The finished lines, the open line, and what is open: quotes, preformatted text, a link."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.token = HtmlToken()
        self.lines: list[HtmlLine] = []
        self.words: list[str] = []
        self.line_start = -1
        self.seen = 0
        self.mark = Mark.NONE
        self.citations: list[bool] = []
        self.open_citations = 0
        self.quotes = 0
        self.last_quotes = 0
        self.has_gap = False
        self.preformatted = 0
        self.link = ""
        self.link_text: list[str] = []

    def write(self, text: str) -> None:
        if self.preformatted:
            self._write_preformatted(text)
            return
        text = _SPACES.sub(" ", text)
        if text == " " and not self.words:
            return
        self.words.append(text)
        if text != " ":
            self.show(self.token.end)
        if self.link:
            self.link_text.append(text)

    def show(self, end: int) -> None:
        """Note that visible content ends at an offset of the source."""
        if self.line_start < 0:
            self.line_start = self.seen
        self.seen = end

    def _write_preformatted(self, text: str) -> None:
        """Write lines as they are. Each starts at its own offset, behind a line break."""
        first, *rest = text.replace("\r\n", "\n").split("\n")
        raw = self.source[self.token.start : self.token.end]
        is_countable = raw.count("\n") == len(rest)
        offset = self.token.start
        self.words.append(first)
        for line in rest:
            if is_countable:
                offset = self.source.index("\n", offset) + 1
            self.show(offset)
            self.end_line()
            self.words.append(line)
        self.show(self.token.end)

    def open_quote(self) -> None:
        is_citation = bool(_CITATION.search(self.token.source))
        self.citations.append(is_citation)
        self.open_citations += is_citation
        self.quotes += 1

    def close_quote(self) -> None:
        if self.citations:
            self.open_citations -= self.citations.pop()
            self.quotes -= 1

    def end_line(self, *, forced: bool = True) -> None:
        """End the open line. Unless forced, an empty one stays open."""
        line = "".join(self.words)
        line = line.rstrip() if self.preformatted else _SPACES.sub(" ", line).strip(" ")
        self.words.clear()
        if not line and not forced:
            return
        quotes = min(self.quotes, MAX_QUOTE_DEPTH)
        start = self.line_start if self.line_start >= 0 else self.seen
        if self.has_gap and self.lines:
            self.lines.append(HtmlLine(">" * min(quotes, self.last_quotes), start))
        self.has_gap, self.last_quotes, self.line_start = False, quotes, -1
        text = f"{'>' * quotes}{' ' if quotes and line else ''}{line}"
        mark = self.mark if line else Mark.NONE
        self.mark = Mark.NONE if line else self.mark
        self.lines.append(HtmlLine(text, start, bool(self.open_citations), mark))

    def end_paragraph(self) -> None:
        """End the open line. One empty line comes before the next text."""
        self.end_line(forced=False)
        self.has_gap = True

    def open_link(self, target: str) -> None:
        self.link = (
            target.strip()
            if target.strip().lower().startswith(("http:", "https:", "mailto:"))
            else ""
        )
        self.link_text.clear()

    def close_link(self) -> None:
        """Write the target after the link's text, unless the text contains it."""
        shown = "".join(self.link_text).strip()
        bare = re.sub(r"^(?:mailto:|https?://)", "", self.link, flags=re.IGNORECASE).rstrip("/")
        if self.link and bare and bare not in shown:
            self.words.append(f" <{self.link}>" if shown else f"<{self.link}>")
        self.open_link("")


def html_to_text(source: str) -> str:
    """Return the text of any HTML, in linear time. Never raises, never drops visible text."""
    return join_lines([line.text for line in read_html_lines(source)])


def join_lines(lines: list[str]) -> str:
    """Return the lines as one text with at most one empty line in a row."""
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def read_html_lines(source: str) -> list[HtmlLine]:
    """Return the lines of any HTML, with what its markup says about quotes."""
    writer = _Writer(source)
    for token in scan_html(source):
        writer.token = token
        if not token.name:
            writer.write(token.text)
            continue
        if token.name in {"div", "span", "hr", "p"} and not token.is_end:
            _read_mark(writer, token)
        if token.name in _PARAGRAPHS:
            _write_paragraph(writer, token)
        elif token.name in _BLOCKS:
            writer.end_line(forced=False)
            if token.name == "li" and not token.is_end:
                writer.words.append("- ")
        else:
            _write_inline(writer, token)
    writer.close_link()
    writer.end_line(forced=False)
    return writer.lines


def _read_mark(writer: _Writer, token: HtmlToken) -> None:
    if _HISTORY_MARK.search(token.source):
        writer.end_line(forced=False)
        writer.mark = Mark.HISTORY
    elif writer.mark is not Mark.HISTORY and _INTRO_MARK.search(token.source):
        writer.end_line(forced=False)
        writer.mark = Mark.INTRO


def _write_paragraph(writer: _Writer, token: HtmlToken) -> None:
    writer.end_paragraph()
    step = -1 if token.is_end else 1
    if token.name == "blockquote" and token.is_end:
        writer.close_quote()
    elif token.name == "blockquote":
        writer.open_quote()
    elif token.name == "pre":
        writer.preformatted = max(0, writer.preformatted + step)
    elif token.name == "hr":
        writer.words.append("---")
        writer.show(token.end)
        writer.end_line()


def _write_inline(writer: _Writer, token: HtmlToken) -> None:
    if token.name == "br":
        writer.end_line()
    elif token.name in {"td", "th"} and not token.is_end and writer.words:
        writer.words.append(" ")
    elif token.name == "a":
        writer.close_link()
        if not token.is_end:
            writer.open_link(token.attributes.get("href", ""))
    elif token.name == "img":
        alt = token.attributes.get("alt", "").strip()
        if alt:
            writer.write(f"[{alt}]")
        else:
            writer.seen = token.end
