"""Rules for the published schema. Each yields what breaks it, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from helpdesk.api.schema.inspector import ANY_VALUE
from tests.api.contract import Operation, follow, list_operations, list_violations, read_schema

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
PATH = re.compile(r"(/([a-z]+(-[a-z]+)*|\{[a-z]+(_[a-z]+)*\}))+(/|\.ndjson)")
HEADER = re.compile(r"[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)*")
PROBLEM = "application/problem+json"
TYPED = {"type", "$ref", "anyOf", "allOf", "enum", "const"}
REFUSALS = {"400", "401", "403", "404", "429"}


def lint() -> list[str]:
    """Return everything in the schema that breaks a rule."""
    operations = list_operations()
    found = [*_lint_document()]
    found += [f"{one.id}: {text}" for one in operations for text in _lint_operation(one)]
    ids = [one.id for one in operations]
    found += [f"{id}: the id is used twice" for id in {id for id in ids if ids.count(id) > 1}]
    for name, component in read_schema()["components"]["schemas"].items():
        found += [f"{name}{text}" for text in _lint_schema(component, "")]
    return found


def _lint_document() -> Iterator[str]:
    document = read_schema()
    text = json.dumps(document)
    if missing := {"title", "version", "description", "license"} - document["info"].keys():
        yield f"info lacks {sorted(missing)}"
    for kind, components in document["components"].items():
        for name in components if kind != "securitySchemes" else ():
            if f'"#/components/{kind}/{name}"' not in text:
                yield f"{name} is used nowhere"
    used = {tag for operation in list_operations() for tag in operation.described["tags"]}
    for tag in document["tags"]:
        if tag["name"] not in used or not tag.get("description"):
            yield f"the area {tag['name']} is empty or undescribed"


def _lint_path(operation: Operation) -> Iterator[str]:
    if not PATH.fullmatch(operation.path):
        yield f"its path {operation.path} has another form than all others"
    described = operation.described.get("parameters", [])
    named = [each["name"] for each in described if each["in"] == "path"]
    if sorted(named) != sorted(re.findall(r"\{(\w+)\}", operation.path)):
        yield f"it describes the parameters {named} of {operation.path}"


def _lint_operation(operation: Operation) -> Iterator[str]:
    described = operation.described
    yield from _lint_path(operation)
    if not NAME.fullmatch(operation.id):
        yield "its id is no snake_case"
    if not 0 < len(described.get("summary", "")) <= 60 or described["summary"].endswith("."):
        yield "its summary is no short phrase"
    if not described.get("description", "").endswith((".", ")")):
        yield "its description is no sentence"
    if len(described["tags"]) != 1 or described["tags"][0] not in _list_tags():
        yield "it belongs to no area"
    if not described.get("security"):
        yield "it says nothing about signing in"
    for parameter in described.get("parameters", []):
        yield from _lint_parameter(parameter)
    yield from _lint_bodies(described.get("requestBody", {}), "its body")
    yield from _lint_responses(described["responses"])
    headers = {each["name"] for each in described.get("parameters", []) if each["in"] == "header"}
    if ("If-None-Match" in headers) != ("304" in described["responses"]):
        yield "it has a version and no 304, or the reverse"


def _list_tags() -> set[str]:
    return {tag["name"] for tag in read_schema()["tags"]}


def _lint_parameter(parameter: dict[str, Any]) -> Iterator[str]:
    name = parameter["name"]
    if not (HEADER if parameter["in"] == "header" else NAME).fullmatch(name):
        yield f"the parameter {name} has another form than all others"
    if not parameter.get("description"):
        yield f"the parameter {name} has no description"
    yield from _lint_example(parameter, f"the parameter {name}")


def _lint_responses(responses: dict[str, Any]) -> Iterator[str]:
    if missing := REFUSALS - responses.keys():
        yield f"it doesn't declare {sorted(missing)}"
    if not any(status.startswith("2") for status in responses):
        yield "it never succeeds"
    for status, response in responses.items():
        found = follow(response)
        if not found.get("description"):
            yield f"{status} has no description"
        if status.startswith("2"):
            if ("content" in found) == (status == "204"):
                yield f"{status} has a body, or it has none"
            yield from _lint_bodies(found, f"its {status}")
        elif status >= "400" and list(found.get("content", {})) != [PROBLEM]:
            yield f"{status} is no problem"


def _lint_bodies(body: dict[str, Any], what: str) -> Iterator[str]:
    for kind, content in body.get("content", {}).items():
        if not content.get("schema"):
            yield f"{what} is free-form ({kind})"
        yield from _lint_schema(content.get("schema", {}), f"{what}: ")
        if kind.endswith("json"):
            yield from _lint_example(content, what)


def _lint_example(holder: dict[str, Any], what: str) -> Iterator[str]:
    if "example" not in holder:
        yield f"{what} has no example"
        return
    for violation in list_violations(holder["example"], holder["schema"]):
        yield f"the example of {what} is wrong: {violation}"


def _lint_schema(schema: dict[str, Any], where: str) -> Iterator[str]:
    if schema == ANY_VALUE:
        return  # a fact that depends on its kind
    if "array" in schema.get("type", ()) and "items" not in schema:
        yield f"{where} is a list of anything"
    if not TYPED & schema.keys():
        yield f"{where} can be anything"
    if schema.get("type") == "object" and "properties" not in schema:
        others = schema.get("additionalProperties", {})
        if others == {} or others is True:
            yield f"{where} is a free-form object"
    for name, field in schema.get("properties", {}).items():
        if not NAME.fullmatch(name):
            yield f"{where}.{name} is no snake_case"
        yield from _lint_schema(field, f"{where}.{name}")
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _lint_schema(inner, f"{where}[]")
    for option in [*schema.get("anyOf", []), *schema.get("allOf", [])]:
        yield from _lint_schema(option, where)
