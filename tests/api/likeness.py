"""Where the example of an operation differs from what the API really answers.

An example and the answers have the same keys, types and forms: a link, a time, a number in a text,
a key for programs. Objects without required fields, such as an event's facts, have keys that
occur in answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from helpdesk.api.schema.examples import resolve
from tests.api.contract import read_schema

FORMS = {
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "date": r"\d{4}-\d\d-\d\d",
    "time of day": r"\d\d:\d\d(:\d\d(\.\d+)?)?",
    "link": r"(https?:/)?/\S*",
    "address": r"[^@\s]+@[^@\s]+",
    "number": r"\d+",
    "digest": r"[0-9a-f]{16,}",
    "markup": r"(?s)<.*>",
    "key": r"[a-z][a-z0-9]*([-_.][a-z0-9]+)*",
}


def list_differences(
    example: Any, answers: list[Any], schema: dict[str, Any], path: str = ""
) -> Iterator[str]:
    """Yield where an example differs from all answers that have a value at the same place."""
    found = [answer for answer in answers if answer is not None]
    if example is None or not found:
        return
    kinds = {_get_kind(answer) for answer in found}
    if _get_kind(example) not in kinds:
        yield f"{path} is {_get_kind(example)}, in answers {kinds}"
    elif isinstance(example, dict):
        yield from _compare_objects(example, found, schema, path)
    elif isinstance(example, list):
        rows = [row for answer in found for row in answer]
        described = _resolve(schema).get("items", {})
        for row in example:
            yield from list_differences(row, rows, described, f"{path}[]")
    elif isinstance(example, str):
        forms = {_get_form(answer) for answer in found if answer}
        if example and forms and _get_form(example) not in forms:
            yield f"{path} is a {_get_form(example)} ({example}), in answers {forms}"


def _compare_objects(
    example: dict[str, Any], found: list[dict[str, Any]], schema: dict[str, Any], path: str
) -> Iterator[str]:
    described = _resolve(schema)
    fields = described.get("properties")
    known = {key for answer in found for key in answer}
    if not described.get("required"):
        if known and not example.keys() <= known:
            yield f"{path} has {sorted(example.keys() - known)}, in answers {sorted(known)}"
    elif all(example.keys() != answer.keys() for answer in found):
        yield f"{path} differs in {sorted(example.keys() ^ found[0].keys())}"
    others = described.get("additionalProperties", {})
    for key in example.keys() & known:
        answers = [answer[key] for answer in found if key in answer]
        inner = (fields or {}).get(key, others if isinstance(others, dict) else {})
        yield from list_differences(example[key], answers, inner, f"{path}.{key}")


def _resolve(schema: dict[str, Any]) -> dict[str, Any]:
    return resolve(schema, read_schema()["components"]["schemas"])


def _get_kind(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


def _get_form(text: str) -> str:
    return next((form for form, like in FORMS.items() if re.fullmatch(like, text)), "text")
