"""Errors of the API for what services refuse, with what a program can do about them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError

from helpdesk.api.linked_rows import get_kind
from tickets.attachments.storage import NotStoredError
from tickets.errors import (
    EmptyTextError,
    InvalidFieldValueError,
    InvalidTransitionError,
    InvalidValueError,
    MissingFieldsError,
    NeedsApprovalError,
    NotAllowedError,
    RowInUseError,
    ServiceError,
)
from tickets.submissions import KeyReusedError

STATUS_CODES = {
    EmptyTextError: status.HTTP_400_BAD_REQUEST,
    NotAllowedError: status.HTTP_403_FORBIDDEN,
    NeedsApprovalError: status.HTTP_403_FORBIDDEN,
    KeyReusedError: status.HTTP_422_UNPROCESSABLE_ENTITY,
    NotStoredError: status.HTTP_507_INSUFFICIENT_STORAGE,
}
# Moves of a ticket by an agent, by the name of their transition.
PUBLIC_MOVES = {
    "investigate": "investigate",
    "wait_for_customer": "wait",
    "escalate": "escalate",
    "close": "close",
    "reopen": "reopen",
}


def as_api_error(error: Exception) -> Exception:
    """Return a service's refusal with its HTTP status, 409 by default."""
    if not isinstance(error, ServiceError):
        return error
    if isinstance(error, InvalidFieldValueError):
        return ValidationError({"fields": {error.field: [str(error)]}})
    if isinstance(error, InvalidValueError):
        return ValidationError({error.field: [str(error)]})
    refused = APIException(_explain_refusal(error))
    found = (code for kind, code in STATUS_CODES.items() if isinstance(error, kind))
    refused.status_code = next(found, status.HTTP_409_CONFLICT)
    refused.members = _describe_refusal(error)  # type: ignore[attr-defined]  # ours
    if isinstance(error, InvalidTransitionError):
        refused.problem = "move-not-allowed"  # type: ignore[attr-defined]  # ours
    return refused


def _explain_refusal(error: ServiceError) -> str:
    if not isinstance(error, InvalidTransitionError):
        return str(error)
    text = gettext("You can't do that while the ticket is %(state)s.")
    return text % {"state": error.state}


def _describe_refusal(error: ServiceError) -> dict[str, Any]:
    """Return the members of a problem that say what a program can do about it (RFC 9457, 3.2)."""
    if isinstance(error, InvalidTransitionError):
        return {
            "legal_moves": [PUBLIC_MOVES[name] for name in error.allowed if name in PUBLIC_MOVES]
        }
    if isinstance(error, MissingFieldsError):
        pairs = zip(error.keys, error.missing, strict=False)
        return {"missing_fields": [{"key": key, "label": label} for key, label in pairs]}
    if isinstance(error, RowInUseError):
        users = error.used_by.items()
        return {"used_by": [{"kind": get_kind(model), "count": count} for model, count in users]}
    return {}
