"""Errors of the API's operations, and how invalid input is listed (RFC 9457, RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError

WHOLE = "non_field_errors"  # Django REST framework's name for errors of an object as a whole
MAX_ERRORS = 100
Path = tuple[str | int, ...]  # names of fields, and places in lists


class ParameterError(ValidationError):
    """A parameter of the address is invalid, whatever the method."""


class MalformedError(ParseError):
    """The request can't be read."""

    problem = "malformed-request"


class ChangedMeanwhileError(APIException):
    """An object isn't in the version that If-Match names."""

    status_code = 412
    problem = "changed-meanwhile"


def list_errors(error: ValidationError, *, of_parameters: bool) -> list[dict[str, str]]:
    """Return each error of invalid input with its place, code and reason."""
    found = []
    for path, detail in walk_errors(error.detail):
        place = _name_parameter(path) if of_parameters else _name_field(path)
        code = str(detail.code) if isinstance(detail, ErrorDetail) else "invalid"
        found.append({**place, "code": code, "detail": str(detail)})
    return found


def describe_errors(errors: list[dict[str, str]]) -> tuple[str, list[dict[str, str]]]:
    """Return a sentence about errors and those that are listed, at most MAX_ERRORS."""
    if len(errors) <= MAX_ERRORS:
        return gettext("Some fields are invalid. “errors” lists what to change."), errors
    text = gettext("%(count)s fields are invalid. “errors” lists the first %(listed)s.")
    return text % {"count": len(errors), "listed": MAX_ERRORS}, errors[:MAX_ERRORS]


def walk_errors(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the errors of Django REST framework's nested form, each with its path."""
    if isinstance(data, Mapping):
        for name, inner in data.items():
            place = name if isinstance(name, int) else str(name)
            yield from walk_errors(inner, (*path, place))
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from walk_errors(inner, (*path, index) if _is_nested(inner) else path)
    else:
        yield path, data


def _is_nested(data: Any) -> bool:
    return isinstance(data, Mapping | list)


def _name_parameter(path: Path) -> dict[str, str]:
    name = str(path[0]) if path else ""
    return {"parameter": name, "field": _join(path)}


def _name_field(path: Path) -> dict[str, str]:
    """Return an RFC 6901 pointer in the form of a URI fragment; "#" is the whole body."""
    within = path[:-1] if path and path[-1] == WHOLE else path
    texts = [str(part).replace("~", "~0").replace("/", "~1") for part in within]
    parts = [quote(text, safe="~") for text in texts]
    return {"pointer": "/".join(["#", *parts]), "field": _join(path)}


def _join(path: Path) -> str:
    return ".".join(map(str, path))
