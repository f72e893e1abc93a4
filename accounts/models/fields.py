"""Text columns that store no control characters, whichever way the text came in."""

from __future__ import annotations

import re
from typing import Any

from django.db import models

# Line breaks by Unicode: LF, VT, FF, CR, NEL, LS, PS. In a name they and the tab become a blank.
_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_line(text: str) -> str:
    """Return text on one line, without control characters and lone surrogates."""
    if not (_BREAKS.search(text) or _UNPRINTABLE.search(text)):
        return text
    return _UNPRINTABLE.sub("", _BREAKS.sub(" ", text)).strip()


def clean_lines(text: str) -> str:
    """Return text with LF as its line end and no control characters but LF and the tab."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _UNSTORABLE.sub("", unified)


class CleanField(models.Field):
    """A text field that cleans what is assigned, saved and compared. Its column is Django's own."""

    clean_text: Any

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.clean_text(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return self.clean_text(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.clean_text(value)
            setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        """Return Django's own field: cleaning needs no migration."""
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs


class LineField(CleanField, models.CharField):
    """Text on one line: names, subjects, labels."""

    clean_text = staticmethod(clean_line)


class LinesField(CleanField, models.TextField):
    """Text of several lines."""

    clean_text = staticmethod(clean_lines)
