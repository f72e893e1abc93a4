"""Reads of the ticket page: a fixed number of statements for any conversation (P3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.http import Http404

from accounts.models import Agent
from channels_intake.models import ChannelMessage
from channels_intake.selectors import MailStatus, group_by_message
from helpdesk.agent import statements
from helpdesk.agent.components.relations import MergedItem
from helpdesk.agent.notes.sql import NoteRow, select_notes
from helpdesk.agent.side.sql import SideRow, select_sides
from helpdesk.agent.statements import Query
from helpdesk.agent.ticket_page import ticket_sql
from helpdesk.agent.ticket_page.composing import channel_sql
from helpdesk.agent.ticket_page.composing.draft_sql import DraftFileRow
from helpdesk.agent.ticket_page.panel_queries import TicketPanel, build_panel, select_panel
from helpdesk.agent.ticket_page.pending import PendingRow, select_pending
from helpdesk.agent.ticket_page.ticket_rows import read_messages, read_ticket
from tickets.access import tickets_for_agent
from tickets.events import EventKind
from tickets.models import Attachment, Draft, Message, Ticket, TicketEvent

MAX_MESSAGES = 100  # shown at first; the earlier ones on demand
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
    EventKind.CONTACT_MERGED,
    EventKind.REQUESTER_LEFT,
    EventKind.CUSTOMER_REMINDED,
    EventKind.SLA_BREACHED,
    EventKind.LADDER_ACKNOWLEDGED,
    EventKind.LADDER_RESUMED,
    EventKind.MAIL_RELEASED,
)


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
    beside, panel = _select_beside(ticket, conversation), select_panel(ticket, agent)
    found = statements.fetch_together(*beside, *panel.values(), *draft)
    _fill(conversation, found[: len(beside)])
    of_panel, of_draft = found[len(beside) :][: len(panel)], found[len(beside) + len(panel) :]
    if draft:
        drafts, conversation.draft_files = of_draft
        conversation.draft = next(iter(drafts), None)
    return conversation, build_panel(ticket, dict(zip(panel, of_panel, strict=True)))


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
