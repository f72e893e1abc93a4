"""A customer's tickets as templates/portal/ shows them: rows of a list, and the page of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import Contact, Desk
from helpdesk.portal.wording import describe_state_for_customer
from helpdesk.shared.components import Link
from helpdesk.shared.entries import label_answers
from helpdesk.shared.wording.fixes import describe_fix
from helpdesk.shared.wording.times import format_age, format_datetime, format_title, to_iso
from tickets.access import tickets_for_contact
from tickets.fields.values import describe_value
from tickets.models import Defect, FormField, LinkKind, QueueRow, State, Ticket
from tickets.search.hits import Hit, describe_hits
from tickets.search.snippets import Segment


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in a list (_requests.html). requester: "" for the reader's own.

    marked_subject, snippet: of a search, what it found; else empty.
    """

    url: str
    number: str
    subject: str
    status: str
    status_word: str
    updated_iso: str
    updated_text: str
    updated_title: str
    requester: str
    marked_subject: tuple[Segment, ...] = ()
    snippet: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketHeader:
    """The head of a request's page (ticket.html).

    status_text: what the state means for them. fix_text: where the fix stands, or "".
    known_issue: where to read about it, or None.
    """

    number: str
    subject: str
    status: str
    status_word: str
    status_text: str
    fix_text: str
    known_issue: Link | None
    priority_label: str
    priority_rank: int
    product: str
    opened_iso: str
    opened_text: str
    opened_title: str
    is_closed: bool
    is_reopenable: bool


@dataclass(frozen=True, slots=True)
class LinkedRequest:
    """The request that another one continues, or is continued in."""

    url: str
    text: str
    is_earlier: bool


def describe_requests(
    tickets: Sequence[QueueRow], contact: Contact, desk: Desk, *, now: datetime, words: str = ""
) -> list[RequestRow]:
    """Return the rows of a list. One query for the requesters, if others are among them.

    words: of a search, whose hits are marked.
    """
    others = {ticket.contact_id for ticket in tickets} - {contact.pk}
    requesters = Contact.objects.in_bulk(others) if others else {}
    subjects = {ticket.pk: ticket.subject for ticket in tickets}
    hits = describe_hits(words, subjects, with_notes=False)
    nothing = Hit(())
    return [
        RequestRow(
            url=reverse("portal:ticket", args=[ticket.number]),
            number=f"{desk.ticket_prefix}-{ticket.number}",
            subject=ticket.subject,
            status=ticket.status,
            status_word=desk.word_for_customer(ticket.word_key),
            updated_iso=to_iso(ticket.updated_at),
            updated_text=format_age(ticket.updated_at, now=now),
            updated_title=format_title(ticket.updated_at),
            requester=str(requesters.get(ticket.contact_id, "")),
            marked_subject=hits.get(ticket.pk, nothing).subject,
            snippet=hits.get(ticket.pk, nothing).snippet,
        )
        for ticket in tickets
    ]


def _link_issue(defect: Defect | None) -> Link | None:
    """Return the page of a known issue, named by its public title."""
    if defect is None:
        return None
    return Link(reverse("portal:known_issue", args=[defect.number]), defect.localized_title)


def describe_ticket(
    ticket: Ticket, desk: Desk, *, now: datetime, refused_follow_up: str = ""
) -> TicketHeader:
    """Return the head of a ticket's page. refused_follow_up: see describe_state_for_customer."""
    fix = describe_fix(ticket, today=localdate(now))
    return TicketHeader(
        number=ticket.reference,
        subject=ticket.subject,
        status=ticket.status,
        status_word=desk.word_for_customer(ticket.word_key),
        status_text=describe_state_for_customer(
            ticket, desk, now=now, refused_follow_up=refused_follow_up
        ),
        fix_text=fix.text,
        known_issue=_link_issue(fix.issue),
        priority_label=_("%(priority)s priority") % {"priority": ticket.priority.localized_name},
        priority_rank=ticket.priority.rank,
        product=ticket.product.name if ticket.product else "",
        opened_iso=to_iso(ticket.created_at),
        opened_text=format_datetime(ticket.created_at),
        opened_title=format_title(ticket.created_at),
        is_closed=ticket.status == State.CLOSED and ticket.merged_into_id is None,
        is_reopenable=ticket.is_reopenable(now),
    )


def list_field_values(ticket: Ticket) -> list[tuple[str, str]]:
    """Return (label, value) of the desk's own form fields; values of deleted fields come last.

    Without those that only agents see.
    """
    if not ticket.fields:
        return []
    fields = list(FormField.objects.filter(desk_id=ticket.desk_id))
    hidden = {field.key for field in fields if not field.is_public}
    kinds = {field.key: field.kind for field in fields}
    answers = {
        key: describe_value(kinds.get(key, ""), str(value))
        for key, value in ticket.fields.items()
        if key not in hidden
    }
    return label_answers(answers, [(field.key, field.label) for field in fields])


def list_linked_requests(contact: Contact, ticket: Ticket, desk: Desk) -> list[LinkedRequest]:
    """Return what this ticket follows or was merged with, and what follows it.

    Only what the contact may see.
    """
    related = Q(follow_up_of=ticket) | Q(pk=ticket.follow_up_of_id)
    related |= Q(links_in__source=ticket, links_in__kind=LinkKind.DUPLICATE)
    related |= Q(merged_into=ticket) | Q(pk=ticket.merged_into_id)
    return [
        LinkedRequest(
            url=reverse("portal:ticket", args=[other.number]),
            text=f"{desk.ticket_prefix}-{other.number} {other.subject}",
            is_earlier=other.merged_into_id == ticket.pk or other.pk == ticket.follow_up_of_id,
        )
        for other in tickets_for_contact(contact).filter(related).distinct().order_by("pk")
    ]
