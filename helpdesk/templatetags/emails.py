"""Template filters of emails."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_BLANKS = re.compile(r"(?P<leading>(?:(?<=<br>)|^)[ \t]+)|  +|\t+")
TAB_WIDTH = 4


@register.filter(is_safe=True)
def keep_blanks(html: SafeString) -> SafeString:
    """Keep the indentation and the columns of a text that is HTML by now, such as a stack trace.

    No-break spaces instead of `white-space`, which Outlook doesn't know. The last of several blanks
    between words stays one where the line may break.
    """
    return mark_safe(_BLANKS.sub(_hold, html))  # noqa: S308 (only blanks become entities)


def _hold(blanks: re.Match[str]) -> str:
    width = len(blanks[0].expandtabs(TAB_WIDTH))
    return "&nbsp;" * width if blanks["leading"] else "&nbsp;" * (width - 1) + " "
