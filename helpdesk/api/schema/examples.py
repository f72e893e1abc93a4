"""Examples for the schema: values that fit each field, with names that people recognize.

A test validates every example against the schema, so an example can't outlive its field.
"""

from __future__ import annotations

from typing import Any

# Stands for the desk's address in what is kept. Resolves nowhere (RFC 6761).
ANY_SERVER = "https://desk.invalid/api/v1"
# By the name of a field or parameter; used where the field's schema allows it.
VALUES: dict[str, Any] = {
    "account": "Acme Corp.",
    "address": "ana.souza@acme.example",
    "amount": 480,
    "author": "Ben Ito",
    "body": "The server doesn't start after the update.",
    "by": "Ben Ito",
    "channel": "email",
    "clock_kind": "first_response",
    "color": "#3366cc",
    "country": "BR",
    "cursor": "cD0yMDI2LTExLTE4",
    "department": "Paid Support",
    "description": "The installer stops while it reads an old license file.",
    "detail": "Enter a valid email address.",
    "domain": "acme.example",
    "email": "ana.souza@acme.example",
    "emails": ["vendor@parts.example"],
    "field": "contact.email",
    "file_name": "install.log",
    "key": "operating_system",
    "name": "Ana Souza",
    "next": f"{ANY_SERVER}/tickets/?cursor=cD0yMDI2LTExLTE4",
    "number": 1042,
    "person": "Ana Souza",
    "previous": None,
    "product": "Workbench",
    "q": "license",
    "reason": "The customer can work again.",
    "reference": "RC-1042",
    "stage": "confirmed",
    "steps": "1. Update to 4.2.\n2. Start the server.",
    "subject": "The server doesn't start",
    "summary": "The installer rejects old license files.",
    "text": "Please try version 4.2.1, which reads old license files, too.",
    "time_zone": "America/Sao_Paulo",
    "title": "The installer rejects old license files",
    "to": "ana.souza@acme.example",
    "url": "https://hooks.acme.example/plumbline",
    "version": 1,
}
FORMATS: dict[str, Any] = {
    "date-time": "2026-11-18T13:00:00Z",
    "date": "2026-11-18",
    "time": "09:00:00",
    "email": "ana.souza@acme.example",
    "uri": f"{ANY_SERVER}/",
    "uuid": "6f1c9f4e-6a0c-4b7c-9c39-0d9d6c1f2a55",
    "binary": "(the file)",
    "byte": "SGVsbG8=",
}
LOCAL_TIME = r"^[0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?$"  # without an offset, unlike RFC 3339
MAX_DEPTH = 8


def add_examples(schema: dict[str, Any]) -> None:
    """Give every parameter, request body and result of a schema an example."""
    schemas = schema["components"]["schemas"]
    for path in schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _add(parameter, schemas, name=parameter["name"])
            for kind in operation.get("requestBody", {}).get("content", {}).values():
                _add(kind, schemas, writing=True)
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    for kind in response.get("content", {}).values():
                        _add(kind, schemas)


def _add(target: dict[str, Any], schemas: dict[str, Any], **given: Any) -> None:
    if "example" not in target and "examples" not in target and target.get("schema"):
        target["example"] = build_example(target["schema"], schemas, **given)


def build_example(
    schema: dict[str, Any],
    schemas: dict[str, Any],
    *,
    name: str = "",
    writing: bool = False,
    depth: int = 0,
) -> Any:
    """Return a value that a JSON Schema allows. writing: leave out what may be left out."""
    schema = resolve(schema, schemas)
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return next((value for value in schema["enum"] if value not in ("", None)), None)
    kind = get_type(schema)
    given: dict[str, Any] = {"writing": writing, "depth": depth + 1}
    if kind == "object":
        return _build_object(schema, schemas, **given)
    if kind == "array":
        found = VALUES.get(name)
        if isinstance(found, list):
            return found
        inner = build_example(schema.get("items", {}), schemas, name=_singular(name), **given)
        return [inner] if depth < MAX_DEPTH else []
    return _build_plain(schema, kind, name)


def _build_object(
    schema: dict[str, Any], schemas: dict[str, Any], *, writing: bool, depth: int
) -> dict[str, Any]:
    fields = schema.get("properties", {})
    required = schema.get("required", [])
    chosen = required if writing and required else list(fields)
    if depth > MAX_DEPTH:
        chosen = required
    made = {
        name: build_example(fields[name], schemas, name=name, writing=writing, depth=depth)
        for name in fields
        if name in chosen and not (writing and fields[name].get("readOnly"))
    }
    others = schema.get("additionalProperties")
    if not fields and isinstance(others, dict) and others and depth <= MAX_DEPTH:
        made["severity"] = build_example(others, schemas, writing=writing, depth=depth)
    return made


def _build_plain(schema: dict[str, Any], kind: str, name: str) -> Any:
    if kind in ("integer", "number"):
        return _build_number(schema, name)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    named = VALUES.get(name)
    if schema.get("pattern") == LOCAL_TIME:
        return FORMATS["time"]
    if schema.get("format") in FORMATS:
        is_link = schema["format"] == "uri" and isinstance(named, str)
        return named if is_link else FORMATS[schema["format"]]
    text = named if isinstance(named, str) else name.replace("_", " ").strip().capitalize()
    limit = schema.get("maxLength")
    return (text or "Text")[:limit]


def _build_number(schema: dict[str, Any], name: str) -> int | float:
    named = VALUES.get(name)
    value = named if isinstance(named, int) else 42 if name.endswith(("id", "number")) else 1
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
    return name.removesuffix("s")
