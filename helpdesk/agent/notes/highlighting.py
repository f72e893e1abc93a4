"""Mentions within the HTML of a note, highlighted. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_TAG = re.compile(r"(<[^>]*>)")


def highlight_mentions(shown: SafeString, names: Sequence[str]) -> SafeString:
    """Highlight "@name" in safe HTML, outside of its tags. names: as they stand in the text."""
    if not names:
        return shown
    longest_first = sorted({escape(name) for name in names}, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)@(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    parts = _TAG.split(shown)
    parts[::2] = [pattern.sub(r'<span class="mention">\g<0></span>', part) for part in parts[::2]]
    return mark_safe("".join(parts))  # noqa: S308 (safe before; only these elements are added)
