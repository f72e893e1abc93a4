"""What every view of the API shares: who may come in, and how a refusal is told (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from accounts.models import Agent
from tickets.access import get_ticket_for_agent
from tickets.errors import EmptyTextError, NotAllowedError, ServiceError
from tickets.models import Ticket
from tickets.submissions import KeyReusedError


class IsAgent(BasePermission):
    """Agents of the desk read; those who may change tickets write. Anybody else who is logged in finds nothing."""

    message = "This API is for the agents of the desk."

    def has_permission(self, request: Request, view: APIView) -> bool:
        agent: Agent | None = request.agent  # type: ignore[attr-defined]
        if agent is None and request.user.is_authenticated:
            raise Http404
        return agent is not None and (request.method in SAFE_METHODS or agent.can_write)


class DeskView(GenericAPIView):
    """A view at a desk, for its agents."""

    permission_classes = [IsAgent]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.desk is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_exception_handler(self) -> Any:
        return handle_api_error

    def get_ticket(self, number: int) -> Ticket:
        """The desk's ticket of that number; 404 when there is none."""
        try:
            return get_ticket_for_agent(self.request.agent, number)  # type: ignore[attr-defined]
        except Ticket.DoesNotExist:
            raise Http404 from None


def handle_api_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error: what is wrong, and for input the field and why."""
    answer = exception_handler(_as_api_error(error), context)
    if answer is None:
        return None
    wrong = _list_fields(answer.data) if isinstance(error, ValidationError) else []
    detail = "The input is not right." if wrong else str(answer.data.get("detail", ""))
    answer.data = {
        "type": "about:blank",
        "title": answer.status_text,
        "status": answer.status_code,
        "detail": detail,
    }
    if wrong:
        answer.data["errors"] = wrong
    answer.content_type = "application/problem+json"
    return answer


def _as_api_error(error: Exception) -> Exception:
    if not isinstance(error, ServiceError):
        return error
    told = APIException(str(error))
    told.status_code = status.HTTP_409_CONFLICT
    if isinstance(error, NotAllowedError):
        told.status_code = status.HTTP_403_FORBIDDEN
    if isinstance(error, KeyReusedError):
        told.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    if isinstance(error, EmptyTextError):
        told.status_code = status.HTTP_400_BAD_REQUEST
    return told


def _list_fields(data: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(data, dict):
        return [
            wrong
            for name, inner in data.items()
            for wrong in _list_fields(inner, f"{path}.{name}".lstrip("."))
        ]
    return [{"field": path, "detail": str(text)} for text in data]
