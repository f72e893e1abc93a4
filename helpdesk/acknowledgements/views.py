"""The page behind the link that acknowledges an escalation without a sign-in (M104).

Opening it changes nothing, because mail scanners open links, too. It shows the ticket's number,
the step and the deadline. The subject is for the agent of the link alone, once they are signed in:
whoever holds the link may be anyone to whom a message was forwarded.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Agent
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.http.rate_limits import rate_limited
from helpdesk.shared.wording.ladders import describe_acknowledger, describe_latest_step
from helpdesk.shared.wording.times import format_datetime
from sla.ladders import acknowledge
from sla.ladders.selectors import ShownLadder, find_ladder
from tickets.access import tickets_for_agent
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import Ticket
from tickets.sentences.clock_names import get_clock_name
from tickets.signed_links import read_link_token


@require_http_methods(["GET", "HEAD", "POST"])
@require_desk
@rate_limited("acknowledgement")
def show_acknowledgement(request: DeskRequest, token: str) -> HttpResponse:
    """Ask the agent of the link to acknowledge, then do so.

    Return the same 404 for a forged and an expired link, and for an agent who left or who no
    longer sees the ticket.
    """
    found = _find(request, token)
    if found is None:
        return render(request, "acknowledgements/gone.html", status=HTTPStatus.NOT_FOUND)
    agent, ticket = found
    context: dict[str, object] = {"agent": agent, "ticket": ticket}
    context["is_theirs"] = request.user.pk == agent.user_id
    is_asked = request.method == "POST"
    if is_asked:
        try:
            acknowledge(ticket_id=ticket.pk, by=Actor.of(agent), at=timezone.now())
        except ServiceError as error:
            context["problem"] = str(error)
    context |= _describe(find_ladder(ticket), agent, is_asked=is_asked)
    return render(request, "acknowledgements/acknowledgement.html", context)


def _describe(ladder: ShownLadder | None, agent: Agent, *, is_asked: bool) -> dict[str, object]:
    """Return what the page says of the ladder: its step and deadline, and who acknowledged it."""
    if ladder is None:
        return {}
    is_own = is_asked and ladder.acknowledger_id == agent.pk
    named = {"clock": get_clock_name(ladder.clock), "time": format_datetime(ladder.due_at)}
    return {
        "step": describe_latest_step(ladder),
        "deadline": _("%(clock)s due %(time)s.") % named,
        "is_done": is_own,
        "acknowledged": "" if is_own else describe_acknowledger(ladder),
    }


def _find(request: DeskRequest, token: str) -> tuple[Agent, Ticket] | None:
    link = read_link_token(token, desk_id=request.desk.pk)
    if link is None:
        return None
    agents = Agent.objects.filter(desk=request.desk, is_active=True, user__is_active=True)
    agent = agents.filter(pk=link.agent_id).first()
    if agent is None or not agent.can_write:
        return None
    agent.desk = request.desk
    ticket = tickets_for_agent(agent).select_related("desk").filter(pk=link.ticket_id).first()
    return (agent, ticket) if ticket is not None else None
