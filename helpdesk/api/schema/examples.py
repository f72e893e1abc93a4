"""Examples for the schema: values that fit each field, with names that people recognize.

A test validates every example against the schema, so an example can't outlive its field.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

# Stands for the desk's address in what is kept. Resolves nowhere (RFC 6761).
ANY_DESK = "https://desk.invalid"
ANY_SERVER = f"{ANY_DESK}/api/v1"
# By the name of a field or parameter, or of its object and its own, such as "product.name"; used
# where the field's schema allows it.
VALUES: dict[str, Any] = json.loads((Path(__file__).parent / "values.json").read_text("utf-8"))
# Bodies by operation, where fields alone don't say what belongs together. A test sends them.
BODIES: dict[str, Any] = json.loads((Path(__file__).parent / "bodies.json").read_text("utf-8"))
FORMATS: dict[str, Any] = {
    "date-time": "2026-11-18T13:00:00Z",
    "date": "2026-11-18",
    "time": "09:00:00",
    "email": "ana.souza@acme.example",
    "uri": f"{ANY_SERVER}/",
    "uri-reference": "https://help.example/",
    "uuid": "6f1c9f4e-6a0c-4b7c-9c39-0d9d6c1f2a55",
    "binary": "(the file)",
    "byte": "SGVsbG8=",
}
LOCAL_TIME = r"^[0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?$"  # without an offset, unlike RFC 3339
PAGE = {"next", "previous", "results"}
CURSOR = "?cursor=cD0yMDI2LTExLTE4"
MAX_DEPTH = 8


def add_examples(schema: dict[str, Any]) -> None:
    """Give every parameter, request body and result of a schema an example."""
    schemas = schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                _add(parameter, schemas, name=parameter["name"])
            about = _name_object(path)
            for kind in operation.get("requestBody", {}).get("content", {}).values():
                if operation["operationId"] in BODIES:
                    kind["example"] = BODIES[operation["operationId"]]
                _add(kind, schemas, writing=True, about=about)
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    for kind in response.get("content", {}).values():
                        _add(kind, schemas, about=about)
                        _link_page(kind.get("example"), path)


def _name_object(path: str) -> str:
    """Return what a path is about: "product" for /products/{product_id}/.

    Events of tickets and defects differ, so they are a "ticket_event" and a "defect_event".
    """
    named = [part for part in path.split("/") if part and not part.startswith("{")]
    word = _singular(named[-1].replace("-", "_"))
    return f"{_singular(named[0])}_event" if word == "event" and len(named) > 1 else word


def _link_page(example: Any, path: str) -> None:
    """Let the example of a page link to the next page of its own list."""
    if isinstance(example, dict) and example.keys() == PAGE:
        whose = re.sub(r"{(\w+)}", lambda found: str(VALUES.get(found[1], VALUES["id"])), path)
        example["next"] = f"{ANY_SERVER}{whose}{CURSOR}"


def _add(target: dict[str, Any], schemas: dict[str, Any], **given: Any) -> None:
    if "example" not in target and "examples" not in target and target.get("schema"):
        target["example"] = build_example(target["schema"], schemas, **given)


def build_example(
    schema: dict[str, Any],
    schemas: dict[str, Any],
    *,
    name: str = "",
    about: str = "",
    writing: bool = False,
    depth: int = 0,
) -> Any:
    """Return a value that a JSON Schema allows. writing: leave out what may be left out.

    name: of the field. about: what the object around it is, such as "product".
    """
    schema = resolve(schema, schemas)
    if "const" in schema:
        return schema["const"]
    named = VALUES.get(f"{about}.{name}", VALUES.get(name))
    if "enum" in schema:
        options = [value for value in schema["enum"] if value not in ("", None)]
        return named if named in options else (options or [None])[0]
    if named is None and name in VALUES and "null" in schema.get("type", ()):
        return None
    kind = get_type(schema)
    if schema.get("default") not in (None, "") and kind not in ("object", "array"):
        return schema["default"]
    given: dict[str, Any] = {"writing": writing, "depth": depth + 1}
    if kind == "object":
        if isinstance(named, dict) and not schema.get("properties"):
            return named  # facts that depend on their kind
        return _build_object(schema, schemas, about=name or about, **given)
    if kind == "array":
        items = resolve(schema.get("items", {}), schemas)
        if isinstance(named, list) and get_type(items) == "string" and "enum" not in items:
            return named
        given |= {"name": _singular(name), "about": about}
        return [build_example(items, schemas, **given)]
    return _build_plain(schema, kind, name, about)


def _build_object(
    schema: dict[str, Any], schemas: dict[str, Any], *, about: str, writing: bool, depth: int
) -> dict[str, Any]:
    fields = schema.get("properties", {})
    if {"number", "subject"} <= fields.keys():
        about = "ticket"
    required = schema.get("required", [])
    chosen = required if writing and required else list(fields)
    if depth > MAX_DEPTH or fields.keys() >= PAGE:  # a page has a count only if asked for
        chosen = required
    made = {
        name: build_example(
            fields[name], schemas, name=name, about=about, writing=writing, depth=depth
        )
        for name in fields
        if name in chosen and not (writing and fields[name].get("readOnly"))
    }
    others = schema.get("additionalProperties")
    if not fields and isinstance(others, dict) and others and depth <= MAX_DEPTH:
        made["severity"] = build_example(
            others, schemas, name="value", writing=writing, depth=depth
        )
    return made


def _build_plain(schema: dict[str, Any], kind: str, name: str, about: str) -> Any:
    if kind == "boolean":
        return bool(VALUES.get(name, not name.startswith(("is_re", "is_mis", "is_pub", "awaits"))))
    if kind == "null":
        return None
    named = VALUES.get(f"{about}.{name}", VALUES.get(name))
    if kind in ("integer", "number"):
        return _build_number(schema, name, named)
    if schema.get("pattern") == LOCAL_TIME:
        return FORMATS["time"]
    if schema.get("format") in FORMATS:
        mark = {"uri": "/", "uri-reference": "/", "email": "@"}.get(schema["format"])
        if isinstance(named, str) and mark and mark in named:
            return named.replace("{server}", ANY_SERVER)
        return FORMATS[schema["format"]]
    text = named if isinstance(named, str) else name.replace("_", " ").strip().capitalize()
    is_empty = not text and schema.get("minLength", 0) > 0
    return "Text" if is_empty or not name else text[: schema.get("maxLength")]


def _build_number(schema: dict[str, Any], name: str, named: Any) -> int:
    is_number = isinstance(named, int) and not isinstance(named, bool)
    value = named if is_number else 42 if name.endswith(("id", "number")) else 1
    value = max(value, schema.get("minimum", value))
    return int(min(value, schema.get("maximum", value)))


def resolve(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with references followed and the first of its alternatives chosen."""
    while True:
        if reference := schema.get("$ref"):
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = schemas[reference.rpartition("/")[2]] | rest
        elif "allOf" in schema:
            parts = [resolve(part, schemas) for part in schema["allOf"]]
            schema = _merge(parts) | {k: v for k, v in schema.items() if k != "allOf"}
        elif options := schema.get("oneOf") or schema.get("anyOf"):
            kept = {k: v for k, v in schema.items() if k not in ("oneOf", "anyOf")}
            schema = next((one for one in options if one.get("type") != "null"), options[0]) | kept
        else:
            return schema


def _merge(parts: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        fields = merged.get("properties", {}) | part.get("properties", {})
        required = [*merged.get("required", []), *part.get("required", [])]
        merged |= part | {"properties": fields, "required": required}
    return merged if merged.get("properties") else {k: v for k, v in merged.items() if v}


def get_type(schema: dict[str, Any]) -> str:
    """Return the JSON type of a resolved schema, the one that isn't null if there are two."""
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kinds, str):
        return kinds
    return str(next((kind for kind in kinds if kind != "null"), "null"))


def _singular(name: str) -> str:
    """Return the name of one of many: "policy" for "policies", nothing for a page's results."""
    if name.endswith("ies"):
        return f"{name.removesuffix('ies')}y"
    return "" if name == "results" else name.removesuffix("es" if name.endswith("xes") else "s")
