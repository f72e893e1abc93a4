"""The kinds of problems (RFC 9457): each has a name that doesn't change, and a page about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. slug: the end of its address. advice: what a program does about it."""

    slug: str
    status: int
    title: Promise
    advice: Promise


KINDS = (
    Kind(
        "invalid-request",
        400,
        _("Invalid request"),
        _(
            "A field of the body or a parameter is missing, unknown or has an invalid value. "
            "“errors” lists each one with a JSON Pointer (“pointer”) or the name of the parameter "
            "(“parameter”). Correct the request. Sending it again unchanged fails again."
        ),
    ),
    Kind(
        "malformed-request",
        400,
        _("Malformed request"),
        _(
            "The request can't be read: the body isn't JSON in UTF-8, is nested too deeply, or a "
            "header is malformed. “detail” says which. Correct the request."
        ),
    ),
    Kind(
        "not-signed-in",
        401,
        _("Not signed in"),
        _("Send a valid API token or sign in. The WWW-Authenticate header says what was expected."),
    ),
    Kind(
        "not-allowed",
        403,
        _("Not allowed"),
        _("Your role or the scopes of your token don't include this operation. Ask an admin."),
    ),
    Kind(
        "csrf-failed",
        403,
        _("CSRF check failed"),
        _(
            "A request that changes something with a session cookie needs the session's CSRF "
            "token in the X-CSRFToken header. Requests with an API token don't."
        ),
    ),
    Kind(
        "two-factor-required",
        403,
        _("Two-factor authentication required"),
        _("Sign in with a browser and complete two-factor authentication first."),
    ),
    Kind(
        "not-found",
        404,
        _("Not found"),
        _(
            "There is nothing at this address, or you can't see it. The response is the same in "
            "both cases, so that nobody can find out what exists. Addresses end with a slash."
        ),
    ),
    Kind(
        "method-not-allowed",
        405,
        _("Method not allowed"),
        _("The address doesn't support this method. The Allow header lists those it supports."),
    ),
    Kind(
        "not-acceptable",
        406,
        _("Not acceptable"),
        _("The Accept header excludes JSON. Send “Accept: application/json” or no such header."),
    ),
    Kind(
        "conflict",
        409,
        _("Conflict"),
        _(
            "The request is valid, but the current state doesn't allow it. Read the object again, "
            "then decide what to do."
        ),
    ),
    Kind(
        "move-not-allowed",
        409,
        _("Move not allowed"),
        _(
            "The object can't move from its current state to this one. “legal_moves” lists the "
            "possible ones."
        ),
    ),
    Kind(
        "gone",
        410,
        _("Gone"),
        _("The object existed and was deleted. Don't ask for it again."),
    ),
    Kind(
        "changed-meanwhile",
        412,
        _("Changed in the meantime"),
        _(
            "The object has changed since the version in If-Match. Read it again, reapply your "
            "change, and send it with the new ETag."
        ),
    ),
    Kind(
        "too-large",
        413,
        _("Request too large"),
        _("The body is larger than this address accepts. “detail” names the limit."),
    ),
    Kind(
        "unsupported-media-type",
        415,
        _("Unsupported media type"),
        _("Send the body as JSON in UTF-8, with “Content-Type: application/json”."),
    ),
    Kind(
        "key-reused",
        422,
        _("Idempotency key reused"),
        _(
            "This Idempotency-Key came with a different request before. Use a new key for each "
            "request, and the same one only to repeat it."
        ),
    ),
    Kind(
        "too-many-requests",
        429,
        _("Too many requests"),
        _("Wait for the number of seconds in Retry-After, then repeat the request."),
    ),
    Kind(
        "server-error",
        500,
        _("Server error"),
        _(
            "The server failed, and changed nothing. Repeat the request with the same "
            "Idempotency-Key. If it fails again, tell an admin the “request_id”."
        ),
    ),
    Kind(
        "unavailable",
        503,
        _("Temporarily unavailable"),
        _("Wait for the number of seconds in Retry-After, then repeat the request."),
    ),
    Kind(
        "no-room",
        507,
        _("Insufficient storage"),
        _("The server can't store files at the moment. Wait as long as Retry-After says."),
    ),
)
BY_SLUG = {kind.slug: kind for kind in KINDS}
OF_STATUS = {kind.status: kind for kind in reversed(KINDS)}
MARKS = {"CSRF Failed": "csrf-failed"}  # how Django REST framework begins a refusal


def find_kind(status: int, error: Any = None) -> Kind:
    """Return the kind of a problem: the error's own ("problem"), or the usual one of its status.

    A status without a kind gets the general one of its class, 400 or 500.
    """
    slug = getattr(error, "problem", "") or next(
        (slug for mark, slug in MARKS.items() if str(error).startswith(mark)), ""
    )
    if slug:
        return BY_SLUG[slug]
    return OF_STATUS.get(status) or OF_STATUS[500 if status >= 500 else 400]
