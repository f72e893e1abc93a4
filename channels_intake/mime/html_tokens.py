"""Scan HTML of any quality into a flat run of tags and texts, in linear time.

It has two uses: plain text, and a small well-nested HTML from which the sanitizer's parser can't be
made to build more than it was given (nested elements and repeated attributes cost that parser
quadratic time, and 38 KB of unclosed formatting make it build a gigabyte). It decides nothing about
safety; nh3 does.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_TOKENS = 100_000
MAX_ATTRIBUTE_CHARS = 20_000
MAX_VALUE_CHARS = 4_000

_TAG_NAME = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
_DATA_ADDRESS = re.compile(r"data:[^\"'<>\s]{1000,}", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_TAG_START = re.compile(r"<(?=[a-zA-Z/!?])")
_END_OR_QUOTE = re.compile(r">|=\s*([\"'])")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_HUGE_NUMBER = re.compile(r"&#0*[0-9]{8,};?")
_RAW_TEXT = {
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "template",
}


class HtmlToken(NamedTuple):
    """A text (`name` is ""), a start tag or an end tag. Names are in lower case.

    Entities in texts are resolved. start, end: offsets in the scanned source.
    """

    name: str = ""
    text: str = ""
    is_end: bool = False
    source: str = ""
    start: int = 0
    end: int = 0

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a start tag, parsed on access."""
        return read_attributes(self.source)


def unescape(text: str) -> str:
    """Resolve entities. Numbers too large for any character become the replacement character."""
    return html.unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


def shrink_data_addresses(source: str) -> str:
    """Empty long data: addresses, so that an image inside the HTML leaves room for text."""
    return _DATA_ADDRESS.sub("data:,", source)


class _Scanner:
    """The position in the source, and what no longer occurs, so that no search runs twice."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.missing: set[str] = set()

    def find(self, needle: str, start: int) -> int:
        """Return the next offset of `needle`, or -1. A missing needle is searched only once."""
        if needle in self.missing:
            return -1
        found = self.source.find(needle, start)
        if found < 0:
            self.missing.add(needle)
        return found

    def skip_markup(self, start: int) -> int:
        """Return the end of a comment, doctype or instruction that starts at `start`."""
        is_comment = self.source.startswith("<!--", start)
        closing = "-->" if is_comment else ">"
        # "<!-->" and "<!--->" are complete comments too.
        found = self.find(closing, start + 2)
        if found < 0:
            return start + 1
        return found + len(closing)

    def tag_end(self, start: int) -> int:
        """Return the offset of the > that ends a tag, or -1. Quoted values may contain a >."""
        while found := _END_OR_QUOTE.search(self.source, start):
            if found[1] is None:
                return found.start()
            closing = self.find(found[1], found.end())
            start = closing + 1 if closing >= 0 else found.end()
        return -1

    def skip_raw_text(self, name: str, start: int) -> int:
        """Return the start of an element's end tag, or `start` if it never ends."""
        needle = f"</{name}"
        if needle in self.missing:
            return start
        found = re.compile(re.escape(needle), re.IGNORECASE).search(self.source, start)
        if not found:
            self.missing.add(needle)
            return start
        return found.start()


def scan_html(source: str) -> Iterator[HtmlToken]:
    """Yield texts and tags in order, without comments, scripts, styles and titles.

    After MAX_TOKENS tags the rest comes as one text without tags.
    """
    scanner = _Scanner(source)
    for _ in range(MAX_TOKENS):
        found = _TAG_START.search(source, scanner.position)
        if found is None:
            if scanner.position < len(source):
                yield _make_text(source, scanner.position, len(source))
            return
        if found.start() > scanner.position:
            yield _make_text(source, scanner.position, found.start())
        token = _scan_tag(scanner, found.start())
        if token:
            yield token
    rest = unescape(_ANY_TAG.sub(" ", source[scanner.position :]))
    yield HtmlToken(text=rest, start=scanner.position, end=len(source))


def _make_text(source: str, start: int, end: int) -> HtmlToken:
    return HtmlToken(text=unescape(source[start:end]), start=start, end=end)


def _scan_tag(scanner: _Scanner, start: int) -> HtmlToken | None:
    """Scan the tag at `start` and move behind it. Return None for what is left out."""
    source = scanner.source
    if source.startswith(("<!", "<?"), start):
        scanner.position = scanner.skip_markup(start)
        return None
    named = _TAG_NAME.match(source, start + 1)
    end = scanner.tag_end(named.end()) if named else -1
    if named is None or end < 0:
        scanner.position = start + 1 if named is None else len(source)
        return _make_text(source, start, scanner.position)
    name, is_end = named[2].lower(), bool(named[1])
    scanner.position = end + 1
    if name in _RAW_TEXT and not is_end:
        scanner.position = scanner.skip_raw_text(name, end + 1)
        return None
    attributes = source[named.end() : min(end, named.end() + MAX_ATTRIBUTE_CHARS)]
    return HtmlToken(name, "", is_end, attributes, start, end + 1)


def read_attributes(text: str) -> dict[str, str]:
    """Return a tag's attributes, the first of each name, without overlong values."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or match[3] or match[4] or ""
        if len(value) <= MAX_VALUE_CHARS:
            found.setdefault(match[1].lower(), unescape(value))
    return found
