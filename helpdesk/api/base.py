"""Shared parts of the API views: access checks and error responses (RFC 9457)."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from accounts.models import Agent, Role
from helpdesk.api.access.grants import get_grant
from helpdesk.api.access.scopes import require_scope
from helpdesk.api.contract.operations import check_request, get_operation
from helpdesk.api.contract.problems import ParameterError, describe_errors, list_errors
from helpdesk.api.contract.refusals import as_api_error
from helpdesk.api.contract.repeats import run_post
from helpdesk.api.contract.shaping import EXPAND, FIELDS, is_page, shape
from helpdesk.api.contract.versions import add_version, require_version
from helpdesk.api.pagination import ShortList
from helpdesk.shared.activity import note_activity
from helpdesk.shared.http.problems import PROBLEM_TYPE, describe_problem
from tickets.access import get_ticket_for_agent
from tickets.models import Ticket

VARY = ("Accept", "Accept-Language", "Authorization", "Cookie")


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


class IsAdmin(IsAdminToWrite):
    """Let desk admins read and write."""

    message = _("Only desk admins can see this.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        return bool(request.agent.role == Role.ADMIN)  # type: ignore[attr-defined]  # by accounts.middleware


class OneFormat(DefaultContentNegotiation):
    """Choose by the Accept header only. "format" isn't a parameter unless there are several."""

    settings: Any = SimpleNamespace(URL_FORMAT_OVERRIDE=None)


class DeskView(GenericAPIView):
    """A view at a desk, for its agents. Without a desk it does not exist (404).

    It keeps the contract of the API (docs/api.md): refuses what its operations don't declare with
    extend_schema, and returns lists in pages. Handlers return a plain list or a page.
    """

    permission_classes = [IsAgent]
    pagination_class: Any = ShortList
    is_live = False  # True if what a GET returns depends on the time, so that it has no ETag
    runs_outside = False  # True if its POST takes long or uses the network: in no transaction
    shapes_itself = False  # True for a view with parameters “fields” and “expand” of its own

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.desk is None:
            raise Http404
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            # REST framework takes a body without a length for none.
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check permissions, then what was sent. Wrap the handler, which is looked up after this.

        A person who changes something is active, a program never is.
        """
        super().initial(request, *args, **kwargs)
        check_request(self, request)
        name = str(request.method).lower()
        if handler := getattr(self, name, None):
            setattr(self, name, partial(self.run, handler))
        if request.method not in SAFE_METHODS and get_grant(request) is None:
            note_activity(self.agent)

    def check_permissions(self, request: Request) -> None:
        """Check the scopes of a program's token first (helpdesk/api/access/scopes.py)."""
        require_scope(request, self)
        super().check_permissions(request)

    def run(self, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Run a handler within the contract: pages, versions and repeated requests."""
        if request.method in SAFE_METHODS:
            return self._run_read(handler, request, *args, **kwargs)
        if request.method == "POST":
            response = run_post(self, handler, request, *args, **kwargs)
        elif "If-Match" in request.headers:
            with transaction.atomic():
                require_version(self, request, *args, **kwargs)
                response = handler(request, *args, **kwargs)
        else:
            response = handler(request, *args, **kwargs)
        data = getattr(response, "data", None)  # a download has none
        is_list = isinstance(data, list) and response.status_code < 300
        return ShortList().get_whole(response, request) if is_list else response

    def _run_read(self, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = handler(request, *args, **kwargs)
        if response.status_code != status.HTTP_200_OK or not hasattr(response, "data"):
            return response  # or a download
        if isinstance(response.data, list):
            response = ShortList().paginate(response.data, request)
        if not isinstance(response.data, dict):
            return response
        whole = response.data
        asks_for_shape = not request.query_params.keys().isdisjoint({FIELDS, EXPAND})
        if asks_for_shape and not self.shapes_itself:
            response.data = shape(self, request, whole, get_operation(self, "GET").fields)
        if is_page(whole) or self.is_live:
            return response
        return add_version(request, response, whole)

    @classmethod
    def has_method(cls, name: str) -> bool:
        """Return True if the view has an operation of this name, such as "get"."""
        return name in cls.http_method_names and hasattr(cls, name)

    @classmethod
    def shows_object(cls) -> bool:
        """Return True if a GET returns one object, not a list."""
        return cls.has_method("get") and not get_operation(cls.without_request(), "GET").is_list

    @classmethod
    def without_request(cls) -> DeskView:
        """Return a view to read its declarations from."""
        view: Any = cls()
        view.request = view.format_kwarg = None
        view.args, view.kwargs = (), {}
        return view

    def lock_rows(self) -> None:
        """Lock what PUT, PATCH and DELETE change, before If-Match is compared: here, the ticket."""
        if "number" in self.kwargs:
            mine = Ticket.objects.select_for_update().filter(desk=self.agent.desk_id)
            mine.filter(number=self.kwargs["number"]).first()

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep responses apart by what they depend on."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, VARY)
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Return the methods in the Allow header, which every response has."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_content_negotiator(self) -> Any:
        return DefaultContentNegotiation() if len(self.renderer_classes) > 1 else OneFormat()

    def get_problem_facts(self, error: Exception) -> dict[str, Any]:
        """Return additional members of a problem that an error becomes, such as "allowed"."""
        return {}

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

    Errors of input are listed in "errors", each with its place and reason.
    """
    error = as_api_error(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    view, request = context["view"], context["request"]
    facts = {**getattr(error, "members", {}), **view.get_problem_facts(error)}
    detail = str(response.data.get("detail", "")) if isinstance(response.data, dict) else ""
    if isinstance(error, NotAuthenticated):
        detail = gettext("Send an API token in the header “Authorization: Bearer <token>”.")
    if isinstance(error, ValidationError):
        is_of_parameters = isinstance(error, ParameterError) or request.method in SAFE_METHODS
        detail, facts["errors"] = describe_errors(
            list_errors(error, of_parameters=is_of_parameters)
        )
    response.data = describe_problem(request, response.status_code, detail, error=error, **facts)
    response.content_type = PROBLEM_TYPE
    return response
