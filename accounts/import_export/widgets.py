"""Widgets that convert CSV cells to model values and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext, override
from import_export.widgets import Widget

from accounts.matching import normalize_email, read_domain
from accounts.places.countries import find_country_code

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
YES, NO = {"yes", "true", "1"}, {"", "no", "false", "0"}


def clean_text(value: Any) -> str:
    """Return a cell's text on one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", "" if value is None else str(value)).split())


class Text(Widget):
    """Text on one line."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return clean_text(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Email(Text):
    """A normalized email address; an invalid one is kept as written and rejected later."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        return normalize_email(text) or text


class Domain(Text):
    """A normalized domain; an invalid one is kept as written and rejected later."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        return read_domain(text) or text


class Choice(Text):
    """One of a few values, by stored value or label, in any case.

    Labels are accepted in English and in the reader's language.
    """

    def __init__(self, choices: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.choices = choices
        self.values: dict[str | None, dict[str, str]] = {}  # by language

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        values = self._read_words()
        if text.lower() not in values:
            message = gettext("“%(text)s” is not one of: %(choices)s.")
            labels = ", ".join(str(label) for _value, label in self.choices)
            raise ValueError(message % {"text": text, "choices": labels})
        return values[text.lower()]

    def _read_words(self) -> dict[str, str]:
        """Return the stored value for each accepted word, in lower case."""
        language = get_language()
        if language not in self.values:
            with override(None):
                source = {str(label).lower(): value for value, label in self.choices}
            shown = {str(label).lower(): value for value, label in self.choices}
            stored = {value.lower(): value for value, _label in self.choices}
            self.values[language] = shown | source | stored
        return self.values[language]


class Country(Text):
    """A country by its code or name; blank means none. An export has the code."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        code = find_country_code(text) if text else ""
        if text and not code:
            message = gettext("“%(text)s” is not a country. Enter its name or code, such as BR.")
            raise ValueError(message % {"text": text[:100]})
        return code


class YesNo(Text):
    """Yes or no; blank means no."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:  # type: ignore[override]
        text = clean_text(value).lower()
        if text not in YES | NO:
            raise ValueError(gettext("Enter yes or no instead of “%(text)s”.") % {"text": text})
        return text in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "yes" if value else "no"


class Lookup(Text):
    """A row by its name; blank means none. `rows` is filled before the import.

    missing: the lazy error text for an unknown name, with a placeholder ``name``. shown: the dotted
    attribute that names a row in an export.
    """

    def __init__(self, missing: StrOrPromise, shown: str = "name") -> None:
        super().__init__()
        self.missing, self.shown = missing, shown
        self.rows: Mapping[str, Any] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = clean_text(value)
        if not text:
            return None
        if text not in self.rows:
            raise ValueError(self.missing % {"name": text[:100]})
        return self.rows[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        for name in self.shown.split(".") if value is not None else ():
            value = getattr(value, name)
        return "" if value is None else str(value)
