"""Reads of the panel beside a ticket's conversation, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.customers.managers import Manager, get_manager_ids, list_managers
from accounts.models import Agent, Visibility
from channels_intake.models import Conversation as ChannelConversation
from helpdesk.agent import sql, statements
from helpdesk.agent.brief.sql import SummaryRow, select_summary
from helpdesk.agent.defects.sql import DefectLinkRow, select_defects
from helpdesk.agent.handles.sql import HandleRow, select_handles
from helpdesk.agent.help.sql import EscalationRow, HelpRow, select_escalation, select_help_requests
from helpdesk.agent.levels.sql import EmergencyRow, RecordRow, select_emergency, select_record
from helpdesk.agent.notes.sql import (
    AccountNoteRow,
    Unread,
    select_account_note,
    select_unread,
    select_watchers,
)
from helpdesk.agent.relations.sql import RelatedRow, select_related_tickets
from helpdesk.agent.sql import Choice
from helpdesk.agent.statements import Query
from helpdesk.agent.ticket_page import people_sql, ticket_sql
from helpdesk.agent.ticket_page.composing import channel_sql
from helpdesk.agent.ticket_page.imported_sql import OldNumber, select_old_number
from helpdesk.agent.ticket_page.people_sql import Follower, Suggestion
from helpdesk.agent.ticket_page.ticket_sql import AccountHealth, Offer, OfferKind, OtherTicket
from helpdesk.agent.work.sql import WorkRow, select_work
from tickets.models import Ticket

MAX_COPIED = 20  # people whom the emails name
MAX_OTHER_TICKETS = 5
MAX_HEALTH = 100  # tickets of an account that are counted
HEALTH_SPAN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class TicketPanel:
    """The data of a ticket's panel, apart from the ticket itself."""

    agents: list[Choice]  # the ticket can be assigned to
    priorities: list[Choice]
    products: list[Choice]
    lines: list[Offer]
    followers: list[Follower]
    suggestions: list[Suggestion]
    questions: list[Offer]
    tags: list[str]
    cards: list[Offer]
    managers: list[Manager]
    others: list[OtherTicket]
    records: list[RecordRow]  # the newest version of its troubleshooting record, or none
    emergencies: list[EmergencyRow]  # the last one, or none
    defects: list[DefectLinkRow]
    help_requests: list[HelpRow]
    escalations: list[EscalationRow]  # of its account: the running one, or none
    handles: list[HandleRow]  # of its requester
    health: list[AccountHealth]  # of its account, or none
    conversations: list[ChannelConversation]  # at a channel: the current one, or none
    watchers: list[Choice]  # agents
    account_notes: list[AccountNoteRow]  # about its account: one or none
    unread: list[Unread]  # one of the reader's notifications about it, or none
    related: list[RelatedRow]
    work: list[WorkRow]  # one row
    summaries: list[SummaryRow]  # the newest version, or none
    old_numbers: list[OldNumber]  # of an imported ticket: one or none

    @property
    def conversation(self) -> ChannelConversation | None:
        """The ticket's current conversation at a channel."""
        return self.conversations[0] if self.conversations else None


def read_panel(ticket: Ticket, agent: Agent) -> TicketPanel:
    """Read what a ticket's panel shows to an agent, in one statement."""
    queries = select_panel(ticket, agent)
    found = statements.fetch_together(*queries.values())
    return build_panel(ticket, dict(zip(queries, found, strict=True)))


def select_panel(ticket: Ticket, agent: Agent) -> dict[str, Query[Any]]:
    """Return the statements of a panel, by what they find."""
    department, now = ticket.department, timezone.now()
    return {
        "agents": sql.select_assignable_agents(
            ticket.desk_id,
            department_id=ticket.department_id,
            assignee_id=ticket.assignee_id,
            members_only=bool(department and department.visibility == Visibility.MEMBERS),
        ),
        "offers": ticket_sql.select_offers(
            ticket.desk_id, priority_id=ticket.priority_id, ticket_id=ticket.pk
        ),
        "followers": people_sql.select_followers(ticket.pk),
        "suggestions": people_sql.select_suggestions(ticket.pk, limit=MAX_COPIED),
        "managers": people_sql.select_active_agents(list(get_manager_ids(ticket.account).values())),
        "related": select_related_tickets(agent, ticket_id=ticket.pk),
        "work": select_work(ticket.pk, agent_id=agent.pk, at=now),
        "watchers": select_watchers(ticket.pk),
        "unread": select_unread(ticket.pk, agent_id=agent.pk),
        "defects": select_defects(ticket.pk),
        "help_requests": select_help_requests(ticket.pk),
        "records": select_record(ticket.pk),
        "emergencies": select_emergency(ticket.pk),
        "summaries": select_summary(ticket.pk),
        "conversations": channel_sql.select_conversation(ticket.pk),
        "old_numbers": select_old_number(ticket.pk),
        **_select_customer(ticket, agent, now=now),
    }


def _select_customer(ticket: Ticket, agent: Agent, *, now: datetime) -> dict[str, Query[Any]]:
    return {
        "handles": select_handles(ticket.contact_id),
        "others": ticket_sql.select_other_tickets(
            agent, contact_id=ticket.contact_id, ticket_id=ticket.pk, limit=MAX_OTHER_TICKETS
        ),
        "account_notes": select_account_note(ticket.account_id),
        "escalations": select_escalation(ticket.account_id),
        "health": ticket_sql.select_health(
            agent, ticket.account_id, now=now, since=now - HEALTH_SPAN, limit=MAX_HEALTH + 1
        ),
    }


def build_panel(ticket: Ticket, found: dict[str, list[Any]]) -> TicketPanel:
    """Return the panel of a ticket. found: the rows of each statement of select_panel."""
    offers: list[Offer] = found.pop("offers")
    by_kind = {kind: [one for one in offers if one.kind == kind] for kind in OfferKind}
    managers = [(manager.id, manager.name, manager.email) for manager in found.pop("managers")]
    return TicketPanel(
        **found,
        managers=list_managers(ticket.account, managers),
        priorities=[Choice(one.id, one.name) for one in by_kind[OfferKind.PRIORITY]],
        products=[Choice(one.id, one.name) for one in by_kind[OfferKind.PRODUCT]],
        lines=by_kind[OfferKind.LINE],
        questions=by_kind[OfferKind.QUESTION],
        tags=[one.name for one in by_kind[OfferKind.TAG]],
        cards=by_kind[OfferKind.CARD],
    )


def find_reply_to(ticket: Ticket) -> Suggestion | None:
    """Return the Reply-To person of the ticket's first email, unless that is the requester."""
    found = people_sql.select_suggestions(ticket.pk, limit=MAX_COPIED).fetch()
    return next((one for one in found if one.is_reply_to), None)
