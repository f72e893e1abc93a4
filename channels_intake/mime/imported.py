"""HTML of messages that are imported from another help desk."""

from __future__ import annotations

from channels_intake.mime.sanitize import MAX_SOURCE_CHARS, html_to_text, sanitize


def read_html(source: str) -> tuple[str, str, bool]:
    """Return plain text, safe HTML, and True if that was cut. Email goes the same way."""
    safe = sanitize(source)
    return html_to_text(source[:MAX_SOURCE_CHARS]), safe.html, safe.is_cut
