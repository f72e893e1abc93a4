"""A desk as neutral records (docs/exchange.md), which an import takes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Account, Agent, Contact, Department, Desk, Visibility
from accounts.models.customers import ERASED_AT
from tickets.exchange.event_records import NEEDED
from tickets.exchange.html_sources import restore_sources
from tickets.exchange.people import NOBODY_AT
from tickets.exchange.records import Record
from tickets.models import (
    Attachment,
    FormField,
    Message,
    Note,
    Priority,
    Tag,
    Ticket,
    TicketEvent,
)

BATCH = 1_000


def list_records(desk: Desk) -> Iterator[Record]:
    """Yield a desk's records, kind by kind in the order in which they refer to each other.

    Properties without a value are left out. Sign-ins, secrets and settings aren't records.
    """
    for kind, describe in EXPORTERS.items():
        for record in describe(desk):
            yield {"kind": kind} | {name: value for name, value in record.items() if _says(value)}


def _says(value: Any) -> bool:
    return value not in (None, "", [], {}, False)


def get_path(file: Attachment) -> str:
    """Return where the content of a file is in the archive."""
    return f"files/{file.pk}"


def _list_departments(desk: Desk) -> Iterator[Record]:
    for row in Department.objects.filter(desk=desk).order_by("position", "name"):
        is_closed = row.visibility == Visibility.MEMBERS
        yield {"id": row.pk, "name": row.name, "members_only": is_closed, "type": row.kind}


def _list_priorities(desk: Desk) -> Iterator[Record]:
    for row in Priority.objects.filter(desk=desk).order_by("rank"):
        yield {"id": row.pk, "name": row.name, "definition": row.definition}


def _list_tags(desk: Desk) -> Iterator[Record]:
    for row in Tag.objects.filter(desk=desk).order_by("pk").iterator(BATCH):
        yield {"id": row.pk, "name": row.name}


def _list_fields(desk: Desk) -> Iterator[Record]:
    for row in FormField.objects.filter(desk=desk).order_by("position", "pk"):
        yield {
            "id": row.pk, "key": row.key, "label": row.label, "type": row.kind,
            "choices": row.choices, "public": row.is_asked,
        }  # fmt: skip


def _list_agents(desk: Desk) -> Iterator[Record]:
    yield from describe_agents(Agent.objects.filter(desk=desk))


def describe_agents(agents: QuerySet[Agent]) -> Iterator[Record]:
    """Yield agents as records, by ID."""
    rows = agents.select_related("user").order_by("pk")
    for row in rows.iterator(BATCH):
        email = "" if row.user.email.endswith(NOBODY_AT) else row.user.email
        yield {"id": row.pk, "name": row.name, "email": email}


def _list_accounts(desk: Desk) -> Iterator[Record]:
    yield from describe_accounts(Account.objects.filter(desk=desk))


def describe_accounts(accounts: QuerySet[Account]) -> Iterator[Record]:
    """Yield accounts with their domains as records, by ID."""
    rows = accounts.select_related("plan").order_by("pk")
    for row in rows.prefetch_related("domains").iterator(BATCH):
        yield {
            "id": row.pk, "name": row.name, "status": row.status, "country": row.country,
            "plan": row.plan and row.plan.name, "created_at": _write_time(row.created_at),
            "domains": [domain.domain for domain in row.domains.all()],
        }  # fmt: skip


def _list_contacts(desk: Desk) -> Iterator[Record]:
    yield from describe_contacts(Contact.objects.filter(desk=desk))


def describe_contacts(contacts: QuerySet[Contact]) -> Iterator[Record]:
    """Yield contacts as records, by ID."""
    for row in contacts.order_by("pk").iterator(BATCH):
        yield {
            "id": row.pk, "name": row.name, "account": row.account_id, "role": row.role,
            "email": "" if row.email.endswith(ERASED_AT) else row.email,
            "language": row.language, "created_at": _write_time(row.created_at),
        }  # fmt: skip


def _list_tickets(desk: Desk) -> Iterator[Record]:
    yield from describe_tickets(Ticket.objects.filter(desk=desk))


def describe_tickets(tickets: QuerySet[Ticket]) -> Iterator[Record]:
    """Yield tickets as records, by ID."""
    rows = tickets.select_related("product", "desk").order_by("pk")
    details = ("ticket_tags__tag", "participants", "links_out")
    for row in rows.prefetch_related(*details).iterator(BATCH):
        yield _describe_ticket(row) | {
            "tags": [each.tag.name for each in row.ticket_tags.all()],
            "participants": [each.contact_id for each in row.participants.all()],
            "links": [{"kind": each.kind, "to": each.target_id} for each in row.links_out.all()],
        }


def _describe_ticket(row: Ticket) -> Record:
    """Return a ticket's own columns as a record. Reads its desk and product."""
    return {
        "id": row.pk, "number": row.reference, "subject": row.subject, "state": row.status,
        "channel": row.channel, "priority": row.priority_id, "department": row.department_id,
        "level": row.level, "contact": row.contact_id, "account": row.account_id,
        "assignee": row.assignee_id, "fields": row.fields,
        "product": row.product and row.product.name,
        "language": row.language, "impact": row.impact, "unverified": row.is_unverified,
        "created_at": _write_time(row.created_at), "updated_at": _write_time(row.updated_at),
        "closed_at": _write_time(row.closed_at), "close_reason": row.close_reason,
        "first_responded_at": _write_time(row.first_responded_at),
        "waiting_since": _write_time(row.waiting_since),
        "reopen_until": _write_time(row.reopen_until),
        "follow_up_of": row.follow_up_of_id, "merged_into": row.merged_into_id,
    }  # fmt: skip


def _list_messages(desk: Desk) -> Iterator[Record]:
    yield from describe_messages(Message.objects.filter(desk=desk))


def describe_messages(messages: QuerySet[Message]) -> Iterator[Record]:
    """Yield messages as records, by ID."""
    for row in messages.order_by("pk").iterator(BATCH):
        yield {
            "id": row.pk, "ticket": row.ticket_id, "contact": row.contact_id,
            "agent": row.agent_id, "channel": row.channel, "text": row.body_text,
            "html": restore_sources(row.body_html), "quoted": row.quoted_text,
            "automatic": row.is_automatic, "created_at": _write_time(row.created_at),
        }  # fmt: skip


def _list_notes(desk: Desk) -> Iterator[Record]:
    yield from describe_notes(Note.objects.filter(desk=desk))


def describe_notes(notes: QuerySet[Note]) -> Iterator[Record]:
    """Yield notes as records, by ID."""
    for row in notes.order_by("pk").iterator(BATCH):
        yield {
            "id": row.pk, "ticket": row.ticket_id, "agent": row.agent_id, "text": row.body_text,
            "created_at": _write_time(row.created_at),
        }  # fmt: skip


def list_files(desk: Desk) -> Iterator[Attachment]:
    """Yield the files of messages and notes, with their parents."""
    rows = Attachment.objects.filter(desk=desk, side_message=None).order_by("pk")
    yield from rows.select_related("message", "note").iterator(BATCH)


def _list_attachments(desk: Desk) -> Iterator[Record]:
    for row in list_files(desk):
        parent = row.message or row.note
        yield {
            "id": row.pk, "ticket": parent and parent.ticket_id, "message": row.message_id,
            "note": row.note_id, "name": row.name, "content_type": row.content_type,
            "size": row.size, "sha256": row.sha256, "content_id": row.content_id,
            "path": get_path(row) if row.file else None,
            "created_at": _write_time(row.created_at),
        }  # fmt: skip


def _list_events(desk: Desk) -> Iterator[Record]:
    rows = TicketEvent.objects.filter(desk=desk, kind__in=list(NEEDED)).order_by("pk")
    for row in rows.iterator(BATCH):
        yield describe_event(row)


def describe_event(row: TicketEvent) -> Record:
    """Return an event as a record."""
    actor = {"kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name}
    return {
        "id": row.pk, "ticket": row.ticket_id, "event": row.kind, "at": _write_time(row.at),
        "actor": actor, "channel": row.channel, "data": row.data,
    }  # fmt: skip


def _write_time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


EXPORTERS: dict[str, Callable[[Desk], Iterator[Record]]] = {
    "department": _list_departments,
    "priority": _list_priorities,
    "tag": _list_tags,
    "field": _list_fields,
    "agent": _list_agents,
    "account": _list_accounts,
    "contact": _list_contacts,
    "ticket": _list_tickets,
    "message": _list_messages,
    "note": _list_notes,
    "attachment": _list_attachments,
    "event": _list_events,
}
