"""Replace an exact text, such as a leaked password, in texts, HTML and JSON."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from typing import Any
from urllib.parse import quote

from django.utils.html import strip_tags

MARK = "[redacted]"
MIN_CHARS = 4  # fewer would match in the middle of ordinary words
MAX_CHARS = 1000

# Between two words: line breaks, hard spaces and the marks of quoted lines.
GAP = r"(?:\s|&nbsp;|&#160;|&gt;|>){1,40}"
_IN_GAPS = re.compile(r"(?:&nbsp;|&#160;|&gt;|>)+")
ENTITIES = {
    "&": "(?:&amp;|&#38;|&)",
    "<": "(?:&lt;|&#60;|<)",
    ">": "(?:&gt;|&#62;|>)",
    '"': '(?:&quot;|&#34;|")',
    "'": "(?:&#x27;|&#39;|&apos;|')",
}
CODE = "code"  # the key of a reason's or refusal's kind in JSON
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d\S*)?")


class Redactor:
    """Finds a text in any case, also as HTML writes it, as URLs do, and across wrapped lines.

    kept: values that the program compares with, such as states. Whole strings of JSON that are one
    of them, or a time, stay: without them, the row couldn't be read anymore.
    """

    def __init__(self, text: str, *, kept: Collection[str] = ()) -> None:
        # A word of nothing but a gap's marks, such as ">", could match at many places of a gap. A
        # search for many of those would try all of their combinations.
        words = [word for word in text.split() if not _IN_GAPS.fullmatch(word)] or [text.strip()]
        plain = GAP.join("".join(ENTITIES.get(c, re.escape(c)) for c in word) for word in words)
        in_url = re.escape(quote(" ".join(text.split()), safe=""))
        self.pattern = re.compile(f"{plain}|{in_url}", re.IGNORECASE)
        self.text, self.kept = " ".join(text.split()), kept

    def occurs_in(self, text: str) -> bool:
        """Return True if a text contains it."""
        return bool(self.pattern.search(text))

    def redact(self, value: Any) -> Any:
        """Return a text, or what JSON holds, with each occurrence replaced. Keys stay."""
        if isinstance(value, str):
            return self.pattern.sub(MARK, value)
        return self._redact_data(value)

    def redact_html(self, html: str) -> str:
        """Return sanitized HTML without it; "" if markup divides it."""
        redacted = self.redact(html)
        return "" if self.occurs_in(unescape(strip_tags(redacted))) else redacted

    def _redact_data(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: item if key == CODE else self._redact_data(item) for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._redact_data(item) for item in value]
        if isinstance(value, str) and value not in self.kept and not _TIME.fullmatch(value):
            return self.pattern.sub(MARK, value)
        return value

    def occurs_in_bytes(self, content: bytes) -> bool:
        """Return True if a file contains it as plain text, in UTF-8 or UTF-16."""
        encodings = ("utf-8", "utf-16-le") if b"\x00" in content else ("utf-8",)
        return any(self.occurs_in(content.decode(name, "replace")) for name in encodings)
