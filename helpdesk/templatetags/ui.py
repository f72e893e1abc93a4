"""Template tags of the interface: icons as inline SVG, and a stable colour for a name's avatar."""

from functools import lru_cache
from zlib import crc32

import heroicons.templatetags.heroicons as heroicon_tags
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from helpdesk.icons import CHANNEL_ICONS, DRAWN_SYMBOLS

register = template.Library()

AVATAR_TONES = 8


@lru_cache(maxsize=512)
def draw_icon(name: str, size: int, label: str, css_class: str) -> SafeString:
    """Give heroicon `name` as an SVG string: named by `label`, or hidden from assistive technology without one.

    Raises heroicons.IconDoesNotExist for an unknown name. Cached, because drawing one costs more than
    everything else in a list's row.
    """
    attrs = {"class_": css_class}
    naming = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    draw = heroicon_tags.heroicon_micro if size <= 16 else heroicon_tags.heroicon_mini
    svg = draw(name, size=size, **{**naming, "class": attrs["class_"]})
    return mark_safe(svg)  # noqa: S308 (the names come from templates, heroicons escapes the attributes)


@register.simple_tag
def icon(name: str, *, size: int = 16, label: str = "", css: str = "icon") -> SafeString:
    """`{% icon "envelope" %}`, `{% icon "bolt" size=20 label="Urgent" %}`: sizes are CSS pixels, 16 or 20."""
    return draw_icon(str(name), size, str(label), str(css))


@lru_cache(maxsize=1)
def draw_symbols() -> SafeString:
    """Give one hidden SVG that holds every symbol that lists repeat, for `<use href="#channel-email">`."""
    drawn = "".join(
        f'<symbol id="{escape(name)}" viewBox="0 0 16 16">{body}</symbol>' for name, body in DRAWN_SYMBOLS.items()
    )
    channels = "".join(_as_symbol(f"channel-{channel}", icon) for channel, icon in CHANNEL_ICONS.items())
    return mark_safe(f'<svg hidden aria-hidden="true">{channels}{drawn}</svg>')  # noqa: S308 (all constants)


def _as_symbol(symbol_id: str, icon_name: str) -> str:
    svg = heroicon_tags.heroicon_micro(icon_name, size=None)
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return f'<symbol id="{symbol_id}" viewBox="0 0 16 16">{body}</symbol>'


@register.simple_tag
def symbols() -> SafeString:
    """`{% symbols %}`, once per page: base.html does it."""
    return draw_symbols()


@register.filter
def tone(name: object) -> int:
    """Give a number from 0 to 7 that stays the same for a name: the colour of its avatar."""
    return crc32(str(name).encode()) % AVATAR_TONES
