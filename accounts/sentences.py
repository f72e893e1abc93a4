"""Sentences for readers, filled with the parameters that were stored with a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fill_sentence(sentence: Any, parameters: Mapping[str, Any], *, code: str) -> str:
    """Return a sentence of gettext_lazy or ngettext_lazy with its placeholders filled.

    Returns the code instead if the stored parameters don't fit the sentence: during an upgrade
    another version may have stored them, and a page must not fail because of one old row.
    """
    try:
        return str(sentence % parameters)
    except (LookupError, TypeError, ValueError):
        return code
