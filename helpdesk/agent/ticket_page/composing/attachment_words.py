"""Words that announce an attachment, so that a reply without one is noticed."""

from __future__ import annotations

import re

# As in static/js/attachment_check.js. Customers' other languages get no reminder.
_WORDS = re.compile(
    r"(?<![^\W_])(?:attach(?:ed|ments?|ing)?|enclosed|anhang|angehängt[^\W\d_]*|"
    r"beigefügt[^\W\d_]*|anbei|anexos?|anexei|anexad[oa]s?)(?![^\W_])",
    re.IGNORECASE,
)


def mentions_attachment(text: str) -> bool:
    """Return True if a text announces an attachment. Quoted lines don't count."""
    own = (line for line in text.splitlines() if not line.lstrip().startswith(">"))
    return any(_WORDS.search(line) for line in own)
