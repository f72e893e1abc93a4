"""Read the schema as the pages show it, once per process and language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from helpdesk.agent.api_docs.commands import write_curl, write_python
from helpdesk.agent.api_docs.components import Answer, AreaDoc, FieldDoc, OperationDoc
from helpdesk.api.schema.examples import resolve
from helpdesk.api.schema.published import get_schema

TONES = {"get": "blue", "post": "green", "put": "amber", "patch": "amber", "delete": "red"}
PLACES = ("path", "query", "header", "cookie")
MAX_DEPTH = 3
_CHOICE = re.compile(r"^\* `(.*?)` - (.*)$", re.MULTILINE)


@lru_cache
def read_areas(language: str) -> tuple[AreaDoc, ...]:
    """Return the areas with their operations. Addresses name ANY_SERVER."""
    schema = get_schema(language)
    operations = [
        (described["tags"][0], _describe(path, method, described, schema))
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]
    return tuple(
        AreaDoc(
            key=tag["name"],
            name=tag["x-displayName"],
            text=tag["description"],
            operations=tuple(one for area, one in operations if area == tag["name"]),
        )
        for tag in schema["tags"]
    )


def _describe(
    path: str, method: str, described: dict[str, Any], schema: dict[str, Any]
) -> OperationDoc:
    answers = [
        _describe_answer(status, response, schema)
        for status, response in described["responses"].items()
    ]
    body = _first(described.get("requestBody", {}).get("content", {}))
    scopes = described["security"][0].get("token", [])
    return OperationDoc(
        id=described["operationId"],
        method=method.upper(),
        tone=TONES[method],
        path=path,
        name=described["summary"],
        text=described["description"],
        scope=", ".join(scopes),
        parameters=tuple(
            sorted(
                (_describe_parameter(one) for one in described.get("parameters", [])),
                key=lambda parameter: PLACES.index(parameter.place),
            )
        ),
        body=tuple(_list_fields(body.get("schema", {}), schema["components"]["schemas"])),
        results=tuple(answer for answer in answers if answer.status < "300"),
        problems=tuple(answer for answer in answers if answer.status >= "400"),
        curl=write_curl(path, method, described),
        python=write_python(path, method, described),
    )


def _describe_answer(status: str, response: dict[str, Any], schema: dict[str, Any]) -> Answer:
    if reference := response.get("$ref"):
        response = schema["components"]["responses"][reference.rpartition("/")[2]]
    if status >= "300":
        return Answer(status=status, text=response["description"])
    content = _first(response.get("content", {}))
    example = content.get("example")
    return Answer(
        status=status,
        text=response["description"],
        fields=tuple(_list_fields(content.get("schema", {}), schema["components"]["schemas"])),
        example="" if example is None else json.dumps(example, ensure_ascii=False, indent=2),
    )


def _first(contents: dict[str, Any]) -> dict[str, Any]:
    """Return the content of the first media type, or nothing."""
    return next(iter(contents.values()), {})


def _describe_parameter(parameter: dict[str, Any]) -> FieldDoc:
    text, choices = _split_choices(parameter.get("description", ""), parameter["schema"])
    return FieldDoc(
        name=parameter["name"],
        kind=_describe_kind(parameter["schema"], {}),
        text=text,
        is_required=parameter.get("required", False),
        choices=choices,
        place=parameter["in"],
    )


def _list_fields(
    schema: dict[str, Any], schemas: dict[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[FieldDoc]:
    found = resolve(schema, schemas)
    if "items" in found:
        yield from _list_fields(found["items"], schemas, f"{prefix}[]", depth)
    for name, field in found.get("properties", {}).items():
        inner = resolve(field, schemas)
        text, choices = _split_choices(inner.get("description", ""), inner)
        path = f"{prefix}.{name}".lstrip(".")
        yield FieldDoc(
            name=path,
            kind=_describe_kind(field, schemas),
            text=text,
            is_required=name in found.get("required", []),
            choices=choices,
        )
        if depth < MAX_DEPTH:
            yield from _list_fields(inner, schemas, path, depth + 1)


def _describe_kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    found = resolve(schema, schemas)
    kinds = found.get("type", "object" if "properties" in found else "any")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if "items" in found:
        kinds[0] = f"array of {_describe_kind(found['items'], schemas)}"
    if shown := found.get("format"):
        kinds[0] = f"{kinds[0]} ({shown})"
    if limit := found.get("maxLength"):
        kinds[0] = f"{kinds[0]}, ≤ {limit}"
    is_nullable = any(one.get("type") == "null" for one in schema.get("anyOf", []))
    return " | ".join([*kinds, "null"] if is_nullable and "null" not in kinds else kinds)


def _split_choices(text: str, schema: dict[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a description without its list of choices, and the choices."""
    named = dict(_CHOICE.findall(text))
    values = [value for value in schema.get("enum", []) if value not in ("", None)]
    choices = tuple((str(value), named.get(str(value), "")) for value in values)
    shown = tuple((value, "" if label == value else label) for value, label in choices)
    return _CHOICE.sub("", text).strip(), shown
