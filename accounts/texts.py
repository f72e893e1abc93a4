"""Texts that a desk has written in several languages: {"de": {"name": "Hoch"}}; and clean texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


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


def strip_direction_controls(text: str) -> str:
    """Return a text without the characters that change the direction of what follows them."""
    return _DIRECTION_CONTROLS.sub("", text)
