"""The published schema for tests: its operations, and what a value violates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from helpdesk.api.schema.published import get_schema
from tests.access.routes import ROUTES, Route

CHECKER = Draft202012Validator.FORMAT_CHECKER


@dataclass(frozen=True)
class Operation:
    """An operation of the schema. path: below api/v1."""

    path: str
    method: str
    described: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.described["operationId"])

    def get_response(self, status: int) -> dict[str, Any] | None:
        """Return what is declared for a status, or None."""
        found = self.described["responses"].get(str(status))
        return None if found is None else follow(found)


@cache
def read_schema() -> dict[str, Any]:
    """Return the schema in English as clients read it."""
    schema: dict[str, Any] = json.loads(json.dumps(get_schema("en")))
    return schema


def list_operations() -> list[Operation]:
    return list(_walk())


def _walk() -> Iterator[Operation]:
    for path, methods in read_schema()["paths"].items():
        for method, described in methods.items():
            yield Operation(path, method.upper(), described)


def follow(described: dict[str, Any]) -> dict[str, Any]:
    """Return the component that a reference names, or what was given."""
    found: Any = described
    while "$ref" in found:
        place = found["$ref"].removeprefix("#/").split("/")
        found = read_schema()
        for name in place:
            found = found[name]
    return dict(found)


def list_violations(value: Any, schema: dict[str, Any]) -> list[str]:
    """Return where a value breaks a JSON Schema of the document."""
    whole = {**schema, "components": read_schema()["components"]}
    validator = Draft202012Validator(whole, format_checker=CHECKER)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def find_route(operation: Operation) -> Route:
    """Return the route of an operation in the URL configuration."""
    return next(route for route in ROUTES if _get_path(route) == operation.path)


def _get_path(route: Route) -> str:
    path = f"/{route.pattern}".removeprefix("/api/v1")
    return re.sub(r"<\w+:(\w+)>", r"{\1}", path)
