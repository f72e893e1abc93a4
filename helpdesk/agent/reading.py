"""What the ticket page reads: a fixed number of statements, however long the conversation (performance.md, P3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404

from accounts.models import Agent, Role
from channels_intake.models import InboundMessage
from channels_intake.selectors import MailStatus, mail_states
from tickets.access import tickets_for_agent
from tickets.log import Kind
from tickets.models import Attachment, Message, Note, Participant, Priority, Ticket, TicketEvent

MOST_MESSAGES = 100  # shown at once; the earlier ones on demand
MOST_OTHERS = 5
HAPPENINGS = (
    Kind.STATUS_CHANGED,
    Kind.TICKET_CLOSED,
    Kind.TICKET_REOPENED,
    Kind.ESCALATED,
    Kind.ASSIGNED,
    Kind.UNPLACED,
    Kind.PRIORITY_CHANGED,
    Kind.DEPARTMENT_CHANGED,
    Kind.PARTICIPANT_ADDED,
    Kind.CUSTOMER_REMINDED,
    Kind.SLA_BREACHED,
)


def find_ticket(agent: Agent, number: int) -> Ticket:
    """The ticket with all that its page shows beside the conversation, in one statement; Http404 for none.

    Beside its relations it carries lists of dicts: agent_options, priority_options, people, others.
    """
    tickets = tickets_for_agent(agent).select_related(
        "priority",
        "department",
        "assignee",
        "contact",
        "account__plan",
        "clock__calendar",
        "clock__target__plan",
    )
    try:
        ticket = (
            tickets.defer("subject_search")
            .annotate(
                agent_options=ArraySubquery(_agents()),
                priority_options=ArraySubquery(_priorities()),
                people=ArraySubquery(_people()),
                others=ArraySubquery(_others()),
            )
            .get(number=number)
        )
    except Ticket.DoesNotExist:
        raise Http404 from None
    ticket.desk = agent.desk
    return ticket


def find_bare_ticket(agent: Agent, number: int) -> Ticket:
    """The ticket for a change; Http404 for none."""
    try:
        ticket = tickets_for_agent(agent).select_related("contact").defer("subject_search").get(number=number)
    except Ticket.DoesNotExist:
        raise Http404 from None
    ticket.desk = agent.desk
    return ticket


def _agents() -> QuerySet[Agent, dict[str, object]]:
    working = Agent.objects.filter(desk=OuterRef("desk"), is_active=True).exclude(role=Role.OBSERVER)
    return working.order_by("name").values(json=JSONObject(id="id", name="name"))


def _priorities() -> QuerySet[Priority, dict[str, object]]:
    return (
        Priority.objects.filter(desk=OuterRef("desk"))
        .order_by("rank")
        .values(json=JSONObject(id="id", name="name", rank="rank"))
    )


def _people() -> QuerySet[Participant, dict[str, object]]:
    return (
        Participant.objects.filter(ticket=OuterRef("pk"))
        .order_by("id")
        .values(json=JSONObject(name="contact__name", email="contact__email"))
    )


def _others() -> QuerySet[Ticket, dict[str, object]]:
    newest = Ticket.objects.filter(contact=OuterRef("contact")).exclude(pk=OuterRef("pk"))
    facts = JSONObject(
        number="number",
        subject="subject",
        status="status",
        first_responded_at="first_responded_at",
        reopen_until="reopen_until",
    )
    return newest.order_by("-updated_at", "-id").values(json=facts)[:MOST_OTHERS]


@dataclass(slots=True)
class Conversation:
    """All that was said, oldest first by kind, with what hangs on it. has_earlier: there is more before it."""

    messages: list[Message]
    notes: list[Note]
    happenings: list[TicketEvent]
    files: dict[tuple[str, int], list[Attachment]]
    mails: dict[int, MailStatus]
    has_earlier: bool

    @property
    def last_message_id(self) -> int:
        """The id that a reply names as the last one seen."""
        return max((message.pk for message in self.messages), default=0)


def read_conversation(ticket: Ticket, *, whole: bool = False) -> Conversation:
    """Messages, notes, happenings, files and mails of a ticket in five statements.

    Of more than MOST_MESSAGES only the newest are read, with what happened since, unless ``whole``.
    """
    newest = _messages(ticket).order_by("-created_at", "-id")
    messages = list(newest if whole else newest[: MOST_MESSAGES + 1])
    has_earlier = not whole and len(messages) > MOST_MESSAGES
    messages = messages[:MOST_MESSAGES][::-1] if has_earlier else messages[::-1]
    since = messages[0].created_at if has_earlier else None
    notes = Note.objects.filter(ticket=ticket).select_related("agent").defer("search")
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=HAPPENINGS).order_by("at", "id")
    return Conversation(
        messages=messages,
        notes=list(_since(notes, "created_at", since)),
        happenings=list(_since(events, "at", since)),
        files=_read_files(ticket),
        mails=mail_states([message.pk for message in messages]),
        has_earlier=has_earlier,
    )


def _messages(ticket: Ticket) -> QuerySet[Message]:
    inbound = InboundMessage.objects.filter(message=OuterRef("pk")).order_by("-id").values("pk")
    return (
        Message.objects.filter(ticket=ticket)
        .select_related("contact", "agent")
        .defer("search")
        .annotate(source_id=Subquery(inbound[:1]))
    )


def _since(rows: QuerySet, name: str, since: datetime | None) -> QuerySet:
    return rows.filter(**{f"{name}__gte": since}) if since else rows


def _read_files(ticket: Ticket) -> dict[tuple[str, int], list[Attachment]]:
    found = Attachment.objects.filter(message__ticket=ticket).union(
        Attachment.objects.filter(note__ticket=ticket), all=True
    )
    files: dict[tuple[str, int], list[Attachment]] = defaultdict(list)
    for file in found.order_by("id"):
        owner = ("message", file.message_id) if file.message_id else ("note", file.note_id or 0)
        files[owner].append(file)
    return files


def read_events(ticket: Ticket, *, before: int | None, most: int) -> list[TicketEvent]:
    """Up to ``most`` + 1 events of a ticket, newest first, older than the event of the id ``before``."""
    events = TicketEvent.objects.filter(ticket=ticket)
    if before:
        events = events.filter(pk__lt=before)
    return list(events.order_by("-id")[: most + 1])
