"""Read-only values of the admin site: JSON and long texts, without style attributes.

Unfold colors JSON by inline styles, which the Content-Security-Policy forbids, so JSON is plain
text here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Shown = Callable[[Model], str]


def show_json(name: str, label: StrOrPromise) -> Shown:
    """Return a read-only field that shows a JSON column; see `format_json`."""
    return _describe(name, label, lambda row: format_json(getattr(row, name)))


def show_text(name: str, label: StrOrPromise) -> Shown:
    """Return a read-only field that shows a long text with its line breaks."""
    return _describe(
        name, label, lambda row: format_html('<pre dir="auto">{}</pre>', getattr(row, name))
    )


def format_json(value: Any) -> str:
    """Render a list of strings as paragraphs, other JSON indented, and an empty value as "-"."""
    if not value:
        return "-"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return format_html_join("", '<p dir="auto">{}</p>', ((item,) for item in value))
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))


def _describe(name: str, label: StrOrPromise, shown: Shown) -> Shown:
    shown.__name__ = f"shown_{name}"
    shown.short_description = label  # type: ignore[attr-defined]  # Django's name for a label
    return shown
