"""Canary words: planted in every text of a desk, then searched for where they must not appear."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Field, JSONField, Q, TextField

from accounts.models import Department, Desk, User
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, OutgoingEmail
from helpdesk.desks.tables import list_desk_models
from tests.cast import Cast
from tickets.models import (
    AccountEscalation,
    Attachment,
    AttentionRequest,
    Defect,
    EscalationUpdate,
    FormField,
    HelpRequest,
    Message,
    Note,
    Notification,
    SideConversation,
    SideMessage,
    SideParticipant,
    Ticket,
)
from tickets.search.documents import refresh

SHARED_WORD = "gemeinsam"  # in texts of both desks, so that a search for it finds something
NOTE_WORD = "verschwiegen"  # in the notes of both desks
HIDDEN_WORD = "verborgen"  # in everything that belongs to the tickets of one department

# Text columns that hold no text of people but codes and keys.
NON_TEXT_COLUMNS = {
    "key", "kind", "module", "record_id", "provider", "content_type", "sha256", "content_hash",
    "token", "token_hash", "time_zone", "language", "role", "level", "follower", "channel",
    "rfc_message_id", "authentication", "automatic", "preview_problem",
    "client_id", "channel_id", "page_token",
}  # fmt: skip
# Rows that can't be changed: fill_desk writes the canary of a troubleshooting record.
APPEND_ONLY = {
    "tickets.TicketEvent", "tickets.TroubleshootingRecord", "tickets.TicketSummary",
    "tickets.DefectEvent",
    "sla.ClockEntry", "sla.CalendarVersion", "routing.RuleVersion", "accounts.AuditEntry",
}  # fmt: skip
# What customers can read of a defect, in updates or in the portal.
PUBLIC_OF_DEFECTS = {"workaround", "plan_text", "planned_version", "public_title", "public_text"}


def get_canary(cast: Cast) -> str:
    return f"zaunkoenig{cast.desk.slug}"


def get_note_canary(cast: Cast) -> str:
    """Return the canary of notes and their files."""
    return f"secret{get_canary(cast)}"


def plant_canaries(cast: Cast) -> set[str]:
    """Replace every text of a desk's rows. Return the changed columns as model.field."""
    word = get_canary(cast)
    planted = set()
    with desk_scope(cast.desk):
        for model in list_desk_models():
            fields = (
                []
                if model._meta.label in APPEND_ONLY
                else [f for f in model._meta.concrete_fields if is_text(f)]
            )
            for row in model._base_manager.filter(desk_id=cast.desk.pk) if fields else []:
                texts = {
                    field.attname: build_text(
                        field, get_note_canary(cast) if is_internal(row, field) else word, row.pk
                    )
                    for field in fields
                    if takes_text(row, field)
                }
                model._base_manager.filter(pk=row.pk).update(**texts)
                planted |= {f"{model._meta.label}.{field.name}" for field in fields}
        _plant_in_lists(cast, word)
        refresh(desk_id=cast.desk.pk)  # what the search finds
    _plant_in_users(cast, word)
    Desk.objects.filter(pk=cast.desk.pk).update(
        name=word,
        hotline=word,
        state_words={state: f"{word}{state}" for state in ("open", "waiting", "closed")},
    )
    return planted


def plant_hidden(department: Department) -> list[str]:
    """Replace every text that belongs to a department's tickets. Return their references.

    Call this inside the desk's scope.
    """
    tickets = Ticket.objects.filter(department=department)
    in_tickets = Q(message__ticket__in=tickets) | Q(note__ticket__in=tickets)
    rows = [
        tickets,
        Attachment.objects.filter(in_tickets),
        InboundMessage.objects.filter(ticket__in=tickets),
    ]
    rows += [
        model.objects.filter(ticket__in=tickets)
        for model in (Message, Note, Notification, OutgoingEmail)
    ]
    text = f"{HIDDEN_WORD} {SHARED_WORD}"
    for found in rows:
        words = {"subject", "text", "name", "body_text", "body_html", "quoted_text"}
        named = words & {field.name for field in found.model._meta.concrete_fields}
        assert found.exists(), f"{found.model} has no row there"
        if named:  # a notification has no text of its own
            found.update(**dict.fromkeys(named, text))
    InboundMessage.objects.filter(ticket__in=tickets).update(
        raw=f"Subject: x\r\n\r\n{text}".encode()
    )
    refresh(desk_id=department.desk_id)  # what the search finds
    return [ticket.reference for ticket in tickets.select_related("desk")]


def is_text(field: Field) -> bool:
    is_long_enough = field.max_length is None or field.max_length >= 20
    return (
        isinstance(field, CharField | TextField)
        and not isinstance(field, JSONField)
        and not field.choices
        and not field.name.startswith("sealed_")
        and field.name not in NON_TEXT_COLUMNS
        and is_long_enough
    )


def takes_text(row: Any, field: Field) -> bool:
    """Return False for the sender of what an agent wrote in a side conversation: there is none."""
    return not (isinstance(row, SideMessage) and row.agent_id and field.name == "sender")


def is_internal(row: Any, field: Field) -> bool:
    """Return True for texts that no customer may see."""
    if isinstance(row, (HelpRequest, AttentionRequest, AccountEscalation, EscalationUpdate)):
        return True
    if isinstance(row, (SideConversation, SideMessage, SideParticipant)):
        return True
    if isinstance(row, OutgoingEmail):
        return row.side_message_id is not None
    if isinstance(row, Defect):
        return field.name not in PUBLIC_OF_DEFECTS
    return isinstance(row, Note) or (isinstance(row, Attachment) and row.message_id is None)


def build_text(field: Field, word: str, pk: int) -> str:
    """Return the canary as a valid value of the field, different for each row."""
    if "email" in field.name or field.name in {
        "address",
        "to_address",
        "from_address",
        "reply_to",
        "sender",
    }:
        return f"{word}{pk}@{word}.example"
    if field.name == "domain":
        return f"{word}{pk}.example"
    common = NOTE_WORD if word.startswith("secret") else SHARED_WORD
    text = f"{word} {common} {pk}"
    return (
        text
        if field.max_length is None or len(text) <= field.max_length
        else f"{word}{pk}"[: field.max_length]
    )


def _plant_in_lists(cast: Cast, word: str) -> None:
    opened_by = {"code": "opened_by_agent", "agent": word}
    Ticket.objects.update(fields={"os": word}, match_reasons=[opened_by], route_reasons=[word])
    Message.objects.update(remark_data=[{"code": "file_damaged", "name": word}])
    FormField.objects.update(choices=[word])


def _plant_in_users(cast: Cast, word: str) -> None:
    for who in ("analyst", "lead", "admin", "customer", "manager", "elsewhere"):
        pk = getattr(cast, who).user_id
        User.objects.filter(pk=pk).update(name=word, email=f"{word}{pk}@{word}.example")
