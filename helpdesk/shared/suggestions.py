"""Suggestions for names that were mistyped. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext as _


def suggest(sentence: str, given: str, known: Iterable[str]) -> str:
    """Return a sentence about an unknown name, with the known name that is most like it."""
    likely = get_close_matches(given, list(known), n=1)
    if not likely:
        return sentence
    return _("%(sentence)s Did you mean “%(name)s”?") % {"sentence": sentence, "name": likely[0]}
