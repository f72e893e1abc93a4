"""What the ticket page reads: a fixed number of statements, however long the conversation (performance.md, P3)."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404

from accounts.account_managers import get_manager_ids
from accounts.models import Agent, Visibility
from channels_intake.models import OutgoingEmail
from channels_intake.selectors import MailStatus, group_by_message
from sla.models import Clock
from tickets.access import tickets_for_agent
from tickets.events import EventKind
from tickets.models import Attachment, Message, Note, Ticket, TicketEvent
from tickets.visibility import ROLES_SEEING_ALL, TicketVisibility

MAX_MESSAGES = 100  # shown at once; the earlier ones on demand
MAX_OTHER_TICKETS = 5
EVER = datetime.min.replace(tzinfo=UTC)
SOURCE = "(SELECT max(i.id) FROM channels_intake_inboundmessage i WHERE i.message_id = tickets_message.id)"
HAPPENINGS = (
    EventKind.STATUS_CHANGED,
    EventKind.TICKET_CLOSED,
    EventKind.TICKET_REOPENED,
    EventKind.ESCALATED,
    EventKind.ASSIGNED,
    EventKind.LEFT_UNASSIGNED,
    EventKind.PRIORITY_CHANGED,
    EventKind.DEPARTMENT_CHANGED,
    EventKind.SENDER_VERIFIED,
    EventKind.PARTICIPANT_ADDED,
    EventKind.CUSTOMER_REMINDED,
    EventKind.SLA_BREACHED,
    EventKind.MAIL_RELEASED,
)


# What stands beside a ticket, in one statement: people and priorities to choose from, who else is informed, the
# desk's own questions, who looks after the account, and the requester's other tickets.
BESIDE = """
SELECT 'agent', id, name, '', NULL::timestamptz, NULL::timestamptz FROM accounts_agent
  WHERE desk_id = %(desk)s AND is_active AND role <> 'observer'{able}
UNION ALL (SELECT 'priority', id, name, '', NULL, NULL FROM tickets_priority
  WHERE desk_id = %(desk)s ORDER BY rank)
UNION ALL (SELECT 'informed', c.id, c.name, c.email, NULL, NULL FROM tickets_participant p
  JOIN accounts_contact c ON c.id = p.contact_id WHERE p.ticket_id = %(ticket)s ORDER BY p.id)
UNION ALL SELECT 'manager', a.id, a.name, u.email, NULL, NULL FROM accounts_agent a
  JOIN accounts_user u ON u.id = a.user_id WHERE a.id = ANY(%(managers)s) AND a.is_active
UNION ALL (SELECT 'asked', id, key, label, NULL, NULL FROM tickets_formfield
  WHERE desk_id = %(desk)s ORDER BY position, id)
UNION ALL (SELECT 'other', number, subject, status, first_responded_at, reopen_until FROM tickets_ticket t
  WHERE contact_id = %(contact)s AND id <> %(ticket)s{seen} ORDER BY updated_at DESC, id DESC LIMIT %(most)s)
"""

# Whom a ticket of a members-only department can be given to: who sees it already.
ABLE = """ AND (role = ANY(%(see_all)s) OR id = %(assignee)s
  OR id IN (SELECT agent_id FROM accounts_agentdepartment WHERE department_id = %(department)s))"""

# What stands between and under the messages, in one statement: notes, what happened, files, mails.
BETWEEN = """
SELECT 'note' AS part, n.id, n.created_at, jsonb_build_object('body_text', n.body_text, 'author', a.name)
  FROM tickets_note n JOIN accounts_agent a ON a.id = n.agent_id
  WHERE n.ticket_id = %(ticket)s AND n.created_at >= %(since)s
UNION ALL SELECT 'event', id, at,
  jsonb_build_object('kind', kind, 'actor_kind', actor_kind, 'actor_name', actor_name, 'data', data)
  FROM tickets_ticketevent WHERE ticket_id = %(ticket)s AND kind = ANY(%(kinds)s) AND at >= %(since)s
UNION ALL SELECT 'file', id, created_at, jsonb_build_object('message_id', message_id, 'note_id', note_id,
    'name', name, 'size', size, 'content_id', content_id, 'file', file, 'preview', preview)
  FROM tickets_attachment WHERE message_id = ANY(%(messages)s)
    OR note_id IN (SELECT id FROM tickets_note WHERE ticket_id = %(ticket)s AND created_at >= %(since)s)
UNION ALL SELECT 'mail', id, NULL, jsonb_build_object('message_id', message_id, 'to_address', to_address,
    'state', state, 'last_error', last_error)
  FROM channels_intake_outgoingemail WHERE message_id = ANY(%(messages)s)
ORDER BY id
"""


class Other(NamedTuple):
    """Another ticket of the same requester."""

    number: int
    subject: str
    status: str
    first_responded_at: datetime | None
    reopen_until: datetime | None


@dataclass(slots=True)
class Beside:
    """What stands beside a ticket: (id, name) of agents and priorities, (name, address) of who else is informed.

    asked: (key, label) of the desk's own questions, in their order. managers: (id, name, address) of who looks after
    the account.
    """

    agents: list[tuple[int, str]] = field(default_factory=list)
    priorities: list[tuple[int, str]] = field(default_factory=list)
    informed: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    managers: list[tuple[int, str, str]] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)


def find_ticket(agent: Agent, number: int) -> Ticket:
    """The ticket with its relations and clock, for its page; Http404 for none."""
    # The clock on its own: PostgreSQL plans a join of twelve tables longer than the rest of the page takes.
    clocks = Prefetch(
        "clock", Clock.objects.select_related("calendar", "target__plan", "target__priority")
    )
    tickets = (
        tickets_for_agent(agent)
        .select_related("priority", "department", "assignee", "contact", "account__plan")
        .prefetch_related(clocks)
    )
    try:
        ticket = tickets.defer("subject_search").get(number=number)
    except Ticket.DoesNotExist:
        raise Http404 from None
    ticket.desk = agent.desk
    return ticket


def read_beside(ticket: Ticket, agent: Agent) -> Beside:
    """What stands beside a ticket for an agent, in one statement."""
    beside = Beside()
    with connection.cursor() as cursor:
        cursor.execute(*_make_beside_statement(ticket, agent))
        for kind, key, name, detail, answered_at, reopen_until in cursor.fetchall():
            if kind == "agent":
                beside.agents.append((key, name))
            elif kind == "priority":
                beside.priorities.append((key, name))
            elif kind == "informed":
                beside.informed.append((name, detail))
            elif kind == "manager":
                beside.managers.append((key, name, detail))
            elif kind == "asked":
                beside.asked.append((name, detail))
            else:
                beside.others.append(Other(key, name, detail, answered_at, reopen_until))
    beside.agents.sort(key=lambda agent: agent[1])
    return beside


def _make_beside_statement(ticket: Ticket, agent: Agent) -> tuple[str, dict[str, Any]]:
    visibility = TicketVisibility.for_agent(agent)
    is_closed = ticket.department is not None and ticket.department.visibility == Visibility.MEMBERS
    statement = BESIDE.format(able=ABLE if is_closed else "", seen=f" AND {visibility.as_sql('t')}")
    asked = {
        "desk": ticket.desk_id,
        "ticket": ticket.pk,
        "contact": ticket.contact_id,
        "managers": list(get_manager_ids(ticket.account).values()),
        "most": MAX_OTHER_TICKETS,
        "see_all": [str(role) for role in ROLES_SEEING_ALL],
        "assignee": ticket.assignee_id,
        "department": ticket.department_id,
    }
    return statement, asked | visibility.params


def get_ticket_for_change(agent: Agent, number: int) -> Ticket:
    """The ticket for a change; Http404 for none."""
    try:
        ticket = (
            tickets_for_agent(agent)
            .select_related("contact")
            .defer("subject_search")
            .get(number=number)
        )
    except Ticket.DoesNotExist:
        raise Http404 from None
    ticket.desk = agent.desk
    return ticket


@dataclass(slots=True)
class Conversation:
    """All that was said, oldest first by kind, with what hangs on it. has_earlier: there is more before it."""

    messages: list[Message]
    has_earlier: bool
    notes: list[Note] = field(default_factory=list)
    happenings: list[TicketEvent] = field(default_factory=list)
    files: dict[tuple[str, int], list[Attachment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    mails: dict[int, MailStatus] = field(default_factory=dict)

    @property
    def last_message_id(self) -> int:
        """The id that a reply names as the last one seen."""
        return max((message.pk for message in self.messages), default=0)


def read_conversation(ticket: Ticket, *, whole: bool = False) -> Conversation:
    """Messages, notes, happenings, files and mails of a ticket in two statements.

    Of more than MAX_MESSAGES only the newest are read, with what happened since, unless ``whole``.
    """
    newest = _messages(ticket).order_by("-created_at", "-id")
    messages = list(newest if whole else newest[: MAX_MESSAGES + 1])
    has_earlier = not whole and len(messages) > MAX_MESSAGES
    messages = messages[:MAX_MESSAGES][::-1] if has_earlier else messages[::-1]
    message_ids = [message.pk for message in messages]
    conversation = Conversation(messages, has_earlier=has_earlier)
    since = messages[0].created_at if has_earlier else EVER
    _read_between(conversation, ticket, message_ids, since=since)
    return conversation


def _messages(ticket: Ticket) -> QuerySet[Message]:
    source = RawSQL(SOURCE, [], output_field=BigIntegerField())  # noqa: S611 (a constant)
    return (
        Message.objects.filter(ticket=ticket)
        .select_related("contact", "agent")
        .defer("search")
        .annotate(source_id=source)
    )


def _read_between(
    conversation: Conversation, ticket: Ticket, message_ids: list[int], *, since: datetime
) -> None:
    asked: dict[str, Any] = {
        "ticket": ticket.pk,
        "since": since,
        "kinds": list(HAPPENINGS),
        "messages": message_ids,
    }
    mails: list[OutgoingEmail] = []
    with connection.cursor() as cursor:
        cursor.execute(BETWEEN, asked)
        for part, key, at, found in cursor.fetchall():
            facts = json.loads(found)
            if part == "note":
                author = Agent(name=facts.pop("author"))
                conversation.notes.append(Note(pk=key, created_at=at, agent=author, **facts))
            elif part == "event":
                conversation.happenings.append(TicketEvent(pk=key, at=at, **facts))
            elif part == "mail":
                mails.append(OutgoingEmail(pk=key, **facts))
            else:
                file = Attachment(pk=key, created_at=at, **facts)
                owner = (
                    ("message", file.message_id) if file.message_id else ("note", file.note_id or 0)
                )
                conversation.files[owner].append(file)
    conversation.mails = group_by_message(mails)


def read_events(
    ticket: Ticket, agent: Agent, *, before: int | None, most: int
) -> list[TicketEvent]:
    """Up to ``most`` + 1 events of a ticket, newest first, older than the event of the id ``before``.

    The number of the ticket that it follows stands in the first one only for an agent who may see that ticket.
    """
    found = TicketEvent.objects.filter(ticket=ticket)
    if before:
        found = found.filter(pk__lt=before)
    events = list(found.order_by("-id")[: most + 1])
    hide_origins(events, agent)
    return events


def hide_origins(events: list[TicketEvent], agent: Agent) -> None:
    """Take the number of a ticket that is followed out of events, where the agent may not see that ticket."""
    named = {number for event in events if (number := event.data.get("follow_up_of"))}
    if not (named and TicketVisibility.for_agent(agent).is_restricted):
        return
    seen = set(tickets_for_agent(agent).filter(number__in=named).values_list("number", flat=True))
    for event in events:
        if event.data.get("follow_up_of") not in seen:
            event.data.pop("follow_up_of", None)
