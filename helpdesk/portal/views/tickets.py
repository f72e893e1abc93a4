"""A customer's tickets: the list and each one's page (M11, M85)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Contact, ContactRole, Desk
from helpdesk.portal.conversation import list_messages
from helpdesk.portal.forms import ReplyForm
from helpdesk.portal.layout import render_page
from helpdesk.portal.pagination import Page, get_page
from helpdesk.portal.permissions import ContactRequest, require_contact, require_contact_or_404
from helpdesk.portal.wording import describe_first_response_target, describe_state_for_customer
from helpdesk.shared.entries import label_answers
from helpdesk.shared.times import format_age, format_datetime, to_iso
from sla.models import Clock
from tickets.access import get_ticket_for_contact, tickets_for_contact
from tickets.models import OPEN_STATES, FormField, State, Ticket
from tickets.selectors import MAX_SEARCH_LENGTH, search_tickets

VIEWS = {"": "All", "open": "Open", "closed": "Closed"}
MAX_HITS = 2000


@require_safe
@require_contact
def list_tickets(request: ContactRequest) -> HttpResponse:
    """The contact's tickets, newest change first; ``view`` open or closed, ``q`` words to look for."""
    view, words = request.GET.get("view", ""), request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    tickets = _filter(tickets_for_contact(request.contact), view)
    if words:
        hits = search_tickets(desk=request.desk, words=words, with_notes=False, limit=MAX_HITS)
        tickets = tickets.filter(pk__in=hits)
    page = get_page(
        tickets.select_related("contact"),
        older=request.GET.get("older", ""),
        newer=request.GET.get("newer", ""),
    )
    context = {
        "requests": describe_requests(page.rows, request.contact, request.desk, now=timezone.now()),
        "views": [_describe_view(key, label, view, words) for key, label in VIEWS.items()],
        "view": view,
        "words": words,
        "pagination": _describe_pages(page, view, words),
    }
    return render_page(request, "portal/tickets.html", context)


def _filter(tickets: QuerySet[Ticket], view: str) -> QuerySet[Ticket]:
    if view == "open":
        return tickets.filter(status__in=OPEN_STATES)
    return tickets.filter(status=State.CLOSED) if view == "closed" else tickets


def _address(**parts: object) -> str:
    return reverse(
        "portal:tickets", query={name: str(part) for name, part in parts.items() if part}
    )


def _describe_view(key: str, label: str, current: str, words: str) -> dict[str, Any]:
    return {"url": _address(view=key, q=words), "label": label, "current": key == current}


def _describe_pages(page: Page, view: str, words: str) -> dict[str, str]:
    return {
        "newer_url": _address(view=view, q=words, newer=page.newer) if page.newer else "",
        "older_url": _address(view=view, q=words, older=page.older) if page.older else "",
    }


def describe_requests(
    tickets: Iterable[Ticket], contact: Contact, desk: Desk, *, now: datetime
) -> list[dict[str, Any]]:
    """The rows of a list of requests, for templates/portal/_requests.html."""
    return [
        {
            "url": reverse("portal:ticket", args=[ticket.number]),
            "number": f"{desk.ticket_prefix}-{ticket.number}",
            "subject": ticket.subject,
            "status": ticket.status,
            "status_word": desk.word_for_customer(ticket.word_key),
            "updated_iso": to_iso(ticket.updated_at),
            "updated_text": format_age(ticket.updated_at, now=now),
            "requester": "" if ticket.contact_id == contact.pk else str(ticket.contact),
        }
        for ticket in tickets
    ]


@require_safe
@require_contact_or_404
def show_ticket(request: ContactRequest, number: int) -> HttpResponse:
    """One ticket: what was said, what its state means, and a form to answer."""
    return show_conversation(request, get_ticket(request, number), ReplyForm())


def get_ticket(request: ContactRequest, number: int) -> Ticket:
    """The ticket of that number if the contact may see it; else Http404."""
    try:
        return get_ticket_for_contact(request.contact, number)
    except Ticket.DoesNotExist:
        raise Http404 from None


def can_close(contact: Contact, ticket: Ticket) -> bool:
    """Whether this contact may close the ticket: the requester or the account's manager, not who reads along."""
    is_manager = contact.role == ContactRole.MANAGER and contact.account_id is not None
    is_of_account = is_manager and ticket.account_id == contact.account_id
    return (ticket.contact_id == contact.pk or is_of_account) and ticket.status != State.CLOSED


def show_conversation(
    request: ContactRequest, ticket: Ticket, form: ReplyForm, *, status: int = 200
) -> HttpResponse:
    """The ticket's page around a form, which may hold errors."""
    number, now = ticket.number, timezone.now()
    clock = Clock.objects.filter(ticket=ticket).first()
    context = {
        "ticket": _describe_ticket(ticket, request.desk, now=now),
        "promise": describe_first_response_target(clock, now=now),
        "answers": _read_answers(ticket),
        "participants": [str(p.contact) for p in ticket.participants.select_related("contact")],
        "linked": _read_linked(request.contact, ticket, request.desk),
        "entries": list_messages(ticket),
        "form": form,
        "files_max_bytes": settings.MAX_ATTACHMENT_BYTES,
        "answer_url": reverse("portal:answer", args=[number]),
        "close_url": reverse("portal:close", args=[number])
        if can_close(request.contact, ticket)
        else "",
    }
    return render_page(request, "portal/ticket.html", context, status=status)


def _describe_ticket(ticket: Ticket, desk: Desk, *, now: datetime) -> dict[str, Any]:
    return {
        "number": ticket.reference,
        "subject": ticket.subject,
        "status": ticket.status,
        "status_word": desk.word_for_customer(ticket.word_key),
        "status_line": describe_state_for_customer(ticket, desk, now=now),
        "priority_name": ticket.priority.name,
        "priority_rank": ticket.priority.rank,
        "opened_iso": to_iso(ticket.created_at),
        "opened_text": format_datetime(ticket.created_at),
        "closed": ticket.status == State.CLOSED,
        "reopenable": ticket.is_reopenable(now),
    }


def _read_answers(ticket: Ticket) -> list[tuple[str, str]]:
    """What was answered to the desk's own questions, in their order; last what is not asked any more."""
    if not ticket.fields:
        return []
    asked = FormField.objects.filter(desk_id=ticket.desk_id).values_list("key", "label")
    return label_answers(ticket.fields, asked)


def _read_linked(contact: Contact, ticket: Ticket, desk: Desk) -> list[dict[str, str]]:
    """The ticket that this one follows, and those that follow it, as far as the contact may see them."""
    mine = tickets_for_contact(contact)
    near = mine.filter(Q(follow_up_of=ticket) | Q(follow_ups=ticket))
    return [
        {
            "url": reverse("portal:ticket", args=[other.number]),
            "text": f"{desk.ticket_prefix}-{other.number} {other.subject}",
            "word": "Continues" if other.pk == ticket.follow_up_of_id else "Continued in",
        }
        for other in near.order_by("pk")
    ]
