"""Sanitize untrusted HTML by an allow-list (nh3): no script, style or form, nothing remote."""

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import nh3

from channels_intake.mime.html_text import html_to_text
from channels_intake.mime.html_tokens import HtmlToken, scan_html, shrink_data_addresses

__all__ = ["SafeHtml", "html_to_text", "sanitize", "sanitize_html"]

MAX_SOURCE_CHARS = 2_000_000
MAX_HTML_CHARS = 300_000
MAX_DEPTH = 150

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
_VOID = {"br", "hr", "img"}
_SELF_CLOSING_PEERS = {"li", "p", "td", "th", "tr", "dt", "dd", "a"}
_ATTRIBUTES = {
    "a": {"href", "data-src"},
    "img": {"alt", "data-cid"},
    "ol": {"start"},
    "span": {"data-src"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_FIXED_ATTRIBUTES = {"a": {"target": "_blank"}}
_LINK_REL = "noopener noreferrer nofollow ugc"
_URL_SCHEMES = {"http", "https", "mailto", "tel"}
_SMALL_NUMBER = re.compile(r"[0-9]{1,3}")
_CONTENT_ID = re.compile(r"[^\s\"'<>&]{1,250}")
# Some programs name an attached image instead of its Content-ID.
_BARE_NAME = re.compile(
    r"(?:\./)?([^\s\"'<>&/\\:?#][^\"'<>&/\\:?#\x00-\x1f]{0,150}\.(?:png|jpe?g|gif|bmp|webp|tiff?|heic))",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>]{1,2000}", re.IGNORECASE)
_LINK_TARGET = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_PIXEL = re.compile(r"\s*[012](?:px)?\s*", re.IGNORECASE)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=_URL_SCHEMES,
    url_relative="deny",
    link_rel=_LINK_REL,
    set_tag_attribute_values=_FIXED_ATTRIBUTES,
    strip_comments=True,
)
_CUT = "<p>[…]</p>"


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that is safe in a page. is_cut: it ends before the source does."""

    html: str
    is_cut: bool = False


def sanitize_html(source: str) -> str:
    """Return the HTML of `sanitize`, for callers that need not say that it was cut."""
    return sanitize(source).html


def sanitize(source: str) -> SafeHtml:
    """Make HTML safe in a page. It is visibly cut after MAX_HTML_CHARS.

    Links open in a new tab without a referrer. An attached image becomes `<img data-cid="…"
    alt="…">` without a source, for the caller to point at its own copy; instead of a Content-ID it
    may hold the file's name. A remote image becomes a
    link (inside a link: a span) with its address in `data-src`. Tracking pixels are removed.
    """
    builder = _Builder()
    whole = shrink_data_addresses(source)
    for token in scan_html(whole[:MAX_SOURCE_CHARS].replace("\x00", "")):
        if not builder.add(token):
            break
    cleaned = _CLEANER.clean(builder.finish())
    is_cut = builder.is_full or len(whole) > MAX_SOURCE_CHARS
    return SafeHtml(cleaned + _CUT, is_cut=True) if is_cut else SafeHtml(cleaned)


class _Builder:
    """Builds well-nested HTML of bounded depth from the tags and attributes that are allowed."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.counts: dict[str, int] = dict.fromkeys(_TAGS, 0)
        self.room = MAX_HTML_CHARS

    @property
    def is_full(self) -> bool:
        """Return True if something had to be left out."""
        return self.room < 0

    def add(self, token: HtmlToken) -> bool:
        """Add one token. Return False without room. Tags off the list vanish; their text stays."""
        before = len(self.pieces)
        self._append(token)
        # Of text, what was written counts, not the longer form that HTML escapes it to.
        written = len(token.text) if not token.name else sum(map(len, self.pieces[before:]))
        self.room -= written
        return not self.is_full

    def _append(self, token: HtmlToken) -> None:
        if not token.name:
            self.pieces.append(html.escape(token.text[: max(self.room + 1, 0)], quote=False))
        elif token.name == "img" and not token.is_end:
            self._add_image(token.attributes)
        elif token.name in _VOID:
            self.pieces.append(f"<{token.name}>")
        elif token.name in _TAGS and token.is_end:
            self._close(token.name)
        elif token.name in _TAGS:
            self._open(token)

    def finish(self) -> str:
        """Close what is open and return the whole."""
        while self.open:
            self._pop()
        return "".join(self.pieces)

    def _open(self, token: HtmlToken) -> None:
        if token.name in _SELF_CLOSING_PEERS and self.open and self.open[-1] == token.name:
            self._pop()
        if len(self.open) >= MAX_DEPTH:
            return
        self.pieces.append(f"<{token.name}{_attributes(token)}>")
        self.open.append(token.name)
        self.counts[token.name] += 1

    def _close(self, name: str) -> None:
        if not self.counts[name]:
            return
        while self.open[-1] != name:
            self._pop()
        self._pop()

    def _pop(self) -> None:
        name = self.open.pop()
        self.counts[name] -= 1
        self.pieces.append(f"</{name}>")

    def _add_image(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src", "").strip()
        alt = " ".join(attributes.get("alt", "").split())[:300]
        content_id = unquote(source[4:]) if source[:4].lower() == "cid:" else ""
        if bare := _BARE_NAME.fullmatch(unquote(source)):
            content_id = bare[1]
        if bare or _CONTENT_ID.fullmatch(content_id):
            self.pieces.append(
                f'<img data-cid="{html.escape(content_id)}" alt="{html.escape(alt)}">'
            )
        elif _WEB_ADDRESS.fullmatch(source) and not _is_pixel(attributes):
            self.pieces.append(_placeholder(source, alt, is_in_link=bool(self.counts["a"])))
        elif alt and not _is_pixel(attributes):
            self.pieces.append(html.escape(f"[{alt}]"))


def _is_pixel(attributes: dict[str, str]) -> bool:
    return any(_PIXEL.fullmatch(attributes.get(name, "")) for name in ("width", "height"))


def _placeholder(source: str, alt: str, *, is_in_link: bool) -> str:
    address = html.escape(source)
    text = html.escape(f"[{alt or _name_image(source)}]")
    if is_in_link:
        return f'<span data-src="{address}">{text}</span>'
    return f'<a href="{address}" data-src="{address}">{text}</a>'


def _name_image(source: str) -> str:
    """Return the file name of an image's address, otherwise its host."""
    try:
        address = urlsplit(source)
    except ValueError:
        return "…"
    return unquote(address.path).rpartition("/")[2] or address.netloc


def _attributes(token: HtmlToken) -> str:
    """Return the allowed attributes of a tag, each with a leading space."""
    if token.name not in _ATTRIBUTES or not token.source.strip():
        return ""
    found, given = [], token.attributes
    target = given.get("href", "").strip()
    # A relative link would point into our own pages.
    if token.name == "a" and _LINK_TARGET.match(target):
        found.append(("href", target))
    for name in ("colspan", "rowspan", "start"):
        value = given.get(name, "").strip()
        if name in _ATTRIBUTES.get(token.name, ()) and _SMALL_NUMBER.fullmatch(value):
            found.append((name, value))
    return "".join(f' {name}="{html.escape(value)}"' for name, value in found)
