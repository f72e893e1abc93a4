"""Write the types of the example client from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpdesk.api.schema.inspector import ANY_VALUE
from tests.api.contract import list_operations, read_schema

# The operations that docs/examples/plumbline_client.py has methods for.
OPERATIONS = {"list_tickets", "show_ticket", "open_ticket", "reply", "add_note", "move_ticket"}
HEAD = '''"""Objects of Plumbline's API for type checkers, written from its schema.

`KEEP_TYPES=1 make test TESTS=tests/api/test_client_types.py` writes this file again.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def write_types() -> str:
    """Return the module with a TypedDict for each object of these operations."""
    found: dict[str, None] = {}
    for operation in list_operations():
        if operation.id in OPERATIONS:
            _collect(operation.described.get("requestBody", {}), found)
            for status, response in operation.described["responses"].items():
                if status < "300":
                    _collect(response, found)
    return "\n".join([HEAD, *(line for name in sorted(found) for line in _write(name))])


def _collect(described: Any, found: dict[str, None]) -> None:
    """Add the names of all components that a part of the schema refers to."""
    if isinstance(described, list):
        for each in described:
            _collect(each, found)
    if not isinstance(described, dict):
        return
    for key, each in described.items():
        if key == "$ref" and each.startswith("#/components/schemas/"):
            name = each.rpartition("/")[2]
            if name not in found and not name.startswith("Sparse"):
                found[name] = None
                _collect(read_schema()["components"]["schemas"][name], found)
        elif key not in ("example", "examples"):
            _collect(each, found)


def _write(name: str) -> Iterator[str]:
    schema = read_schema()["components"]["schemas"][name]
    if "properties" not in schema:
        yield f"\n{name}: TypeAlias = {_describe(schema, quoted=True)}"
        return
    yield f"\nclass {name}(TypedDict):"
    yield f'    """{schema.get("description", name).splitlines()[0]}"""\n'
    for field, described in schema["properties"].items():
        kind = _describe(described)
        is_needed = field in schema.get("required", [])
        yield f"    {field}: {kind if is_needed else f'NotRequired[{kind}]'}"
    yield ""


def _describe(schema: dict[str, Any], *, quoted: bool = False) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"].rpartition("/")[2])
        return f'"{name}"' if quoted else name
    for key in ("anyOf", "allOf"):
        if key in schema:
            kinds = dict.fromkeys(
                _describe(each) for each in schema[key] if "/Sparse" not in each.get("$ref", "")
            )
            joined = " | ".join(kinds)
            return f'"{joined}"' if quoted else joined
    if "enum" in schema:
        return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]"
    if schema == ANY_VALUE:
        return "Any"
    kinds = schema.get("type", "object")
    names = [_name(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " | ".join(names)


def _name(kind: str, schema: dict[str, Any]) -> str:
    if kind == "array":
        return f"list[{_describe(schema['items'])}]"
    if kind == "object":
        others = schema.get("additionalProperties")
        return f"dict[str, {_describe(others)}]" if isinstance(others, dict) else "dict[str, Any]"
    return PLAIN[kind]
