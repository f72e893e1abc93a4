"""Header and panel of a ticket: its facts, SLA target and requester."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.customers.refusals import describe_refusal
from accounts.match_reasons import describe_match_reason
from accounts.models import Agent, Desk
from helpdesk.agent.brief.cards import describe_brief
from helpdesk.agent.cards.places import list_places
from helpdesk.agent.components.customers import HealthLine, ManagerCard, RequesterPanel
from helpdesk.agent.components.ticket import FollowerCard, LinkedTicket, Reason, TicketHeader
from helpdesk.agent.customer_cards import describe_account, describe_contact
from helpdesk.agent.defects.sql import describe_defects
from helpdesk.agent.handles.cards import describe_handles
from helpdesk.agent.help.attention import EscalationCard, describe_escalation_row
from helpdesk.agent.help.cards import describe_help_rows
from helpdesk.agent.levels.cards import describe_emergency, describe_record
from helpdesk.agent.lists.rows import LOWEST_RANK
from helpdesk.agent.notes.cards import describe_account_note, describe_watchers
from helpdesk.agent.relations.cards import describe_merge, describe_related
from helpdesk.agent.sql import DepartmentCount
from helpdesk.agent.ticket_page.clocks.ladder import describe_ladder
from helpdesk.agent.ticket_page.clocks.panel import find_next_clock, list_clocks
from helpdesk.agent.ticket_page.composing.channels import describe_channel
from helpdesk.agent.ticket_page.forms.fields import describe_fields
from helpdesk.agent.ticket_page.panel_queries import MAX_HEALTH, TicketPanel
from helpdesk.agent.ticket_page.properties import list_properties
from helpdesk.agent.ticket_page.ticket_sql import AccountHealth, OtherTicket
from helpdesk.agent.work.cards import describe_work
from helpdesk.shared.entries import CHANNEL_LABELS, label_answers
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, format_datetime, format_title, to_iso
from tickets.models import CloseReason, State, Ticket, get_word_key
from tickets.sentences.reasons import describe_reason
from tickets.services.impact import name_impact


def describe_ticket(
    ticket: Ticket, panel: TicketPanel, *, part_url: str, now: datetime
) -> TicketHeader:
    """Return the header of a ticket. part_url: where the open tab reloads its part from."""
    return TicketHeader(
        number=ticket.reference,
        raw_number=ticket.number,
        subject=ticket.subject,
        channel=ticket.channel,
        channel_label=str(CHANNEL_LABELS[ticket.channel]),
        status=ticket.status,
        status_word=ticket.desk.word_for(ticket.word_key),
        priority_rank=min(ticket.priority.rank, LOWEST_RANK),
        priority_name=ticket.priority.localized_name,
        impact=name_impact(ticket.impact) if ticket.impact else "",
        requester=str(ticket.contact),
        opened_iso=to_iso(ticket.created_at),
        opened_text=format_ago(ticket.created_at, now=now),
        opened_title=format_title(ticket.created_at),
        closed_reason=_describe_close(ticket),
        is_unverified=ticket.is_unverified,
        hold=_describe_hold(ticket),
        queue_url=get_url("agent:queue"),
        queue_title=_("Tickets"),
        live_url=get_url("agent:stream", query={"ticket": ticket.number}),
        typing_url=get_url("agent:typing", ticket.number),
        part_url=part_url,
        panel_url=get_url("agent:panel", ticket.number),
        escalation=_describe_escalation(ticket, panel, now),
        clock=find_next_clock(ticket, now),
        tier=ticket.account.plan.name if ticket.account and ticket.account.plan else "",
        merge=describe_merge(ticket, panel.related),
        read_url=get_url("agent:ticket_read", ticket.number) if panel.unread else "",
        old_number=_describe_old_number(panel),
    )


def _describe_escalation(
    ticket: Ticket, panel: TicketPanel, now: datetime
) -> EscalationCard | None:
    name = ticket.account.name if ticket.account else ""
    found = panel.escalations
    return describe_escalation_row(found[0], account=name, now=now) if found else None


def _describe_old_number(panel: TicketPanel) -> str:
    """Return the number of an imported ticket where it is from, or ""."""
    if not panel.old_numbers:
        return ""
    old = panel.old_numbers[0]
    named = {"number": old.number, "source": old.source}
    return _("Imported from %(source)s, number %(number)s") % named


def _describe_hold(ticket: Ticket) -> str:
    if ticket.hold_until is None:
        return ""
    named = {"time": format_datetime(ticket.hold_until), "reason": ticket.hold_reason}
    return _("On hold until %(time)s: %(reason)s") % named


def _describe_close(ticket: Ticket) -> str:
    is_closed = ticket.status == State.CLOSED and ticket.merged_into_id is None
    if not is_closed or ticket.closed_at is None:
        return ""
    time = format_datetime(ticket.closed_at)
    if not ticket.close_reason:
        return _("Closed %(time)s.") % {"time": time}
    own = ticket.own_close_reason
    reason = own.name if own else CloseReason(ticket.close_reason).label
    return _("Closed %(time)s: %(reason)s") % {"time": time, "reason": reason}


def describe_panel(
    ticket: Ticket,
    panel: TicketPanel,
    *,
    agent: Agent,
    departments: list[DepartmentCount],
    now: datetime,
) -> dict[str, Any]:
    """Return the context of agent/ticket/_panel.html. The ticket comes from get_ticket."""
    return {
        "brief": describe_brief(panel.summaries, ticket, agent, now=now),
        "clocks": list_clocks(ticket, now),
        "ladder": describe_ladder(ticket, agent),
        "uncovered": describe_refusal(ticket.uncovered),
        "fields": describe_fields(ticket, agent),
        "work": describe_work(panel.work[0], ticket, agent),
        "properties": list_properties(ticket, panel, agent=agent, departments=departments),
        "requester": _describe_requester(ticket, panel, agent),
        "channel": describe_channel(panel.conversation),
        "record": describe_record(panel.records, ticket, agent, now=now),
        "emergency": describe_emergency(panel.emergencies, ticket, agent, now=now),
        "defects": describe_defects(panel.defects, ticket, agent),
        "help_requests": describe_help_rows(panel.help_requests, now=now),
        "similar_url": get_url("agent:similar", ticket.number),
        "cards": list_places(ticket, panel.cards),
        "watching": describe_watchers(ticket, panel.watchers, agent),
        "account_note": describe_account_note(panel.account_notes, ticket.account_id, agent),
        "related": describe_related(ticket, panel.related, agent),
        "others": tuple(_describe_other(other, ticket.desk) for other in panel.others),
    }


def _describe_requester(ticket: Ticket, panel: TicketPanel, agent: Agent) -> RequesterPanel:
    suggested = panel.suggestions if agent.can_write else []
    can_follow = get_url("agent:participants", ticket.number) if agent.can_write else ""
    known = {question.key for question in panel.questions}
    left = {key: answer for key, answer in ticket.fields.items() if key not in known}
    return RequesterPanel(
        contact=describe_contact(ticket.contact),
        handles=describe_handles(panel.handles, agent, ticket=ticket),
        account=describe_account(ticket.account) if ticket.account else None,
        managers=tuple(ManagerCard(str(m.title), m.name, m.email) for m in panel.managers),
        reasons=tuple(
            Reason(describe_match_reason(reason), sure=not ticket.is_unverified)
            for reason in ticket.match_reasons
        ),
        route_reasons=tuple(
            describe_reason(reason, ticket.desk) for reason in ticket.route_reasons
        ),
        tags=tuple(panel.tags),
        health=_describe_health(ticket, panel.health),
        routing_url=get_url("agent:routing", ticket.number),
        answers=tuple(label_answers(left, ())),
        followers=tuple(FollowerCard(f.id, f.name, f.email) for f in panel.followers),
        copied=tuple(one.email for one in suggested if not one.is_reply_to),
        reply_to=next((one.email for one in suggested if one.is_reply_to), ""),
        requester_url=get_url("agent:ticket_requester", ticket.number),
        removal_url=get_url("agent:participant_removal", ticket.number),
        participants_url=can_follow,
    )


def _describe_health(ticket: Ticket, found: list[AccountHealth]) -> HealthLine | None:
    """Return the counts of the account's tickets; None without an account."""
    if not found:
        return None
    [health] = found
    opened = ngettext("%(count)s open ticket", "%(count)s open tickets", health.open)
    overdue = ngettext("%(count)s overdue", "%(count)s overdue", health.overdue)
    recent = _("%(count)s in the last 90 days")
    return HealthLine(
        open=opened % {"count": _count(health.open)},
        open_url=get_url("agent:queue", query={"account": ticket.account_id}),
        overdue=overdue % {"count": _count(health.overdue)} if health.overdue else "",
        recent=recent % {"count": _count(health.recent)},
    )


def _count(count: int) -> str:
    return format_capped_count(count, MAX_HEALTH) or "0"


def _describe_other(other: OtherTicket, desk: Desk) -> LinkedTicket:
    word_key = get_word_key(other.status, other.first_responded_at, other.reopen_until)
    return LinkedTicket(
        url=get_url("agent:ticket", other.number),
        number=f"{desk.ticket_prefix}-{other.number}",
        subject=other.subject,
        status=other.status,
        status_word=desk.word_for(word_key),
    )
