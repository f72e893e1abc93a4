"""Requests about one messenger: which connection, and which visitor. Unknown ones get 404."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Desk
from channels_intake.connections.incoming.storing import find_connection
from channels_intake.connectors.messenger.visitors import Visitor, read_visitor_token
from channels_intake.models import Connection, ConnectionKind
from helpdesk.shared.http.framing import is_from_own_page

P = ParamSpec("P")
SCHEME = "Visitor "  # of the header Authorization


class MessengerRequest(HttpRequest):
    """A request of a messenger's page. visitor: None before they have written anything."""

    desk: Desk
    connection: Connection
    visitor: Visitor | None


View = Callable[Concatenate[MessengerRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def require_messenger(view: View[P]) -> PlainView[P]:
    """Open a view to everybody who has a messenger's public token."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, messenger_token: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        asked = cast(MessengerRequest, request)
        asked.connection = find_public_connection(asked, messenger_token, ConnectionKind.MESSENGER)
        asked.visitor = _read_visitor(asked)
        return view(asked, *args, **kwargs)

    return guarded


def require_own_page(view: View[P]) -> PlainView[P]:
    """Open a view to the messenger's own page only, for requests that carry no CSRF token.

    Nothing that a browser sends by itself is trusted here: the visitor is in a header, which other
    sites' pages can't set.
    """

    @wraps(view)
    def guarded(
        request: MessengerRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not is_from_own_page(request):
            return refuse("This is for the messenger's own page.", HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return csrf_exempt(require_messenger(guarded))


def find_public_connection(
    request: MessengerRequest, token: str, kind: ConnectionKind
) -> Connection:
    """Return the desk's connection of a kind with a token. Raises Http404."""
    found = request.desk and find_connection(desk_id=request.desk.pk, token=token)
    if not found or found.kind != kind:
        raise Http404
    return found


def _read_visitor(request: MessengerRequest) -> Visitor | None:
    given = request.headers.get("Authorization", "")
    if not given.startswith(SCHEME):
        return None
    return read_visitor_token(request.connection, given.removeprefix(SCHEME))


def read_json(request: HttpRequest) -> Mapping[str, Any]:
    """Return the JSON object in a body; {} for anything else."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def read_id(given: Mapping[str, Any], name: str) -> int:
    """Return the ID under a name, or 0."""
    found = given.get(name)
    return found if isinstance(found, int) and 0 < found < 2**63 else 0


def refuse(text: str, status: HTTPStatus, **more: Any) -> JsonResponse:
    """Return a refusal with a sentence, for the messenger's page."""
    return JsonResponse({"problem": text, **more}, status=status)
