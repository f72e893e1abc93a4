"""Template tags of the interface: icons as inline SVG, and a stable colour for a name's avatar."""

import re
from functools import lru_cache
from typing import Any
from zlib import crc32

import heroicons.templatetags.heroicons as heroicon_tags
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

AVATAR_TONES = 8
MICRO_PX = 16
_WORD = re.compile(r"\S+")
_MAY_LINK = re.compile(r"://|www\.|@|\.(?:com|edu|gov|int|mil|net|org)\b", re.IGNORECASE)


@lru_cache(maxsize=512)
def draw_icon(name: str, size: int, label: str, css: str) -> SafeString:
    """Give heroicon `name` as an SVG string: named by `label`, or hidden from assistive technology without one.

    `size` is in CSS pixels: up to 16 the micro style is drawn, above it the mini one. Raises
    heroicons.IconDoesNotExist for an unknown name. Cached: drawing one costs more than the rest of a row.
    """
    naming = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    draw = heroicon_tags.heroicon_micro if size <= MICRO_PX else heroicon_tags.heroicon_mini
    return mark_safe(draw(name, size=size, **{**naming, "class": css}))  # noqa: S308 (heroicons escapes)


@lru_cache(maxsize=64)
def draw_symbol(symbol_id: str, name: str) -> SafeString:
    """Give micro heroicon `name` as a `<symbol>`, to be drawn by `<use href="#symbol_id">`."""
    svg = heroicon_tags.heroicon_micro(name, size=None)
    shape = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return mark_safe(f'<symbol id="{symbol_id}" viewBox="0 0 16 16">{shape}</symbol>')  # noqa: S308 (both from templates)


@lru_cache(
    maxsize=2048, typed=True
)  # typed: a text that is safe must never stand in for one that is not
def draw_partial(path: str, **facts: Any) -> SafeString:
    """Give a template rendered from `facts` and nothing else: no request, no desk. Cached by path and facts."""
    return render_to_string(path, facts)


@register.simple_tag
def icon(name: str, *, size: int = MICRO_PX, label: str = "", css: str = "icon") -> SafeString:
    """`{% icon "envelope" %}`, `{% icon "bolt" size=20 label="Urgent" %}`: see draw_icon."""
    return draw_icon(str(name), size, str(label), str(css))


@register.simple_tag
def symbol(symbol_id: str, name: str) -> SafeString:
    """`{% symbol "channel-email" "envelope" %}`: see draw_symbol."""
    return draw_symbol(str(symbol_id), str(name))


@register.simple_tag
def drawn(path: str, **facts: Any) -> SafeString:
    """`{% drawn "includes/styles.html" %}`, `{% drawn "includes/avatar.html" name=person.name … %}`: as include,
    for what looks the same wherever the facts are the same; drawn once per process (each time in DEBUG).
    """
    return render_to_string(path, facts) if settings.DEBUG else draw_partial(path, **facts)


@register.filter
def tone(name: object) -> int:
    """Give a number from 0 to 7 that stays the same for a name: the colour of its avatar."""
    return crc32(str(name).encode()) % AVATAR_TONES


@register.filter
def linked(text: str) -> SafeString:
    """Give a plain text escaped, with its addresses as links: as urlize, which takes ten times as long per word."""
    lines = text.splitlines(keepends=True)
    shown = (_link_words(line) if _MAY_LINK.search(line) else escape(line) for line in lines)
    return mark_safe("".join(shown))  # noqa: S308 (each part is escaped)


def _link_words(line: str) -> str:
    parts, end = [], 0
    for word in _WORD.finditer(line):
        if _MAY_LINK.search(word[0]):
            parts += [
                escape(line[end : word.start()]),
                urlize(word[0], nofollow=True, autoescape=True),
            ]
            end = word.end()
    return "".join([*parts, escape(line[end:])])
