"""How the admin site shows values that are only looked at: JSON and long texts, without a style attribute.

Unfold colours JSON by inline styles, which the strict policy forbids; so JSON stands here as plain lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.html import format_html, format_html_join

Shown = Callable[[Model], str]


def show_json(name: str) -> Shown:
    """A read-only field: lists of sentences one a line, other JSON indented."""
    return _named(name, lambda row: format_json(getattr(row, name)))


def show_text(name: str) -> Shown:
    """A read-only field: a long text with its lines kept."""
    return _named(name, lambda row: format_html("<pre>{}</pre>", getattr(row, name)))


def format_json(value: Any) -> str:
    """JSON for a reader's eye; "-" for nothing."""
    if not value:
        return "-"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return format_html_join("", "<p>{}</p>", ((item,) for item in value))
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))


def _named(name: str, shown: Shown) -> Shown:
    shown.__name__ = f"shown_{name}"
    shown.short_description = name.replace("_", " ")  # type: ignore[attr-defined]
    return shown
