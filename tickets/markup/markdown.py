"""Markdown of replies and notes as safe HTML.

A text without markup stays plain text: it has no HTML, and looks as it was typed. What support
texts hold by accident stays as it is, too: "# systemctl restart" and "    at Main.java:12" are no
heading and no code, a backslash escapes nothing (such as in a path), and HTML is shown, not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import nh3
from django.utils.html import urlize
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from tickets.markup.masked_links import name_masked_hosts
from tickets.markup.tables import count_cells

MAX_CHARS = 50_000  # a longer text stays plain
MAX_MARKS = 3000  # the parser takes quadratic time for some of them
MAX_CELLS = 5000  # of all tables of a text; those of a text with more stay plain
_MARKS = "*_`~[<"
_MAY_BE_MARKUP = re.compile(r"[*_`~\[<|>]|^[ \t]*(?:[-+]|\d+[.)])", re.MULTILINE)  # a quick look
_OFF = ["heading", "lheading", "code", "reference", "html_block", "html_inline", "entity", "escape",
        "image"]  # fmt: skip
_PLAIN_BLOCKS = {"paragraph_open", "paragraph_close", "inline"}
_PLAIN_INLINE = {"text", "softbreak", "hardbreak"}
_TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_REL = "noopener noreferrer nofollow ugc"
_PUBLIC = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel=_REL,
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
_INTERNAL = nh3.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer"
)
Linker = Callable[[str], str]


def link_urls(text: str) -> str:
    """Escape a text and link its addresses."""
    return urlize(text, nofollow=True, autoescape=True)


@lru_cache(maxsize=512)
def render_markdown(text: str) -> str:
    """Return the HTML of a public text, sanitized; "" for a text without markup."""
    return _PUBLIC.clean(_render(text, link_urls)).strip()


def render_note(text: str, link: Linker) -> str:
    """Return the HTML of an internal text, sanitized; "" for a text without markup.

    link: escapes a text and links what it mentions, also to pages of the desk.
    """
    return _INTERNAL.clean(_render(text, link)).strip()


def _render(text: str, link: Linker) -> str:
    marks = sum(map(text.count, _MARKS))
    if len(text) > MAX_CHARS or marks > MAX_MARKS or not _MAY_BE_MARKUP.search(text):
        return ""
    parser = _PARSER if count_cells(text) <= MAX_CELLS else _WITHOUT_TABLES
    tokens = parser.parse(text)
    if not any(_is_markup(token) for token in tokens):
        return ""
    name_masked_hosts(tokens)
    return str(parser.renderer.render(tokens, parser.options, {"link": link}))


def _is_markup(token: Token) -> bool:
    if token.type not in _PLAIN_BLOCKS:
        return True
    return any(child.type not in _PLAIN_INLINE for child in token.children or ())


def _render_text(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: object, env: dict
) -> str:
    """Render a text, with its addresses as links unless it is within one."""
    link: Linker = env["link"]
    if env.get("links"):
        return renderer.text(tokens, place, options, env)  # type: ignore[arg-type]
    return link(tokens[place].content)


def _render_link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: object, env: dict
) -> str:
    """Render the start or the end of a link, and keep count of those that are open."""
    env["links"] = env.get("links", 0) + tokens[place].nesting
    return renderer.renderToken(tokens, place, options, env)  # type: ignore[arg-type]


def _make_parser(*extensions: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    parser.enable([*extensions, "strikethrough"]).disable(_OFF)
    parser.add_render_rule("text", _render_text)
    parser.add_render_rule("link_open", _render_link)
    parser.add_render_rule("link_close", _render_link)
    return parser


_PARSER, _WITHOUT_TABLES = _make_parser("table"), _make_parser()
