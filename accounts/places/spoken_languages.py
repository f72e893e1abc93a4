"""Languages that agents support customers in, with names in the reader's language."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, to_locale


def list_languages() -> list[tuple[str, str]]:
    """Return the code and name of every language with a code of two letters, by name."""
    return _list_languages(to_locale(get_language() or "en"))


@cache
def _list_languages(locale: str) -> list[tuple[str, str]]:
    try:
        names = Locale.parse(locale).languages
    except UnknownLocaleError:  # a pseudo-locale
        names = Locale.parse("en").languages
    found = ((str(code), str(name)) for code, name in names.items() if len(code) == 2)
    return sorted(found, key=lambda one: one[1].casefold())
