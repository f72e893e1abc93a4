"""Countries by their codes, with names in the reader's language."""

from __future__ import annotations

from functools import cache
from operator import itemgetter

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, to_locale

# Codes in Babel's list that are no countries: the European Union, the euro area, the UN, Outlying
# Oceania, pseudo-locales and unknown regions.
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def list_countries() -> list[tuple[str, str]]:
    """Return the codes (ISO 3166-1 alpha-2) with names in the active language, by name."""
    return _list_countries(to_locale(get_language() or "en"))


def get_country_name(code: str) -> str:
    """Return the name of a country in the active language; an unknown code stays as it is."""
    return dict(list_countries()).get(code, code)


def find_country_code(text: str) -> str:
    """Return the code of a country that is written as its code or its name, in any case.

    Names are read in English and in the active language. "" if there is no such country.
    """
    wanted = text.strip().casefold()
    for code, name in [*_list_countries("en"), *list_countries()]:
        if wanted in (code.casefold(), name.casefold()):
            return code
    return ""


@cache
def _list_countries(locale: str) -> list[tuple[str, str]]:
    try:
        names = Locale.parse(locale).territories
    except UnknownLocaleError:  # a pseudo-locale
        names = Locale.parse("en").territories
    found = {str(code): str(name) for code, name in names.items()}
    codes = (code for code in found if code.isalpha() and len(code) == 2)
    countries = ((code, found[code]) for code in codes if code not in NO_COUNTRIES)
    return sorted(countries, key=itemgetter(1))
