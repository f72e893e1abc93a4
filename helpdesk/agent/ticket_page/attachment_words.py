"""Words that announce an attachment, so that a reply without one is noticed."""

from __future__ import annotations

import re

# In the languages that the interface has; customers of others get no reminder.
_WORDS = re.compile(
    r"\b(?:attach(?:ed|ing|ment|ments)|enclosed|"  # English
    r"anexo|anexos|anexa|anexado|anexados|anexei|anexamos|em anexo|segue anexo|"  # Portuguese
    r"anbei|anhang|angehängt|beigefügt|im anhang|angehängte[nrs]?|beigefügte[nrs]?)\b",  # German
    re.IGNORECASE,
)


def mentions_attachment(text: str) -> bool:
    """Return True if a text announces an attachment. Quoted lines don't count."""
    own = (line for line in text.splitlines() if not line.lstrip().startswith(">"))
    return any(_WORDS.search(line) for line in own)
