"""Mentions of defects and tickets in notes, such as RC-D12 and RC-1042, as links."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.linked_text import link_addresses


def link_mentions(text: str, prefix: str) -> SafeString:
    """Escape a plain text and link its addresses and what it mentions. prefix: the desk's.

    A key within an address stays a part of it.
    """
    if f"{prefix}-".casefold() not in text.casefold():
        return link_addresses(text)
    parts, end = [], 0
    for found in _make_pattern(prefix).finditer(text):
        parts += [link_addresses(text[end : found.start()]), _link(found)]
        end = found.end()
    parts.append(link_addresses(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 (each part is escaped)


def _link(found: re.Match[str]) -> SafeString:
    view = "agent:defect" if found["defect"] else "agent:ticket"
    return format_html('<a href="{}">{}</a>', get_url(view, int(found["number"])), found[0])


@lru_cache(maxsize=256)
def _make_pattern(prefix: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w/=?&#.@-]){re.escape(prefix)}-(?P<defect>D)?(?P<number>[0-9]{{1,12}})(?![\w@-])",
        re.IGNORECASE,
    )
