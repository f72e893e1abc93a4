"""The problems (RFC 9457) that operations answer with, derived from what each accepts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.api.schema.headers import OF_PROBLEMS, build_headers, refer_to_headers
from helpdesk.shared.http.problem_kinds import find_kind
from helpdesk.shared.http.problems import PROBLEM_TYPE, build_type_url

# A problem's name in the schema, and when it is the answer.
PROBLEMS: dict[int, tuple[str, Any]] = {
    400: (
        "BadRequest",
        _("The request can't be read, or a parameter or field is unknown or invalid."),
    ),
    401: ("Unauthorized", _("You aren't signed in, or your token is invalid, expired or revoked.")),
    403: ("Forbidden", _("Your role or your token's scopes don't allow this.")),
    404: ("NotFound", _("There is no such object, or you can't see it.")),
    406: ("NotAcceptable", _("The Accept header asks for a format that isn't offered.")),
    409: ("Conflict", _("The current state doesn't allow this, or it has changed meanwhile.")),
    412: ("PreconditionFailed", _("The object has changed since you read it (If-Match).")),
    413: ("ContentTooLarge", _("The request body is too large.")),
    415: ("UnsupportedMediaType", _("The body's Content-Type isn't accepted.")),
    422: (
        "UnprocessableContent",
        _("This Idempotency-Key was already used for a different request."),
    ),
    429: (
        "TooManyRequests",
        _("Too many requests. Try again after the number of seconds in Retry-After."),
    ),
    503: (
        "ServiceUnavailable",
        _("Temporarily unavailable. Try again after the number of seconds in Retry-After."),
    ),
    507: ("InsufficientStorage", _("There is no storage space for the file. Try again later.")),
}
ALWAYS = (400, 401, 403, 404, 406, 429, 503)

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": _("Why a request failed, as “application/problem+json” (RFC 9457)."),
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": _("A URI for the kind of problem.")},
        "title": {"type": "string", "description": _("The kind of problem, in a few words.")},
        "status": {"type": "integer", "description": _("The HTTP status code.")},
        "detail": {"type": "string", "description": _("What happened and what to do next.")},
        "request_id": {
            "type": "string",
            "description": _("The request's ID. Name it when you report a problem."),
        },
        "errors": {
            "type": "array",
            "description": _("Everything that is invalid in the request."),
            "items": {"$ref": "#/components/schemas/ProblemField"},
        },
        "legal_moves": {
            "type": "array",
            "description": _("The moves that are possible now, if the requested one isn't."),
            "items": {"type": "string"},
        },
    },
}
PROBLEM_FIELD: dict[str, Any] = {
    "type": "object",
    "description": _("A field or parameter that is invalid."),
    "required": ["detail"],
    "properties": {
        "field": {"type": "string", "description": _("The field's path, such as contact.email.")},
        "pointer": {
            "type": "string",
            "description": _("Its place in the body, as a JSON Pointer such as #/contact/email."),
        },
        "parameter": {
            "type": "string",
            "description": _("The name of the parameter, if it isn't a field of the body."),
        },
        "code": {
            "type": "string",
            "description": _("The kind of error for programs, such as “required” or “unknown”."),
        },
        "detail": {"type": "string", "description": _("What is wrong with it.")},
    },
}


def list_problems(operation: dict[str, Any], *, method: str) -> list[int]:
    """Return the statuses of the problems that an operation can answer with."""
    headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
    bodies = operation.get("requestBody", {}).get("content", {})
    found = {*ALWAYS}
    if method not in ("GET", "HEAD"):
        found.add(409)
    if bodies:
        found |= {413, 415}
    if "Idempotency-Key" in headers:
        found.add(422)
    if "If-Match" in headers:
        found.add(412)
    if any(not kind.endswith("json") for kind in bodies):
        found.add(507)
    return sorted(found)


def declare_problem(status: int, described: dict[str, Any] | None) -> dict[str, Any]:
    """Return the response of an operation for a problem. described: what its view says of it."""
    name, _description = PROBLEMS[status]
    if described is None or not described.get("description"):
        return {"$ref": f"#/components/responses/{name}"}
    return _describe_response(status, described["description"])


def build_components() -> dict[str, dict[str, Any]]:
    """Return the schemas and responses of problems, and all headers, as components."""
    responses = {
        name: _describe_response(status, description)
        for status, (name, description) in PROBLEMS.items()
    }
    return {
        "schemas": {"Problem": PROBLEM, "ProblemField": PROBLEM_FIELD},
        "responses": responses,
        "headers": build_headers(),
    }


def _describe_response(status: int, description: Any) -> dict[str, Any]:
    response = {
        "description": description,
        "content": {
            PROBLEM_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": build_type_url("/rocket/api/", find_kind(status).slug),
                    "title": find_kind(status).title,
                    "status": status,
                    "detail": description,
                },
            }
        },
    }
    if status in OF_PROBLEMS:
        response["headers"] = refer_to_headers(OF_PROBLEMS[status])
    return response
