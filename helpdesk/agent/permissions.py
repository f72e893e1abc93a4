"""Access checks of the agent pages: agents of the desk only, and changes only with write access."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from accounts.models import Agent, Desk
from helpdesk.live import hub
from helpdesk.login.signed_out.refusing import refuse_signed_out
from helpdesk.shared.activity import note_activity
from helpdesk.shared.http.methods import post_only

P = ParamSpec("P")


class AgentRequest(HttpRequest):
    """A request by an agent of the desk."""

    desk: Desk
    agent: Agent
    htmx: HtmxDetails
    live_version = 0  # of the desk, before anything was read for the page; 0 means unknown


View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class _DeskRequest(Protocol):
    desk: Desk | None
    agent: Agent | None


def agent_required(view: View[P]) -> PlainView[P]:
    """Allow agents of the desk. Signed-out users sign in and come back; others get a 404."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        at_desk = cast(_DeskRequest, request)
        if at_desk.desk is None:
            raise Http404
        if not request.user.is_authenticated:
            return refuse_signed_out(request)
        if at_desk.agent is None:
            raise Http404
        by_agent = cast(AgentRequest, request)
        if not by_agent.htmx:  # a part belongs to a page that has its stream
            by_agent.live_version = hub.hub.find_version(at_desk.desk.pk)
        if not is_automatic(by_agent):
            note_activity(at_desk.agent)
        return view(by_agent, *args, **kwargs)

    return guarded


def is_automatic(request: AgentRequest) -> bool:
    """Return True for requests that pages send by themselves: parts to refresh, and the stream."""
    is_stream = "text/event-stream" in request.headers.get("Accept", "")
    return is_stream or (request.method != "POST" and bool(request.htmx))


def agent_page(view: View[P]) -> PlainView[P]:
    """Make a view read-only: GET or HEAD, by any agent."""
    return require_safe(agent_required(view))


def agent_action(view: View[P]) -> PlainView[P]:
    """Make a view a change: POST only, 403 for observers."""
    return post_only(agent_required(write_access_required(view)))


def write_access_required(view: View[P]) -> View[P]:
    """Return 403 for observers; for views that show and process a form."""

    @wraps(view)
    def guarded(request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        require_write_access(request)
        return view(request, *args, **kwargs)

    return guarded


def require_write_access(request: AgentRequest) -> None:
    """Raise PermissionDenied for observers; for views that observers may read."""
    if not request.agent.can_write:
        raise PermissionDenied(
            _("You have read-only access here. Ask an admin of this desk for another role.")
        )
