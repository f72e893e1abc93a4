"""Results of which "fields" returns only some fields: the same objects, with nothing required."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.api.contract.shaping import FIELDS

PREFIX = "Sparse"


def allow_sparse_results(schema: dict[str, Any]) -> None:
    """Let every operation with a parameter "fields" answer with a part of its object, too."""
    schemas = schema["components"]["schemas"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            if any(one["name"] == FIELDS for one in operation.get("parameters", [])):
                for content in operation["responses"].get("200", {}).get("content", {}).values():
                    content["schema"] = _allow_sparse(content["schema"], schemas)


def _allow_sparse(described: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = described.get("$ref", "")
    name = reference.rpartition("/")[2]
    if not name or "properties" not in schemas[name]:
        return described
    schemas.setdefault(f"{PREFIX}{name}", _make_sparse(schemas[name], schemas))
    return {"anyOf": [described, {"$ref": f"#/components/schemas/{PREFIX}{name}"}]}


def _make_sparse(component: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return an object without required fields; a page, with such objects in it."""
    results = component["properties"].get("results")
    if results is None or "next" not in component["properties"]:
        part = {key: value for key, value in component.items() if key != "required"}
        return part | {"description": _("The fields that “fields” asks for.")}
    rows = results | {"items": _allow_sparse(results["items"], schemas)}
    return component | {"properties": component["properties"] | {"results": rows}}
