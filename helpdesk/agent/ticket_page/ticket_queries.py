"""Reads of the ticket page: a fixed number of statements for any conversation (P3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone

from accounts.customers.managers import Manager, get_manager_ids, list_managers
from accounts.models import Agent, Visibility
from channels_intake.models import ChannelMessage
from channels_intake.models import Conversation as ChannelConversation
from channels_intake.selectors import MailStatus, group_by_message
from helpdesk.agent import sql, statements
from helpdesk.agent.brief.sql import SummaryRow, select_summary
from helpdesk.agent.components.relations import MergedItem
from helpdesk.agent.defects.sql import DefectLinkRow, select_defects
from helpdesk.agent.handles.sql import HandleRow, select_handles
from helpdesk.agent.help.sql import (
    EscalationRow,
    HelpRow,
    select_escalation,
    select_help_requests,
)
from helpdesk.agent.levels.sql import (
    EmergencyRow,
    RecordRow,
    select_emergency,
    select_record,
)
from helpdesk.agent.notes.sql import (
    AccountNoteRow,
    NoteRow,
    Unread,
    select_account_note,
    select_notes,
    select_unread,
    select_watchers,
)
from helpdesk.agent.relations.sql import RelatedRow, select_related_tickets
from helpdesk.agent.side.sql import SideRow, select_sides
from helpdesk.agent.sql import Choice
from helpdesk.agent.statements import Query
from helpdesk.agent.ticket_page import channel_sql, ticket_sql
from helpdesk.agent.ticket_page.draft_sql import DraftFileRow
from helpdesk.agent.ticket_page.imported_sql import OldNumber, select_old_number
from helpdesk.agent.ticket_page.pending import PendingRow, select_pending
from helpdesk.agent.ticket_page.ticket_rows import read_messages, read_ticket
from helpdesk.agent.ticket_page.ticket_sql import (
    AccountHealth,
    Follower,
    Offer,
    OfferKind,
    OtherTicket,
    Suggestion,
)
from helpdesk.agent.work.sql import WorkRow, select_work
from tickets.access import tickets_for_agent
from tickets.events import EventKind
from tickets.models import Attachment, Draft, Message, Ticket, TicketEvent

MAX_COPIED = 20
MAX_MESSAGES = 100  # shown at first; the earlier ones on demand
MAX_OTHER_TICKETS = 5
MAX_HEALTH = 100  # tickets of an account that are counted
HEALTH_SPAN = timedelta(days=90)
BEGINNING = datetime.min.replace(tzinfo=UTC)
# The events that a conversation shows between its messages; the History tab shows all.
SHOWN_EVENTS = (
    EventKind.REPLY_RETURNED,
    EventKind.STATUS_CHANGED,
    EventKind.TICKET_CLOSED,
    EventKind.TICKET_REOPENED,
    EventKind.TICKET_MERGED,
    EventKind.MERGED_IN,
    EventKind.MERGE_UNDONE,
    EventKind.MERGED_TAKEN_OUT,
    EventKind.TICKETS_LINKED,
    EventKind.TICKETS_UNLINKED,
    EventKind.ESCALATED,
    EventKind.GIVEN_BACK,
    EventKind.DEFECT_LINKED,
    EventKind.DEFECT_UNLINKED,
    EventKind.DEFECT_UPDATED,
    EventKind.FIX_TO_CONFIRM,
    EventKind.IMPROVEMENT_REQUESTED,
    EventKind.SIDE_STARTED,
    EventKind.SIDE_ANSWERED,
    EventKind.SIDE_DONE,
    EventKind.SIDE_PEOPLE_ADDED,
    EventKind.SIDE_PERSON_REMOVED,
    EventKind.HELP_REQUESTED,
    EventKind.HELP_ENDED,
    EventKind.HELP_WITHDRAWN,
    EventKind.HELP_OVERDUE,
    EventKind.ATTENTION_ASKED,
    EventKind.ATTENTION_DECIDED,
    EventKind.ACCOUNT_ESCALATED,
    EventKind.ACCOUNT_ESCALATION_ENDED,
    EventKind.TROUBLESHOOTING_CHANGED,
    EventKind.SUMMARY_CHANGED,
    EventKind.IMPACT_CHANGED,
    EventKind.EMERGENCY_REPORTED,
    EventKind.EMERGENCY_DECIDED,
    EventKind.ASSIGNED,
    EventKind.LEFT_UNASSIGNED,
    EventKind.HANDOVER_UNCLAIMED,
    EventKind.PRIORITY_CHANGED,
    EventKind.PRODUCT_CHANGED,
    EventKind.DEPARTMENT_CHANGED,
    EventKind.FIELDS_CHANGED,
    EventKind.SUBJECT_CHANGED,
    EventKind.TEXT_REDACTED,
    EventKind.FILE_REMOVED,
    EventKind.ACCOUNT_CHANGED,
    EventKind.SENDER_VERIFIED,
    EventKind.PARTICIPANT_ADDED,
    EventKind.REQUESTER_CHANGED,
    EventKind.REQUESTER_LEFT,
    EventKind.CUSTOMER_REMINDED,
    EventKind.SLA_BREACHED,
    EventKind.LADDER_ACKNOWLEDGED,
    EventKind.LADDER_RESUMED,
    EventKind.MAIL_RELEASED,
)


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


def get_ticket(agent: Agent, number: int) -> Ticket:
    """Return the ticket with its relations and clock, for its page. Raises Http404."""
    ticket = read_ticket(agent, number)
    if ticket is None:
        raise Http404
    return ticket


def get_ticket_for_change(agent: Agent, number: int) -> Ticket:
    """Return the ticket for a change. Raises Http404."""
    try:
        ticket = tickets_for_agent(agent).select_related("contact").get(number=number)
    except Ticket.DoesNotExist:
        raise Http404 from None
    ticket.desk = agent.desk
    return ticket


def read_panel(ticket: Ticket, agent: Agent) -> TicketPanel:
    """Read what a ticket's panel shows to an agent, in one statement."""
    return _build_panel(ticket, statements.fetch_together(*_select_panel(ticket, agent)))


def _select_panel(ticket: Ticket, agent: Agent) -> tuple[Query[Any], ...]:
    department, now = ticket.department, timezone.now()
    return (
        sql.select_assignable_agents(
            ticket.desk_id,
            department_id=ticket.department_id,
            assignee_id=ticket.assignee_id,
            members_only=bool(department and department.visibility == Visibility.MEMBERS),
        ),
        ticket_sql.select_offers(
            ticket.desk_id, priority_id=ticket.priority_id, ticket_id=ticket.pk
        ),
        ticket_sql.select_followers(ticket.pk),
        ticket_sql.select_suggestions(ticket.pk, limit=MAX_COPIED),
        ticket_sql.select_active_agents(list(get_manager_ids(ticket.account).values())),
        ticket_sql.select_other_tickets(
            agent, contact_id=ticket.contact_id, ticket_id=ticket.pk, limit=MAX_OTHER_TICKETS
        ),
        select_record(ticket.pk),
        select_emergency(ticket.pk),
        select_defects(ticket.pk),
        select_help_requests(ticket.pk),
        select_escalation(ticket.account_id),
        select_handles(ticket.contact_id),
        channel_sql.select_conversation(ticket.pk),
        select_watchers(ticket.pk),
        select_unread(ticket.pk, agent_id=agent.pk),
        select_account_note(ticket.account_id),
        select_related_tickets(agent, ticket_id=ticket.pk),
        ticket_sql.select_health(
            agent, ticket.account_id, now=now, since=now - HEALTH_SPAN, limit=MAX_HEALTH + 1
        ),
        select_work(ticket.pk, agent_id=agent.pk, at=now),
        select_summary(ticket.pk),
        select_old_number(ticket.pk),
    )


def _build_panel(ticket: Ticket, found: Sequence[list[Any]]) -> TicketPanel:
    agents, offers, followers, suggestions, managers, others, *more = found
    (
        records,
        emergencies,
        defects,
        help_requests,
        escalations,
        handles,
        conversations,
        watchers,
        unread,
        account_notes,
        related,
        health,
        work,
        summaries,
        old_numbers,
    ) = more
    known = [(manager.id, manager.name, manager.email) for manager in managers]
    return TicketPanel(
        agents=agents,
        priorities=_list_choices(offers, OfferKind.PRIORITY),
        products=_list_choices(offers, OfferKind.PRODUCT),
        lines=[offer for offer in offers if offer.kind == OfferKind.LINE],
        followers=followers,
        suggestions=suggestions,
        questions=[offer for offer in offers if offer.kind == OfferKind.QUESTION],
        tags=[offer.name for offer in offers if offer.kind == OfferKind.TAG],
        cards=[offer for offer in offers if offer.kind == OfferKind.CARD],
        managers=list_managers(ticket.account, known),
        others=others,
        records=records,
        emergencies=emergencies,
        defects=defects,
        help_requests=help_requests,
        escalations=escalations,
        handles=handles,
        conversations=conversations,
        watchers=watchers,
        unread=unread,
        account_notes=account_notes,
        related=related,
        health=health,
        work=work,
        summaries=summaries,
        old_numbers=old_numbers,
    )


def _list_choices(offers: list[Offer], kind: OfferKind) -> list[Choice]:
    return [Choice(offer.id, offer.name) for offer in offers if offer.kind == kind]


def find_reply_to(ticket: Ticket) -> Suggestion | None:
    """Return the Reply-To person of the ticket's first email, unless that is the requester."""
    found = ticket_sql.select_suggestions(ticket.pk, limit=MAX_COPIED).fetch()
    return next((one for one in found if one.is_reply_to), None)


@dataclass(slots=True)
class Conversation:
    """The messages of a ticket, oldest first, with notes, events, files and emails.

    has_earlier: there are messages before these. since: the time of the first of them, if so; a
    pinned note can be older. files: by ("message" or "note", its id).
    emails: the delivery of each message, by its id. parts: what was sent of it by a channel.
    draft, draft_files: what the reader has begun to write. pending: replies that wait to be sent.
    sides: side conversations.
    merged: blocks of merged tickets, by the ID of the event (helpdesk.agent.relations.merged).
    priority_names: in the active language, by the desk's own names.
    """

    messages: list[Message]
    has_earlier: bool
    since: datetime = BEGINNING
    notes: list[NoteRow] = field(default_factory=list)
    events: list[TicketEvent] = field(default_factory=list)
    files: dict[tuple[str, int], list[Attachment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    emails: dict[int, MailStatus] = field(default_factory=dict)
    parts: dict[int, list[ChannelMessage]] = field(default_factory=dict)
    draft: Draft | None = None
    draft_files: list[DraftFileRow] = field(default_factory=list)
    pending: list[PendingRow] = field(default_factory=list)
    sides: list[SideRow] = field(default_factory=list)
    merged: dict[int, MergedItem] = field(default_factory=dict)
    priority_names: dict[str, str] = field(default_factory=dict)

    @property
    def last_message_id(self) -> int:
        """The id that a reply names as the last message its author has seen; 0 for none."""
        return max((message.pk for message in self.messages), default=0)


def read_conversation(ticket: Ticket, *, whole: bool = False) -> Conversation:
    """Read a ticket's conversation in two statements.

    Of more than MAX_MESSAGES messages, only the newest are read, with what happened since then,
    unless ``whole``.
    """
    conversation = _read_messages(ticket, whole=whole)
    _fill(conversation, statements.fetch_together(*_select_beside(ticket, conversation)))
    return conversation


def read_conversation_and_panel(
    ticket: Ticket, agent: Agent, *, whole: bool = False, draft: Sequence[Query[Any]] = ()
) -> tuple[Conversation, TicketPanel]:
    """Read both in two statements. draft: those of the agent's draft and its files, if any."""
    conversation = _read_messages(ticket, whole=whole)
    beside, panel = _select_beside(ticket, conversation), _select_panel(ticket, agent)
    found = statements.fetch_together(*beside, *panel, *draft)
    _fill(conversation, found[: len(beside)])
    if draft:
        drafts, conversation.draft_files = found[len(beside) + len(panel) :]
        conversation.draft = next(iter(drafts), None)
    return conversation, _build_panel(ticket, found[len(beside) : len(beside) + len(panel)])


def _read_messages(ticket: Ticket, *, whole: bool) -> Conversation:
    messages = read_messages(ticket, limit=None if whole else MAX_MESSAGES + 1)
    has_earlier = not whole and len(messages) > MAX_MESSAGES
    shown = messages[has_earlier:]
    since = shown[0].created_at if has_earlier else BEGINNING
    return Conversation(shown, has_earlier=has_earlier, since=since)


def _select_beside(ticket: Ticket, conversation: Conversation) -> tuple[Query[Any], ...]:
    message_ids = [message.pk for message in conversation.messages]
    since = conversation.since
    return (
        select_notes(ticket.pk, since=since),
        ticket_sql.select_events(ticket.pk, kinds=SHOWN_EVENTS, since=since),
        ticket_sql.select_files(ticket.pk, message_ids=message_ids, since=since),
        ticket_sql.select_emails(message_ids),
        channel_sql.select_parts(message_ids),
        ticket_sql.select_priority_names(ticket.desk_id),
        select_pending(ticket),
        select_sides(ticket.pk, since=since),
    )


def _fill(conversation: Conversation, found: Sequence[list[Any]]) -> None:
    conversation.notes, conversation.events, files, emails, parts, names, *rest = found
    conversation.pending, conversation.sides = rest
    for file in files:
        owner = ("message", file.message_id) if file.message_id else ("note", file.note_id or 0)
        conversation.files[owner].append(file)
    conversation.emails = group_by_message(emails)
    conversation.parts = channel_sql.group_parts(parts)
    conversation.priority_names = {one.name: one.localized_name for one in names}
