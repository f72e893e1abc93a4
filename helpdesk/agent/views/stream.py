"""The event stream of a desk's open pages (server-sent events)."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.middleware import DeskRequest
from helpdesk.agent.lists.live_interests import read_defect, read_interest
from helpdesk.agent.permissions import AgentRequest
from helpdesk.live.application import HANDOVER, Handover
from helpdesk.live.checks import Reader, get_access
from helpdesk.live.messages import Change
from helpdesk.live.pages import Page
from helpdesk.live.viewers import Viewer
from helpdesk.login.signed_out.refusing import build_unauthorized_response
from helpdesk.shared.numbers import parse_number
from tickets.access import tickets_for_agent

CONTENT_TYPE = "text/event-stream"
FIRST_LINE = ": open\n\n"


@require_safe
def stream_tickets(request: DeskRequest) -> HttpResponse:
    """Open a stream with ``event: ticket`` and the number of each changed ticket of the page.

    Only tickets that the agent may see. What the page shows is in the parameters
    (helpdesk/agent/lists/live_interests.py); without any, it is notified of all tickets.
    ``event: call`` has the ID of a call that the agent takes.
    ``event: held`` has the number of quarantined emails when it changes.
    ?ticket=7: the page shows that ticket. Then the agent counts as viewing it, and
    ``event: viewers`` names the other agents there.
    ?defect=12, ?shows=defects: the page is about defects. ``event: defect`` says that one changed.
    ?since: the version of the desk when the page was rendered. It hears at once what changed since,
    or ``event: missed`` if that is no longer known.

    For agents only; 401 tells a page that its reader is signed out. A HEAD gets no stream,
    which has no end. The stream itself is helpdesk/live/application.py.
    """
    if request.desk is not None and not request.user.is_authenticated:
        return build_unauthorized_response()
    if request.agent is None:
        raise Http404
    handover: Handover | None = getattr(request, "scope", {}).get(HANDOVER)
    if request.method == "GET" and handover is not None:
        handover.page = _build_page(cast(AgentRequest, request), handover)
    body = "" if request.method == "HEAD" else FIRST_LINE
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)


def _build_page(request: AgentRequest, handover: Handover) -> Page:
    agent, ticket = request.agent, _find_ticket(request)
    session_key = cast(str, request.session.session_key)
    return Page(
        Reader(session_key, agent.pk, agent.desk_id),
        get_access(cast(DeskRequest, request)),
        interest=read_interest(request.GET, agent),
        user_id=agent.user_id,
        viewer=Viewer.of(agent, ticket.number) if ticket else None,
        ticket=ticket,
        defect=read_defect(request.GET),
        known_changes=handover.known_changes,
        since=_read_since(request),
    )


def _read_since(request: AgentRequest) -> int:
    heard = parse_number(request.headers.get("Last-Event-ID"))
    return heard or parse_number(request.GET.get("since")) or 0


def _find_ticket(request: AgentRequest) -> Change | None:
    """Return the ticket of the page; None for another page or a ticket the agent may not see."""
    number = parse_number(request.GET.get("ticket"))
    if number is None:
        return None
    columns = ("number", "department_id", "assignee_id")
    found: Any = tickets_for_agent(request.agent).filter(number=number).only(*columns).first()
    return Change.of(found) if found else None
