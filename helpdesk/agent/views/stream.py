"""The event stream of a desk's open pages (server-sent events)."""

from __future__ import annotations

import json
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
from helpdesk.agent.permissions import AgentRequest
from helpdesk.live import viewers
from helpdesk.live.access import list_access_names
from helpdesk.live.pubsub import Change, Held, News, ViewersChanged, iterate_changes
from helpdesk.login.signed_out.refusing import build_unauthorized_response
from helpdesk.login.sso.sessions import is_sso_session_invalid
from helpdesk.login.two_factor.policy import get_pending_step
from helpdesk.shared.numbers import parse_number
from tickets.access import can_see_ticket, tickets_for_agent

CONTENT_TYPE = "text/event-stream"
HEARTBEAT = 20.0  # seconds between comments; access is checked as often even without a message


@require_safe
async def stream_tickets(request: DeskRequest) -> HttpResponseBase:
    """Send ``event: ticket`` with the number of each changed ticket that the agent may see.

    Also ``event: held`` with the number of quarantined emails, whenever it changed. ?ticket=7: the
    page shows that ticket. Then the agent counts as viewing it, and ``event: viewers`` names the
    other agents there.

    For agents only; 401 tells a page that its reader is signed out. A HEAD gets no stream,
    which has no end.
    """
    if request.desk is not None and not request.user.is_authenticated:
        return build_unauthorized_response()
    if request.agent is None:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    agent_request = cast(AgentRequest, request)
    ticket = await sync_to_async(_find_ticket)(agent_request)
    # The stream lives for hours; its connection goes back to the pool now.
    await sync_to_async(release_connection)()
    response = StreamingHttpResponse(_stream(agent_request, ticket), content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _find_ticket(request: AgentRequest) -> Change | None:
    """Return the ticket of the page; None for another page or a ticket the agent may not see."""
    number = parse_number(request.GET.get("ticket"))
    if number is None:
        return None
    with desk_scope(request.desk):
        ticket = tickets_for_agent(request.agent).filter(number=number).first()
    return Change.of(ticket) if ticket else None


async def _stream(request: AgentRequest, ticket: Change | None) -> AsyncIterator[str]:
    yield ": open\n\n"
    if ticket is None:
        async for line in _iterate_lines(request, None):
            yield line
        return
    others = OtherViewers(request, ticket)
    try:
        yield await others.enter()
        async for line in _iterate_lines(request, others):
            yield line
    finally:
        await others.leave()


class OtherViewers:
    """The other agents on a ticket, as its page names them. ticket: decides who may see it."""

    def __init__(self, request: AgentRequest, ticket: Change) -> None:
        self.request, self.ticket, self.told = request, ticket, ""
        self.viewer = viewers.Viewer.of(request.agent, ticket.number)

    async def enter(self) -> str:
        """Show the agent to the others; return the first event."""
        await viewers.registry.enter(self.viewer)
        return await self.describe()

    async def leave(self) -> None:
        """Stop showing the agent to the others."""
        await viewers.registry.leave(self.viewer)

    async def notice(self, news: News | None, *, is_due: bool) -> str:
        """Return an event if the news, or a new check of the agent's access, changes the list."""
        is_here = isinstance(news, Change | ViewersChanged) and news.number == self.ticket.number
        if is_here and isinstance(news, Change):
            self.ticket = news
        return await self.describe() if is_here or is_due else ""

    async def describe(self) -> str:
        """Return an event with the other viewers, or "" if unchanged. Outsiders see no one."""
        others: list[dict[str, str | int]] = []
        if _can_see(self.request, self.ticket):
            others = await viewers.registry.list_others(self.viewer)
        else:
            await self.leave()
        event = f"event: viewers\ndata: {json.dumps(others)}\n\n"
        is_told, self.told = event == self.told, event
        return "" if is_told else event


def _can_see(request: AgentRequest, change: Change) -> bool:
    return can_see_ticket(
        request.agent, department_id=change.department_id, assignee_id=change.assignee_id
    )


async def _iterate_lines(request: AgentRequest, others: OtherViewers | None) -> AsyncIterator[str]:
    number = others.ticket.number if others else None
    checked = time.monotonic()
    names = list_access_names(desk_id=request.desk.pk, agent=request.agent)
    async for change in iterate_changes(
        request.desk.pk, names=names, pause=HEARTBEAT, number=number
    ):
        # By time, not by silence: a busy desk is never silent.
        is_due = change is None or time.monotonic() - checked >= HEARTBEAT
        if is_due:
            if not await sync_to_async(_can_still_listen)(request):
                return
            checked = time.monotonic()
        if others and (line := await others.notice(change, is_due=is_due)):
            yield line
        if isinstance(change, Held):
            yield f"event: held\ndata: {change.shown}\n\n"
        elif isinstance(change, Change) and _can_see(request, change):
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
