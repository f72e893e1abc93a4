"""The tickets on the page of a defect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from helpdesk.agent.defects.components import TicketLine
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago
from tickets.models import Defect, DefectLink, Stage, State, get_word_key
from tickets.rules.visibility import TicketVisibility

MAX_TICKETS = 50  # shown at first
MAX_ALL_TICKETS = 1_000


def read_tickets(defect: Defect, agent: Agent, *, is_whole: bool, now: datetime) -> dict[str, Any]:
    """Return the linked tickets that an agent sees, the newest link first. Two statements.

    With the form to ask an engineering group for help with one of them.
    """
    links = DefectLink.objects.filter(defect=defect)
    total = links.count()
    limit = MAX_ALL_TICKETS if is_whole else MAX_TICKETS
    visible = links.filter(TicketVisibility.for_agent(agent).as_q("ticket__"))
    found = list(
        visible.select_related("ticket__account", "ticket__assignee").order_by("-linked_at", "-id")[
            : limit + 1
        ]
    )
    shown = found[:limit]
    hidden = 0 if len(found) > limit else total - len(shown)
    return {
        "tickets": [_build_ticket(link, defect, now) for link in shown],
        "ask_url": _find_ask_url(defect, agent, shown),
        "link_url": _find_link_url(defect, agent),
        "ticket_total": total,
        "hidden_text": _describe_hidden(hidden),
        "all_url": f"{get_url('agent:defect', defect.number)}?all=1#tickets"
        if len(found) > limit and not is_whole
        else "",
    }


def _find_ask_url(defect: Defect, agent: Agent, links: Sequence[DefectLink]) -> str:
    """Return the form to ask for help about a defect, or "".

    It offers its tickets, the newest open one first.
    """
    if not (agent.can_write and links):
        return ""
    is_open = (link.ticket for link in links if link.ticket.status != State.CLOSED)
    ticket = next(is_open, links[0].ticket)
    return get_url("agent:ask_help", ticket.number, query={"defect": defect.key})


def _find_link_url(defect: Defect, agent: Agent) -> str:
    is_allowed = agent.can_write and defect.stage != Stage.DUPLICATE
    return get_url("agent:defect_tickets", defect.number) if is_allowed else ""


def _describe_hidden(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s more ticket is in a department that you aren't a member of.",
        "%(count)s more tickets are in departments that you aren't a member of.",
        count,
    ) % {"count": count}


def _build_ticket(link: DefectLink, defect: Defect, now: datetime) -> TicketLine:
    ticket = link.ticket
    word_key = get_word_key(ticket.status, ticket.first_responded_at, ticket.reopen_until)
    return TicketLine(
        url=get_url("agent:ticket", ticket.number),
        number=f"{defect.desk.ticket_prefix}-{ticket.number}",
        subject=ticket.subject,
        account=ticket.account.name if ticket.account else "",
        status=ticket.status,
        status_word=defect.desk.word_for(word_key),
        assignee=ticket.assignee.name if ticket.assignee else _("Unassigned"),
        linked=format_ago(link.linked_at, now=now),
    )
