"""Bodies of webhooks, version 1: built when they are sent, and stored nowhere.

Thin ones hold the kind and IDs; full ones also the ticket as the API shows it, and the message.
Without internal events they hold nothing that only agents read.
"""

from __future__ import annotations

from typing import Any

from channels_intake.outgoing.composing import get_desk_url
from helpdesk.api.tickets.serializers import TicketOutput
from helpdesk.api.tickets.showing import RELATED
from helpdesk.api.webhooks.formats import make_flat, make_slack
from helpdesk.shared.entries import get_author_name
from tickets.fields.definitions import list_fields
from tickets.models import (
    Message,
    Note,
    PayloadFormat,
    PayloadSize,
    Ticket,
    TicketEvent,
    WebhookSubscription,
)
from tickets.sentences.clock_names import PROMISED_CLOCKS
from tickets.webhooks.kinds import get_name, pick_facts

VERSION = "1"
# Of a ticket as the API shows it. What the API adds isn't sent before it is known to be public.
SHOWN = (
    "number", "reference", "subject", "status", "channel", "priority", "product", "department",
    "level", "assignee", "owner", "contact", "account", "is_unverified", "created_at",
    "updated_at", "first_responded_at", "closed_at", "close_reason", "response_due_at", "due_at",
    "due_clock", "unanswered_since", "hold_until",
)  # fmt: skip
INTERNAL = ("department",)  # of those, what customers don't know
NOT_DUE = {"due_at": None, "due_clock": ""}
FORMATS = {PayloadFormat.FLAT: make_flat, PayloadFormat.SLACK: make_slack}


def build_payload(subscription: WebhookSubscription, event: TicketEvent) -> dict[str, Any]:
    """Return the body of a subscription's request about an event, as the ticket is now."""
    ticket = Ticket.objects.select_related(*RELATED).get(pk=event.ticket_id)
    is_full = subscription.payload == PayloadSize.FULL
    content = describe_event(
        event, ticket, is_full=is_full, with_internal=subscription.includes_internal
    )
    shape = FORMATS.get(PayloadFormat(subscription.format))
    return shape(content) if shape else content


def build_test(subscription: WebhookSubscription, *, at: str) -> dict[str, Any]:
    """Return the body of a test event, which is about no ticket."""
    content = {
        "type": "webhook.test",
        "timestamp": at,
        "version": VERSION,
        "desk": subscription.desk.slug,
        "name": "Test of this webhook",
        "data": {"event": {"id": None, "kind": "webhook.test"}, "ticket": None},
    }
    shape = FORMATS.get(PayloadFormat(subscription.format))
    return shape(content) if shape else content


def describe_event(
    event: TicketEvent, ticket: Ticket, *, is_full: bool, with_internal: bool
) -> dict[str, Any]:
    """Return an event as webhooks and the feed show it."""
    data: dict[str, Any] = {
        "event": {"id": event.pk, "kind": event.kind},
        "ticket": {"number": ticket.number, "reference": ticket.reference},
    }
    if isinstance(message_id := event.data.get("message"), int):
        data["message"] = {"id": message_id}
    if is_full:
        data["event"] |= _describe_facts(event, with_internal)
        data["ticket"] = describe_ticket(ticket, with_internal=with_internal)
        data |= _describe_texts(event, with_internal)
    return {
        "type": event.kind,
        "timestamp": event.at.isoformat(),
        "version": VERSION,
        "desk": ticket.desk.slug,
        "name": get_name(event.kind),
        "url": f"{get_desk_url(ticket.desk)}/agent/tickets/{ticket.number}/",
        "data": data,
    }


def describe_ticket(ticket: Ticket, *, with_internal: bool) -> dict[str, Any]:
    """Return a ticket as the API shows it, without fields that only agents see unless asked."""
    found = TicketOutput(ticket).data
    shown = {name: found[name] for name in SHOWN if name in found}
    if not with_internal:
        shown = {name: value for name, value in shown.items() if name not in INTERNAL}
        if shown["due_clock"] not in PROMISED_CLOCKS:
            shown |= NOT_DUE
    public = {field.key for field in list_fields(ticket.desk) if field.is_public}
    values = ticket.fields or {}
    kept = values if with_internal else {k: v for k, v in values.items() if k in public}
    return shown | {"fields": dict(kept)}


def _describe_facts(event: TicketEvent, with_internal: bool) -> dict[str, Any]:
    actor = {"kind": event.actor_kind, "id": event.actor_id, "name": event.actor_name}
    facts = pick_facts(event.kind, event.data, with_internal=with_internal)
    return {"actor": actor, "channel": event.channel, "facts": facts}


def _describe_texts(event: TicketEvent, with_internal: bool) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    messages = Message.objects.filter(desk_id=event.desk_id).select_related("contact", "agent")
    if message := _find(messages, event.data.get("message")):
        texts["message"] = {
            "id": message.pk,
            "author": get_author_name(message),
            "is_from_customer": message.is_from_customer,
            "is_automatic": message.is_automatic,
            "channel": message.channel,
            "text": message.body_text,
            "created_at": message.created_at.isoformat(),
        }
    notes = Note.objects.filter(desk_id=event.desk_id).select_related("agent")
    if with_internal and (note := _find(notes, event.data.get("note"))):
        texts["note"] = {
            "id": note.pk,
            "author": note.agent.name,
            "text": note.body_text,
            "created_at": note.created_at.isoformat(),
        }
    return texts


def _find(rows: Any, pk: Any) -> Any:
    return rows.filter(pk=pk).first() if isinstance(pk, int) else None
