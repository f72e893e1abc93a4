"""The headers of responses in the schema: components that operations refer to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS

from helpdesk.api.contract.declared import IF_NONE_MATCH

NOT_MODIFIED = "304"
LINES = "application/x-ndjson"
URI = "uri-reference"

# By name: description, schema and example. Those of ALWAYS_SENT come with every success.
HEADERS: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "RateLimit-Policy": (
        _("How many requests (q) you can send within a number of seconds (w)."),
        {"type": "string"},
        '"token";q=600;w=60',
    ),
    "RateLimit": (
        _("How many requests you have left (r), and how many seconds until the limit resets (t)."),
        {"type": "string"},
        '"token";r=598;t=42',
    ),
    "Retry-After": (
        _("Seconds to wait before the next attempt."),
        {"type": "integer", "minimum": 0},
        30,
    ),
    "WWW-Authenticate": (
        _("How to sign in, and what is wrong with the token (RFC 6750)."),
        {"type": "string"},
        'Bearer realm="api"',
    ),
    "ETag": (
        _("The version of the object, for If-Match and If-None-Match."),
        {"type": "string"},
        '"9b74c9897bac770ffc029102a200c5de"',
    ),
    "Link": (
        _("The URLs of the first, previous and next pages (RFC 8288)."),
        {"type": "string"},
        '<https://desk.invalid/api/v1/tickets/>; rel="first"',
    ),
    "Location": (_("The URL of the new object."), {"type": "string", "format": URI}, None),
    "Content-Location": (
        _("The URL of the object that a repeated request returns."),
        {"type": "string", "format": URI},
        None,
    ),
    "Idempotency-Replayed": (
        _("Sent if an earlier request with this Idempotency-Key was carried out."),
        {"type": "string", "enum": ["true"]},
        "true",
    ),
    "Next-Cursor": (
        _("The cursor for the next request."),
        {"type": "string"},
        "48213",
    ),
}
ALWAYS_SENT = ("RateLimit-Policy", "RateLimit", "ETag", "Link")
LIMITS = ("RateLimit-Policy", "RateLimit")
# Of problems, by status.
OF_PROBLEMS: dict[int, tuple[str, ...]] = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After", *LIMITS),
    503: ("Retry-After",),
}


def build_headers() -> dict[str, Any]:
    """Return all headers as components."""
    return {
        name: {
            "description": description,
            "schema": schema,
            **({"required": True} if name in ALWAYS_SENT else {}),
            **({"example": example} if example is not None else {}),
        }
        for name, (description, schema, example) in HEADERS.items()
    }


def refer_to_headers(names: tuple[str, ...]) -> dict[str, Any]:
    """Return the headers of a response as references to their components."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def describe_headers(operation: dict[str, Any], *, method: str, is_list: bool) -> None:
    """Declare which headers the successful responses of an operation have, and 304."""
    responses = operation["responses"]
    accepted = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
    for status, response in responses.items():
        if status.startswith("2"):
            kinds = set(response.get("content", {}))
            names = [*LIMITS, *_list_own(status, kinds, method, accepted, is_list=is_list)]
            response["headers"] = refer_to_headers(tuple(names)) | response.get("headers", {})
    if IF_NONE_MATCH.name in accepted:
        responses[NOT_MODIFIED] = {
            "description": _("The object is unchanged since the version in If-None-Match."),
            "headers": refer_to_headers((*LIMITS, "ETag")),
        }


def _list_own(
    status: str, kinds: set[str], method: str, accepted: set[str], *, is_list: bool
) -> list[str]:
    if LINES in kinds:
        return ["Next-Cursor"]
    if method in SAFE_METHODS:
        if is_list:
            return ["Link"]
        has_version = IF_NONE_MATCH.name in accepted and "application/json" in kinds
        return ["ETag"] if has_version else []
    named = ["Location"] if status == "201" else []
    if "Idempotency-Key" in accepted:
        named += ["Content-Location", "Idempotency-Replayed"]
    return named
