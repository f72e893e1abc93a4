"""What the schema says beyond its operations; drf-spectacular calls these (settings.py)."""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.tokens.scopes import list_scope_choices
from helpdesk.api.schema.areas import AREAS
from helpdesk.api.schema.examples import ANY_DESK, LOCAL_TIME, add_examples
from helpdesk.api.schema.problems import build_components
from helpdesk.api.schema.sparse import allow_sparse_results

SECURITY_SCHEMES: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": _(
            "A personal or service token in the Authorization header. Each operation names the "
            "scope that the token needs. A write scope includes read access."
        ),
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": _(
            "The session of a signed-in agent. Requests that change something also need the "
            "X-CSRFToken header."
        ),
    },
}


def build_security_schemes() -> dict[str, Any]:
    """Return the ways to sign in; OAuth with the addresses of the desk (RFC 8414 says the same)."""
    tokens = {
        "tokenUrl": f"{ANY_DESK}/oauth/token/",
        "scopes": dict(list_scope_choices()),
    }
    people = {
        "authorizationUrl": f"{ANY_DESK}/oauth/authorize/",
        "refreshUrl": tokens["tokenUrl"],
        **tokens,
    }
    oauth = {
        "type": "oauth2",
        "description": _(
            "For applications that a desk admin registered: agents allow them (with PKCE), or "
            "they act as a service account."
        ),
        "flows": {"authorizationCode": people, "clientCredentials": tokens},
    }
    return {**SECURITY_SCHEMES, "oauth": oauth}


def complete_schema(*, result: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Add the description, the areas, the ways to sign in, the problems and the examples."""
    result["info"] |= {
        "description": str(_("The API of a help desk: what agents and admins do on its pages.")),
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    used = {tag for operation in list_operations(result) for tag in operation["tags"]}
    result["tags"] = [
        {"name": area.key, "description": area.description, "x-displayName": area.name}
        for area in AREAS
        if area.key in used
    ]
    components = result["components"]
    components["securitySchemes"] = build_security_schemes()
    for kind, found in build_components().items():
        components[kind] = components.get(kind, {}) | found
    result["paths"] = _modernize(result["paths"])
    components["schemas"] = _modernize(components["schemas"])
    _drop_unused(result)
    _drop_unsendable_defaults(components["schemas"])
    add_examples(result)
    allow_sparse_results(result)
    return result


def _modernize(described: Any) -> Any:
    """Turn OpenAPI 3.0's "nullable" into 3.1's null type, and "oneOf" into "anyOf".

    An empty text may be valid for two alternatives, such as a URL and a blank.
    """
    if isinstance(described, list):
        return [_modernize(each) for each in described]
    if not isinstance(described, dict):
        return described
    names = {"oneOf": "anyOf"}
    made = {
        names.get(key, key): _modernize(inner)
        for key, inner in described.items()
        if key != "x-spec-enum-id"  # for the package's own naming of choices
    }
    if made.get("format") == "time" and isinstance(made.get("type"), str | list):
        del made["format"]  # RFC 3339 wants an offset there
        made["pattern"] = LOCAL_TIME
    if made.pop("nullable", False) is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def _drop_unused(schema: dict[str, Any]) -> None:
    """Remove objects that nothing refers to: input of which every field is read-only."""
    schemas = schema["components"]["schemas"]
    referred = re.compile(r'"#/components/schemas/(\w+)"')
    used: set[str] = set()
    found = set(referred.findall(json.dumps({**schema, "components": {}}, default=str)))
    while found:
        used |= found
        texts = [json.dumps(schemas[name], default=str) for name in found]
        found = {name for text in texts for name in referred.findall(text)} - used
    for name in schemas.keys() - used:
        del schemas[name]


def _drop_unsendable_defaults(schemas: dict[str, Any]) -> None:
    """Remove defaults that stand for "left out" and that a request can't name."""
    for component in schemas.values():
        for field in component.get("properties", {}).values():
            is_refused = field.get("minLength", 0) > 0 or "" not in field.get("enum", [""])
            if field.get("default") == "" and is_refused:
                del field["default"]


def list_operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every operation of a schema."""
    return [operation for path in schema["paths"].values() for operation in path.values()]
