"""Convert HTML to plain text that reads like the email: lists, quotes as "> ", links in <>."""

import re

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


class _Writer:
    """The finished lines, the open line, and what is open: quotes, preformatted text, a link."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.quotes = 0
        self.last_quotes = 0
        self.has_gap = False
        self.preformatted = 0
        self.link = ""
        self.link_text: list[str] = []

    def write(self, text: str) -> None:
        if self.preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.words.append(first)
            for line in rest:
                self.end_line()
                self.words.append(line)
            return
        text = _SPACES.sub(" ", text)
        if text == " " and not self.words:
            return
        self.words.append(text)
        if self.link:
            self.link_text.append(text)

    def end_line(self, *, forced: bool = True) -> None:
        """End the open line. Unless forced, an empty one stays open."""
        line = "".join(self.words)
        line = line.rstrip() if self.preformatted else _SPACES.sub(" ", line).strip(" ")
        self.words.clear()
        if not line and not forced:
            return
        quotes = min(self.quotes, MAX_QUOTE_DEPTH)
        if self.has_gap and self.lines:
            self.lines.append(">" * min(quotes, self.last_quotes))
        self.has_gap, self.last_quotes = False, quotes
        self.lines.append(f"{'>' * quotes}{' ' if quotes and line else ''}{line}")

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
    writer = _Writer()
    for token in scan_html(source):
        if not token.name:
            writer.write(token.text)
        elif token.name in _PARAGRAPHS:
            _write_paragraph(writer, token)
        elif token.name in _BLOCKS:
            writer.end_line(forced=False)
            if token.name == "li" and not token.is_end:
                writer.words.append("- ")
        else:
            _write_inline(writer, token)
    writer.end_line(forced=False)
    return _EMPTY_LINES.sub("\n\n", "\n".join(writer.lines)).strip("\n")


def _write_paragraph(writer: _Writer, token: HtmlToken) -> None:
    writer.end_paragraph()
    step = -1 if token.is_end else 1
    if token.name == "blockquote":
        writer.quotes = max(0, writer.quotes + step)
    elif token.name == "pre":
        writer.preformatted = max(0, writer.preformatted + step)
    elif token.name == "hr":
        writer.words.append("---")
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
    elif token.name == "img" and (alt := token.attributes.get("alt", "").strip()):
        writer.write(f"[{alt}]")
