"""Shared parts of the API views: access checks and error responses (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from accounts.models import Agent, Role
from helpdesk.api.access.grants import get_grant
from helpdesk.api.access.scopes import require_scope
from helpdesk.request_log import get_request_id
from helpdesk.shared.activity import note_activity
from tickets.access import get_ticket_for_agent
from tickets.attachments.storage import NotStoredError
from tickets.errors import (
    EmptyTextError,
    InvalidTransitionError,
    InvalidValueError,
    MissingFieldsError,
    NeedsApprovalError,
    NotAllowedError,
    ServiceError,
)
from tickets.models import Ticket
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


class IsAgent(BasePermission):
    """Let agents of the desk read, and those who may change tickets write.

    For other users the API does not exist (404).
    """

    message = _("Only agents of this desk can use the API.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        agent: Agent | None = request.agent  # type: ignore[attr-defined]  # by accounts.middleware
        if agent is None and request.user.is_authenticated:
            raise Http404
        return agent is not None and (request.method in SAFE_METHODS or agent.can_write)


class IsAdminToWrite(IsAgent):
    """Let agents read, and desk admins write."""

    message = _("Only desk admins can change this setting.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        return request.method in SAFE_METHODS or request.agent.role == Role.ADMIN  # type: ignore[attr-defined]  # by accounts.middleware


class DeskView(GenericAPIView):
    """A view at a desk, for its agents. Without a desk it does not exist (404)."""

    permission_classes = [IsAgent]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.desk is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check permissions; a person who changes something is active, a program never is."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS and get_grant(request) is None:
            self.agent.desk = self.request.desk  # type: ignore[attr-defined]  # by accounts.middleware
            note_activity(self.agent)

    def check_permissions(self, request: Request) -> None:
        """Check the scopes of a program's token first (helpdesk/api/access/scopes.py)."""
        require_scope(request, self)
        super().check_permissions(request)

    def get_exception_handler(self) -> Any:
        return handle_api_error

    @property
    def agent(self) -> Agent:
        """The signed-in agent, whom IsAgent let in."""
        agent: Agent = self.request.agent  # type: ignore[attr-defined]  # by accounts.middleware
        return agent

    def get_ticket(self, number: int) -> Ticket:
        """Return the desk's ticket of that number. Raises Http404."""
        try:
            return get_ticket_for_agent(self.agent, number)
        except Ticket.DoesNotExist:
            raise Http404 from None


def handle_api_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return an error as "application/problem+json" (RFC 9457).

    Errors of input are listed in "errors", each with its field and reason.
    """
    error = _as_api_error(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    errors = _list_field_errors(response.data) if isinstance(error, ValidationError) else []
    detail = (
        gettext("Some fields are invalid. “errors” lists what to change.")
        if errors
        else str(response.data.get("detail", ""))
    )
    response.data = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
        "detail": detail,
    }
    if errors:
        response.data["errors"] = errors
    response.data |= getattr(error, "members", {})
    if request_id := get_request_id():
        response.data["request_id"] = request_id
    response.content_type = "application/problem+json"
    return response


def _as_api_error(error: Exception) -> Exception:
    """A service's refusal with its HTTP status, 409 by default."""
    if not isinstance(error, ServiceError):
        return error
    if isinstance(error, InvalidValueError):
        return ValidationError({error.field: [str(error)]})
    refused = APIException(str(error))
    found = (code for kind, code in STATUS_CODES.items() if isinstance(error, kind))
    refused.status_code = next(found, status.HTTP_409_CONFLICT)
    refused.members = _describe_refusal(error)  # type: ignore[attr-defined]  # ours
    return refused


def _describe_refusal(error: ServiceError) -> dict[str, Any]:
    """Return the members of a problem that say what a program can do about it (RFC 9457, 3.2)."""
    if isinstance(error, InvalidTransitionError):
        return {
            "legal_moves": [PUBLIC_MOVES[name] for name in error.allowed if name in PUBLIC_MOVES]
        }
    if isinstance(error, MissingFieldsError):
        pairs = zip(error.keys, error.missing, strict=False)
        return {"missing_fields": [{"key": key, "label": label} for key, label in pairs]}
    return {}


def _list_field_errors(data: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(data, dict):
        return [
            error
            for name, inner in data.items()
            for error in _list_field_errors(inner, f"{path}.{name}".lstrip("."))
        ]
    return [{"field": path, "detail": str(text)} for text in data]
