"""Template tags of the interface: inline SVG icons, cached partials, avatar colors and links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.template.base import Parser, TextNode, Token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from channels_intake.outgoing.composing import format_moment
from helpdesk import request_log
from helpdesk.shared import icons
from helpdesk.shared.fields import FileLimits
from helpdesk.shared.patterns import fill, fill_each
from helpdesk.shared.undo import Undo, get_undo
from helpdesk.shared.wording.script_texts import SCRIPT_TEXTS
from tickets.search.snippets import Segment

register = template.Library()

AVATAR_TONES = 8
MICRO_PX = 16
# Icons that point along the line of reading. They are mirrored on right-to-left pages.
DIRECTIONAL = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "arrow-right-start-on-rectangle",
        "arrow-uturn-left",
        "paper-airplane",
    }
)


@lru_cache(maxsize=512)
def draw_icon(name: str, size: int, label: str, css: str) -> SafeString:
    """Return a heroicon as SVG, named by ``label`` or hidden from assistive technology without one.

    size: in CSS pixels; the micro style up to 16, the mini style above. Raises
    heroicons.IconDoesNotExist for an unknown name. Cached: drawing one costs more than the rest of
    a row.
    """
    naming = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    if name in DIRECTIONAL:
        css = f"{css} icon-directional"
    style = "micro" if size <= MICRO_PX else "mini"
    svg = icons.draw(style, name, size=size, **naming, **{"class": css})
    return mark_safe(svg)  # noqa: S308 (heroicons escapes)


@register.filter
def marked(segments: Iterable[Segment]) -> SafeString:
    """Return the segments of a search hit, escaped, with what was searched for in <mark>."""
    if not segments:
        return SafeString()
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", s.text) if s.is_hit else s.text,) for s in segments),
    )


@lru_cache(maxsize=64)
def draw_symbol(symbol_id: str, name: str) -> SafeString:
    """Return a micro heroicon as a ``<symbol>`` of bundles/symbols.svg (see ``symbols``)."""
    svg = icons.draw("micro", name, size=None)
    shape = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    symbol = f'<symbol id="{symbol_id}" viewBox="0 0 16 16">{shape}</symbol>'
    return mark_safe(symbol)  # noqa: S308 (both come from templates)


# typed: a safe string must never stand in for one that is not.
@lru_cache(maxsize=2048, typed=True)
def draw_partial(path: str, language: str, **facts: Any) -> SafeString:
    """Render a template from ``facts`` alone: no request, no desk. Cached per language."""
    return render_to_string(path, facts)


@register.simple_tag
def icon(name: str, *, size: int = MICRO_PX, label: str = "", css: str = "icon") -> SafeString:
    """Draw an icon: `{% icon "envelope" %}`, `{% icon "bolt" size=20 label="Urgent" %}`."""
    return draw_icon(str(name), size, str(label), str(css))


@register.simple_tag
def request_id() -> str:
    """Return the ID that the log has for this request, or "" for none: `{% request_id as id %}`."""
    return request_log.get_request_id()


@register.simple_tag
def file_limits() -> FileLimits:
    """Return what a message may carry: `{% file_limits as limits %}`, then `{{ limits }}`."""
    return FileLimits()


@register.tag
def symbols(parser: Parser, token: Token) -> TextNode:
    """Return the address of the shapes: `<use href="{% symbols %}#status-open">`.

    It is written when the template is compiled, so rows that use it render as fast as without.
    """
    return TextNode(static("bundles/symbols.svg"))


@register.simple_tag
def symbol(symbol_id: str, name: str) -> SafeString:
    """Draw a symbol: `{% symbol "channel-email" "envelope" %}`."""
    return draw_symbol(str(symbol_id), str(name))


@register.simple_tag
def drawn(path: str, **facts: Any) -> SafeString:
    """Include a partial that depends on its facts and the language only, rendered once per process.

    `{% drawn "includes/avatar.html" name=person.name initials=person.initials %}`. In DEBUG it is
    rendered each time.
    """
    if settings.DEBUG:
        return render_to_string(path, facts)
    return draw_partial(path, get_language() or "", **facts)


@register.simple_tag
def filled(path: str, /, **context: Any) -> SafeString:
    """Include a partial by its pattern (helpdesk.shared.patterns), with these components and texts.

    `{% filled "agent/_self.html" person=person urls=urls csrf_token=csrf_token %}`
    """
    return fill(path, context)


@register.simple_tag
def filled_each(path: str, /, **context: Any) -> SafeString:
    """Include a partial by its pattern for each of several components (the first keyword).

    `{% filled_each "agent/ticket/_choice.html" option=options name="priority" %}`: the partial
    gets each as ``option``, plus the name.
    """
    (name, items), *common = context.items()
    return fill_each(path, name, items, **dict(common))


@register.simple_tag
def script_texts() -> SafeString:
    """Return the texts of scripts as data attributes, in the active language."""
    return format_html_join(" ", 'data-{}="{}"', SCRIPT_TEXTS.items())


@register.filter
def tone(name: object) -> int:
    """Return the avatar color of a name, 0 to 7; helpdesk.shared.avatars.get_tone agrees."""
    return crc32(str(name).encode()) % AVATAR_TONES


@register.filter
def moment(at: datetime) -> str:
    """Return a time for an email, such as "Mon, Nov 23, 2026, 3:00 PM (UTC-03)"."""
    return format_moment(at)


@register.filter
def undo(message: Message) -> Undo | None:
    """Return the Undo button of a message: `{% with undo=message|undo %}`."""
    return get_undo(message)
