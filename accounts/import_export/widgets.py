"""How the cells of the tables are read and written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from import_export.widgets import Widget

from accounts.matching import normalize_domain, normalize_email

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
YES, NO = {"yes", "true", "1"}, {"", "no", "false", "0"}


def clean_text(value: Any) -> str:
    """A cell's text in one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", "" if value is None else str(value)).split())


class Text(Widget):
    """A text in one line."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return clean_text(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Email(Text):
    """An address in its normal form; what is none stays as it was written, to be refused later."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        return normalize_email(text) or text


class Domain(Text):
    """A domain in its normal form; what is none stays as it was written, to be refused later."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        return normalize_domain(text) or text


class Choice(Text):
    """One of a few values, by the stored word or the label, in any case."""

    def __init__(self, choices: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.labels = [str(label) for _, label in choices]
        self.values = {
            str(word).lower(): value for value, label in choices for word in (value, label)
        }

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean_text(value)
        if text.lower() not in self.values:
            raise ValueError(f"“{text}” is none of: {', '.join(self.labels)}.")
        return self.values[text.lower()]


class YesNo(Text):
    """Yes or no; blank is no."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:  # type: ignore[override]
        text = clean_text(value).lower()
        if text not in YES | NO:
            raise ValueError(f"“{text}” is neither yes nor no.")
        return text in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "yes" if value else "no"


class Lookup(Text):
    """A row by its name; `rows` is filled before the import. Blank is none."""

    def __init__(self, what: str, shown: str = "name") -> None:
        super().__init__()
        self.what, self.shown = what, shown
        self.rows: Mapping[str, Any] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = clean_text(value)
        if not text:
            return None
        if text not in self.rows:
            raise ValueError(f"There is no {self.what} “{text[:100]}”.")
        return self.rows[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        for name in self.shown.split(".") if value is not None else ():
            value = getattr(value, name)
        return "" if value is None else str(value)
