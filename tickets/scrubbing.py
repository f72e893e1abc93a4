"""What people wrote on tickets: erasure of a name from all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import AccountNote, AuditEntry
from accounts.privacy.scrubbing import rewrite_data, scrub, scrub_text
from tickets.events import EventKind
from tickets.improvements.erasing import list_requested
from tickets.models import (
    AccountEscalation,
    ActorKind,
    Attachment,
    AttentionRequest,
    DefectUpdate,
    Draft,
    Emergency,
    EscalationUpdate,
    HelpRequest,
    Message,
    Note,
    PendingReply,
    Ticket,
    TicketEvent,
    TicketSummary,
    TimeEntry,
    TroubleshootingRecord,
    UnsentFile,
)
from tickets.side_conversations.erasing import list_side_texts

TYPED = ("why", "incomplete")  # by agents, in data of events


def scrub_tickets(ticket_ids: Collection[int], pattern: str) -> None:
    """Erase matches of a pattern from people's text on these tickets.

    Those are messages, notes, the names of their files, and the reasons that agents typed. The
    product's own reasons, with names of priorities, plans and departments, stay.
    """
    for rows in _written_on(ticket_ids) if pattern else ():
        scrub(rows, pattern, any_case=False)
    scrub(list_drafts(ticket_ids), pattern, any_case=False)
    given = TicketEvent.objects.filter(ticket_id__in=ticket_ids, actor_kind=ActorKind.AGENT)
    rewrite_data(
        given.filter(data__has_any_keys=TYPED),
        lambda data: {key: scrub_text(pattern, data[key]) for key in TYPED if key in data},
    )
    told = TicketEvent.objects.filter(ticket_id__in=ticket_ids, kind=EventKind.DEFECT_UPDATED)
    rewrite_data(told, lambda data: {"text": scrub_text(pattern, data["text"])})
    _scrub_holds(ticket_ids, pattern)
    _scrub_fields(ticket_ids, pattern)


def _scrub_holds(ticket_ids: Collection[int], pattern: str) -> None:
    held = list(Ticket.objects.filter(pk__in=ticket_ids).exclude(hold_reason=""))
    for ticket in held:
        ticket.hold_reason = scrub_text(pattern, ticket.hold_reason)[:200]  # its column
    Ticket.objects.bulk_update(held, ["hold_reason"], batch_size=500)


def _scrub_fields(ticket_ids: Collection[int], pattern: str) -> None:
    """Erase matches from the values of fields, and from the history of those values."""
    with_values = list(Ticket.objects.filter(pk__in=ticket_ids).exclude(fields={}))
    for ticket in with_values:
        ticket.fields = {
            key: scrub_text(pattern, str(value)) for key, value in ticket.fields.items()
        }
    Ticket.objects.bulk_update(with_values, ["fields"], batch_size=500)
    changed = TicketEvent.objects.filter(ticket_id__in=ticket_ids, kind=EventKind.FIELDS_CHANGED)
    rewrite_data(changed, lambda data: replace_values(data, partial(scrub_text, pattern)))


def replace_values(data: dict[str, Any], replace: Callable[[str], str]) -> dict[str, Any]:
    """Return what changes in an event of fields: the values before and after, where there are."""
    fields = [
        one | {key: replace(one[key]) for key in ("before", "after") if one[key]}
        for one in data["fields"]
    ]
    return {"fields": fields}


def list_drafts(ticket_ids: Collection[int]) -> QuerySet[Draft]:
    """Return what people are writing on these tickets, found by the number in the form's path."""
    tickets = Ticket.objects.filter(pk__in=ticket_ids).order_by()
    desks = set(tickets.values_list("desk_id", flat=True))
    numbers = {str(number) for number in tickets.values_list("number", flat=True)}
    drafts = Draft.objects.filter(desk_id__in=desks)
    places = drafts.values_list("pk", "place")
    return drafts.filter(pk__in=[pk for pk, place in places if numbers & set(place.split("/"))])


def _written_on(ticket_ids: Collection[int]) -> list[QuerySet[Any]]:
    return [
        Message.objects.filter(ticket_id__in=ticket_ids),
        Note.objects.filter(ticket_id__in=ticket_ids),
        PendingReply.objects.filter(ticket_id__in=ticket_ids),
        UnsentFile.objects.filter(reply__ticket_id__in=ticket_ids),
        UnsentFile.objects.filter(draft__in=list_drafts(ticket_ids)),
        Emergency.objects.filter(ticket_id__in=ticket_ids),
        DefectUpdate.objects.filter(ticket_id__in=ticket_ids),
        TroubleshootingRecord.objects.filter(ticket_id__in=ticket_ids),
        TicketSummary.objects.filter(ticket_id__in=ticket_ids),
        HelpRequest.objects.filter(ticket_id__in=ticket_ids),
        AttentionRequest.objects.filter(_is_about(ticket_ids)),
        AccountEscalation.objects.filter(account__in=_list_accounts(ticket_ids)),
        EscalationUpdate.objects.filter(escalation__account__in=_list_accounts(ticket_ids)),
        AccountNote.objects.filter(account__in=_list_accounts(ticket_ids)),
        AuditEntry.objects.filter(
            about_model="accounts.account",
            detail__changes__has_key="note",
            about_pk__in=[str(each) for each in _list_accounts(ticket_ids)],
        ),
        TimeEntry.objects.filter(ticket_id__in=ticket_ids),
        list_requested(ticket_ids),
        *list_side_texts(ticket_ids),
        Attachment.objects.filter(message__ticket_id__in=ticket_ids),
        Attachment.objects.filter(note__ticket_id__in=ticket_ids),
    ]


def _list_accounts(ticket_ids: Collection[int]) -> list[int]:
    """Return the accounts of these tickets: texts about an account may name its people."""
    tickets = Ticket.objects.filter(pk__in=ticket_ids, account__isnull=False).order_by()
    return list(tickets.values_list("account_id", flat=True).distinct())


def _is_about(ticket_ids: Collection[int]) -> Q:
    about_accounts = Q(ticket__isnull=True, account__in=_list_accounts(ticket_ids))
    return Q(ticket_id__in=ticket_ids) | about_accounts
