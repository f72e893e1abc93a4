"""JSON in requests: what can't be read is a 400, however it is malformed.

Stricter than Python: UTF-8 only (RFC 8259), no name twice in an object, no number that isn't
finite, and no text that PostgreSQL can't store.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext
from rest_framework.exceptions import ErrorDetail, UnsupportedMediaType, ValidationError
from rest_framework.parsers import JSONParser

from helpdesk.api.contract.problems import WHOLE, MalformedError

MAX_DEPTH = 32  # of arrays and objects in one another
# A string, also one that never ends, or a bracket. Possessive: no text makes it slow.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.|\\\Z)*+(?:"|\Z)|([\[{])|([\]}])', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class SafeJSONParser(JSONParser):
    """JSON in UTF-8, nested at most MAX_DEPTH deep."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        parameters = parse_header_parameters(media_type or "")[1]
        if parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type)
        try:
            text = stream.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise MalformedError(gettext("The body must be in UTF-8.")) from None
        if is_too_deep(text):
            said = gettext("The JSON is nested more than %(limit)s levels deep.")
            raise MalformedError(said % {"limit": MAX_DEPTH})
        return _check_texts(_load(text))


def is_too_deep(text: str) -> bool:
    """Return True if a JSON text has more than MAX_DEPTH arrays and objects in one another."""
    depth = 0
    for found in _TOKEN.finditer(text):
        if found[1]:
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif found[2]:
            depth -= 1
    return False


def _load(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
            object_pairs_hook=_read_object,
        )
    except ValueError as error:
        said = gettext("The body isn't valid JSON: %(problem)s") % {"problem": error}
        raise MalformedError(said) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _read_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is out of range")
    return number


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _times)] = Counter(name for name, _value in pairs).most_common(1)
        raise ValueError(f"the name {twice[:40]!a} occurs twice in an object")
    return found


def _check_texts(data: Any) -> Any:
    """Return data without texts that can't be stored. Raises ValidationError with their places."""
    problems: dict[str, Any] = {}
    for path, said in _walk_texts(data, ()):
        inner = problems
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = [said]
    if problems:
        raise ValidationError(problems)
    return data


def _walk_texts(data: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ErrorDetail]]:
    if isinstance(data, dict):
        for name, value in data.items():
            if said := _check_text(name):
                raise MalformedError(said)
            yield from _walk_texts(value, (*path, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk_texts(value, (*path, str(index)))
    elif isinstance(data, str) and (said := _check_text(data)):
        yield path or (WHOLE,), said


def _check_text(text: str) -> ErrorDetail | None:
    if "\0" in text:
        said = gettext("Null characters are not allowed.")
        return ErrorDetail(said, code="null_characters_not_allowed")
    if _SURROGATE.search(text):
        said = gettext(
            "This text contains half of a surrogate pair, which isn't a valid character."
        )
        return ErrorDetail(said, code="surrogate_characters_not_allowed")
    return None
