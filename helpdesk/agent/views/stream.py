"""The event stream of a desk's open pages (server-sent events)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import cast

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.middleware import DeskRequest
from accounts.models import Agent
from accounts.tenancy import desk_scope, release_connection
from helpdesk.access_changes import name_access
from helpdesk.agent.permissions import AgentRequest
from helpdesk.live import Held, iterate_changes
from helpdesk.login.signed_out.refusing import build_unauthorized_response
from helpdesk.login.sso.sessions import is_sso_session_invalid
from helpdesk.login.two_factor.policy import get_pending_step
from tickets.access import can_see_ticket

CONTENT_TYPE = "text/event-stream"
HEARTBEAT = 20.0  # seconds between comments; access is checked as often even without a message


@require_safe
async def stream_tickets(request: DeskRequest) -> HttpResponseBase:
    """Send ``event: ticket`` with the number of each changed ticket that the agent may see.

    Also ``event: held`` with the number of quarantined emails, whenever it changed.

    For agents only; 401 tells a page that its reader is signed out. A HEAD gets no stream,
    which has no end.
    """
    if request.desk is not None and not request.user.is_authenticated:
        return build_unauthorized_response()
    if request.agent is None:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    # The stream lives for hours; its connection goes back to the pool now.
    await sync_to_async(release_connection)()
    response = StreamingHttpResponse(
        _stream(cast(AgentRequest, request)), content_type=CONTENT_TYPE
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(request: AgentRequest) -> AsyncIterator[str]:
    yield ": open\n\n"
    checked = time.monotonic()
    names = name_access(desk_id=request.desk.pk, agent=request.agent)
    async for change in iterate_changes(request.desk.pk, names=names, pause=HEARTBEAT):
        # By time, not by silence: a busy desk is never silent.
        is_due = change is None or time.monotonic() - checked >= HEARTBEAT
        if is_due:
            if not await sync_to_async(_can_still_listen)(request):
                return
            checked = time.monotonic()
        if isinstance(change, Held):
            yield f"event: held\ndata: {change.shown}\n\n"
        elif change and can_see_ticket(
            request.agent, department_id=change.department_id, assignee_id=change.assignee_id
        ):
            yield f"event: ticket\ndata: {change.number}\n\n"
        elif is_due:
            yield ": still here\n\n"


def _can_still_listen(request: AgentRequest) -> bool:
    try:
        with desk_scope(request.desk):
            request.session._session_cache = request.session.load()  # type: ignore[attr-defined]
            user = get_user(request)
            agents = Agent.objects.with_closed_departments()
            mine = agents.filter(user_id=user.pk or 0, desk=request.desk, is_active=True)
            agent = mine.filter(desk__is_suspended=False).select_related("desk").first()
            if agent is None:
                return False
            request.user, request.agent, request.desk = user, agent, agent.desk
            return get_pending_step(request) is None and not is_sso_session_invalid(
                request, agent.desk
            )
    finally:
        release_connection()
