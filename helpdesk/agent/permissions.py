"""Who comes in: agents of the desk to every page, those who may write to every change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts.models import Agent, Desk

P = ParamSpec("P")


class AgentRequest(HttpRequest):
    """A request whose agent is known to be one of the desk."""

    desk: Desk
    agent: Agent
    htmx: HtmxDetails


View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class _Placed(Protocol):
    desk: Desk | None
    agent: Agent | None


def agent_required(view: View[P]) -> PlainView[P]:
    """A page for agents of the desk. Nobody is sent to the login and back; anybody else finds nothing (404)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        placed = cast(_Placed, request)
        if placed.desk is None:
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
        if placed.agent is None:
            raise Http404
        placed.agent.desk = placed.desk
        return view(cast(AgentRequest, request), *args, **kwargs)

    return guarded


def agent_page(view: View[P]) -> PlainView[P]:
    """A page that only shows: GET or HEAD, by any agent."""
    return require_safe(agent_required(view))


def agent_action(view: View[P]) -> PlainView[P]:
    """A change: POST, refused for observers (403)."""
    return require_POST(agent_required(write_access_required(view)))


def write_access_required(view: View[P]) -> View[P]:
    """Refuse observers (403); for pages that show a form and take it."""

    @wraps(view)
    def guarded(request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.agent.can_write:
            raise PermissionDenied("You may read tickets here, not change them.")
        return view(request, *args, **kwargs)

    return guarded
