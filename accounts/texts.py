"""Texts that a desk has written in several languages: {"de": {"name": "Hoch"}}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language


def find_translation(translations: Mapping[str, Any], *path: str) -> str:
    """Return a text in the active language, or "" if the desk has not translated it.

    path: the keys below the language, such as "state_words", "waiting".
    """
    return find_text(translations, get_language() or "", *path)


def find_text(translations: Mapping[str, Any], *path: str) -> str:
    """Return the text at the end of a path of keys, or ""."""
    found: Any = translations
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return str(found or "")
