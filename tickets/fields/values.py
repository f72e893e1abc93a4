"""Values of a desk's own fields: text in one form per kind. Pure.

Kept as text: a number as "12.5", a date as "2026-11-27", a checked box as "yes", a version as it
was typed. "" stands for no value.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from tickets.errors import InvalidFieldValueError
from tickets.models import FieldKind, FormField
from tickets.models.forms import MAX_LINE

MAX_LONG = 5_000  # characters of a long text
YES, NO = "yes", "no"
_TRUE = {"yes", "true", "on", "1"}
_FALSE = {"", "no", "false", "off", "0"}
_NUMBER = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,4})?")
_VERSION = re.compile(r"[0-9]{1,8}(?:\.[0-9]{1,8}){0,5}(?:[-+. ]?[0-9A-Za-z.+-]+)?")


def clean_value(field: FormField, typed: object) -> str:
    """Return a value in the form that is kept, or "". Raises InvalidValueError with its field.

    A choice that was removed from the field since is refused like any other.
    """
    text = str("" if typed is None else typed).replace("\0", "").replace("\r\n", "\n").strip()
    if isinstance(typed, bool):
        text = YES if typed else NO
    if field.kind == FieldKind.LONG:
        return _require_length(field, text, MAX_LONG)
    line = _require_length(field, " ".join(text.split()), MAX_LINE)
    if field.kind == FieldKind.CHECKBOX:
        return _clean_checkbox(field, line)
    cleaner = CLEANERS.get(FieldKind(field.kind)) if line else None
    return cleaner(field, line) if cleaner else line


def _require_length(field: FormField, text: str, maximum: int) -> str:
    if len(text) > maximum:
        raise InvalidFieldValueError(
            field.key,
            _("%(field)s: Enter at most %(maximum)s characters.")
            % {"field": field.label, "maximum": maximum},
        )
    return text


def _clean_checkbox(field: FormField, line: str) -> str:
    word = line.casefold()
    if word in _TRUE:
        return YES
    if word in _FALSE:
        return ""
    raise _refuse(field, _("%(field)s: Enter “yes” or “no”."))


def _clean_number(field: FormField, line: str) -> str:
    text = line.replace(" ", "").lstrip("+")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise _refuse(field, _("%(field)s: Enter a number, such as 12 or 12.5."))
    try:
        number = Decimal(text)
    except InvalidOperation:  # pragma: no cover (the pattern allows no such text)
        raise _refuse(field, _("%(field)s: Enter a number, such as 12 or 12.5.")) from None
    kept = f"{number:f}"
    return kept.rstrip("0").rstrip(".") if "." in kept else kept


def _clean_date(field: FormField, line: str) -> str:
    try:
        return date.fromisoformat(line).isoformat()
    except ValueError:
        raise _refuse(field, _("%(field)s: Enter a date, such as 2026-11-27.")) from None


def _clean_choice(field: FormField, line: str) -> str:
    if line not in [str(choice) for choice in field.choices]:
        raise _refuse(field, _("%(field)s: Choose one of the options."))
    return line


def _clean_version(field: FormField, line: str) -> str:
    version = line.removeprefix("v").removeprefix("V")
    if not _VERSION.fullmatch(version):
        raise _refuse(field, _("%(field)s: Enter a version, such as 8.1 or 8.1.0-rc1."))
    return version


def _clean_link(field: FormField, line: str) -> str:
    address = line if "://" in line else f"https://{line}"
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        is_good = False
    if not is_good or " " in address:
        raise _refuse(field, _("%(field)s: Enter a web address, such as https://example.com."))
    return address


def _refuse(field: FormField, text: str) -> InvalidFieldValueError:
    return InvalidFieldValueError(field.key, text % {"field": field.label})


CLEANERS = {
    FieldKind.NUMBER: _clean_number,
    FieldKind.DATE: _clean_date,
    FieldKind.SELECT: _clean_choice,
    FieldKind.VERSION: _clean_version,
    FieldKind.LINK: _clean_link,
}


def sort_version(version: str) -> str:
    """Return the text by which a version sorts, as the trigger writes it to FieldValue."""
    found = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    parts = found[0].split(".") if found else []
    return ".".join(part.zfill(8)[:8] for part in parts)[:80]


def describe_value(kind: str, value: str) -> str:
    """Return a value as people read it, in the active language."""
    if kind == FieldKind.CHECKBOX:
        return {YES: _("Yes"), NO: _("No"), "": _("No")}.get(value, value)
    if kind == FieldKind.NUMBER and _NUMBER.fullmatch(value):
        return number_format(Decimal(value), use_l10n=True, force_grouping=True)
    if kind == FieldKind.DATE:
        try:
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        except ValueError:
            return value
    return value
