"""The known name that a mistyped one probably stands for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext as _

MAX_NAME = 100  # characters of a name for which a similar one is looked up


def suggest(sentence: str, given: str, known: Iterable[str]) -> str:
    """Return a sentence about an unknown name, with the known name that is most like it."""
    similar = find_similar(given, known)
    if not similar:
        return sentence
    return _("%(sentence)s Did you mean “%(name)s”?") % {"sentence": sentence, "name": similar}


def find_similar(given: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar to a mistyped one, or ""."""
    if len(given) > MAX_NAME:
        return ""
    plain = given.lower().replace("-", "_")
    return next(iter(get_close_matches(plain, list(known), n=1)), "")
