"""Words that stand for a desk: laid into every text that a desk can hold, to be looked for where none may be."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Field, JSONField, Q, TextField

from accounts.models import Department, Desk, User
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, OutgoingEmail
from helpdesk.desks.tables import list_desk_models
from tests.cast import Cast
from tickets.models import Attachment, FormField, Message, Note, Notification, Ticket

SHARED = "gemeinsam"  # stands in the texts of both desks, so that a search for it finds something
HUSHED = "verschwiegen"  # stands in the notes of both desks

HIDDEN = "verborgen"  # stands in whatever hangs on the tickets of one department

# Text columns that are no words of people: the meaning of a row, or a key to it.
NO_WORDS = {
    "key", "kind", "module", "record_id", "provider", "content_type", "sha256", "content_hash", "token", "token_hash",
    "time_zone", "language", "role", "level", "follower", "channel", "rfc_message_id", "authentication", "automatic",
    "client_id", "channel_id", "page_token",
}  # fmt: skip
RECORDS = {
    "tickets.TicketEvent",
    "sla.ClockEntry",
    "accounts.AuditEntry",
}  # never changed, by anybody


def canary_of(cast: Cast) -> str:
    return f"zaunkoenig{cast.desk.slug}"


def secret_of(cast: Cast) -> str:
    """Of notes and their files."""
    return f"secret{canary_of(cast)}"


def lay_canaries(cast: Cast) -> set[str]:
    """Replace every text of a desk's rows; gives the columns that hold the canary now, as model.field."""
    word = canary_of(cast)
    laid = set()
    with desk_scope(cast.desk):
        for model in list_desk_models():
            fields = (
                []
                if model._meta.label in RECORDS
                else [f for f in model._meta.concrete_fields if is_text(f)]
            )
            for row in model._base_manager.filter(desk_id=cast.desk.pk) if fields else []:
                said = secret_of(cast) if is_internal(row) else word
                texts = {field.attname: phrase(field, said, row.pk) for field in fields}
                model._base_manager.filter(pk=row.pk).update(**texts)
                laid |= {f"{model._meta.label}.{field.name}" for field in fields}
        _lay_lists(cast, word)
    _lay_logins(cast, word)
    Desk.objects.filter(pk=cast.desk.pk).update(
        name=word,
        hotline=word,
        state_words={state: f"{word}{state}" for state in ("open", "waiting", "closed")},
    )
    return laid


def lay_hidden(department: Department) -> list[str]:
    """Replace every text of what hangs on the department's tickets, in the entered desk; gives their references."""
    tickets = Ticket.objects.filter(department=department)
    said = Q(message__ticket__in=tickets) | Q(note__ticket__in=tickets)
    rows = [
        tickets,
        Attachment.objects.filter(said),
        InboundMessage.objects.filter(ticket__in=tickets),
    ]
    rows += [
        model.objects.filter(ticket__in=tickets)
        for model in (Message, Note, Notification, OutgoingEmail)
    ]
    text = f"{HIDDEN} {SHARED}"
    for found in rows:
        words = {"subject", "text", "name", "body_text", "body_html", "quoted_text"}
        named = words & {field.name for field in found.model._meta.concrete_fields}
        assert found.update(**dict.fromkeys(named, text)), f"{found.model} has no row there"
    InboundMessage.objects.filter(ticket__in=tickets).update(
        raw=f"Subject: x\r\n\r\n{text}".encode()
    )
    return [ticket.reference for ticket in tickets.select_related("desk")]


def is_text(field: Field) -> bool:
    is_long_enough = field.max_length is None or field.max_length >= 20
    return (
        isinstance(field, CharField | TextField)
        and not isinstance(field, JSONField)
        and not field.choices
        and not field.name.startswith("sealed_")
        and field.name not in NO_WORDS
        and is_long_enough
    )


def is_internal(row: Any) -> bool:
    return isinstance(row, Note) or (isinstance(row, Attachment) and row.note_id is not None)


def phrase(field: Field, word: str, pk: int) -> str:
    """The canary as a text of the field's kind; unlike in any two rows."""
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
    spare = HUSHED if word.startswith("secret") else SHARED
    text = f"{word} {spare} {pk}"
    return (
        text
        if field.max_length is None or len(text) <= field.max_length
        else f"{word}{pk}"[: field.max_length]
    )


def _lay_lists(cast: Cast, word: str) -> None:
    Ticket.objects.update(fields={"os": word}, match_reasons=[word], route_reasons=[word])
    Message.objects.update(remarks=[{"code": "file_damaged", "name": word}])
    FormField.objects.update(choices=[word])


def _lay_logins(cast: Cast, word: str) -> None:
    for who in ("analyst", "lead", "admin", "customer", "manager", "elsewhere"):
        pk = getattr(cast, who).user_id
        User.objects.filter(pk=pk).update(name=word, email=f"{word}{pk}@{word}.example")
