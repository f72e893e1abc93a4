"""A customer's tickets: the list and each one's page (M11, M85)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Contact
from channels_intake.incoming.requests import describe_refused_follow_up
from helpdesk.portal.conversation import list_entries
from helpdesk.portal.emergencies import can_report_on
from helpdesk.portal.forms import ReplyForm
from helpdesk.portal.layout import is_manager, render_page
from helpdesk.portal.pagination import Page, get_page
from helpdesk.portal.permissions import ContactRequest, require_contact, require_contact_or_404
from helpdesk.portal.tickets import (
    describe_requests,
    describe_ticket,
    list_field_values,
    list_linked_requests,
)
from helpdesk.portal.wording import describe_targets
from helpdesk.shared.drafts import open_draft, restore
from sla.models import PROMISED, Clock
from tickets.access import get_ticket_for_contact, queue_parts_for_contact
from tickets.models import QueueRow, State, Ticket
from tickets.search.find import search_for_contact
from tickets.selectors import MAX_SEARCH_LENGTH
from tickets.services.merged import find_end

VIEWS = {
    "": pgettext_lazy("requests", "All"),
    "open": pgettext_lazy("requests", "Open"),
    "closed": pgettext_lazy("requests", "Closed"),
}


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A link to one view of the list."""

    url: str
    label: str | Promise
    is_current: bool


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Links to the pages before and after; "" at an end."""

    newer_url: str
    older_url: str


@require_safe
@require_contact
def list_tickets(request: ContactRequest) -> HttpResponse:
    """List the contact's tickets, newest change first. view: open or closed; q: words to search."""
    view, words = request.GET.get("view", ""), request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    parts = [_filter_by_view(part, view) for part in queue_parts_for_contact(request.contact)]
    if words:
        found = search_for_contact(request.contact, words)
        parts = [part.filter(pk__in=found) for part in parts]
    page = get_page(
        parts,
        older=request.GET.get("older", ""),
        newer=request.GET.get("newer", ""),
    )
    context = {
        "requests": describe_requests(
            page.rows, request.contact, request.desk, now=timezone.now(), words=words
        ),
        "views": [
            ViewLink(_get_list_url(view=key, q=words), label, is_current=key == view)
            for key, label in VIEWS.items()
        ],
        "view": view,
        "words": words,
        "pagination": _get_page_links(page, view, words),
    }
    return render_page(request, "portal/tickets.html", context)


def _filter_by_view(tickets: QuerySet[QueueRow], view: str) -> QuerySet[QueueRow]:
    return tickets.filter(is_open=view == "open") if view in ("open", "closed") else tickets


def _get_list_url(**parts: object) -> str:
    query = {name: str(part) for name, part in parts.items() if part}
    return reverse("portal:tickets", query=query)


def _get_page_links(page: Page, view: str, words: str) -> PageLinks:
    return PageLinks(
        newer_url=_get_list_url(view=view, q=words, newer=page.newer) if page.newer else "",
        older_url=_get_list_url(view=view, q=words, older=page.older) if page.older else "",
    )


@require_safe
@require_contact_or_404
def show_ticket(request: ContactRequest, number: int) -> HttpResponse:
    """Show one ticket: the conversation, what its state means, and a form to reply."""
    return show_conversation(request, get_ticket(request, number), ReplyForm())


def get_ticket(request: ContactRequest, number: int) -> Ticket:
    """Return the ticket of that number if the contact may see it. Raises Http404."""
    try:
        return get_ticket_for_contact(request.contact, number)
    except Ticket.DoesNotExist:
        raise Http404 from None


def can_close(contact: Contact, ticket: Ticket) -> bool:
    """Return True for the requester and the account's managers, but not for followers."""
    is_managing = is_manager(contact) and ticket.account_id == contact.account_id
    return (ticket.contact_id == contact.pk or is_managing) and ticket.status != State.CLOSED


def show_conversation(
    request: ContactRequest, ticket: Ticket, form: ReplyForm, *, status: int = 200
) -> HttpResponse:
    """Render the ticket's page around a form, which may hold errors."""
    now, reply_url = timezone.now(), reverse("portal:answer", args=[ticket.number])
    draft = open_draft(request, action=reply_url, save_view="portal:drafts")
    if not form.is_bound:
        restore(form, draft)
    refused = _find_refused_follow_up(request.contact, ticket, now=now)
    clocks = list(ticket.clocks.filter(kind__in=PROMISED))
    context = {
        "ticket": describe_ticket(ticket, request.desk, now=now, refused_follow_up=refused),
        "can_reply": not refused or form.is_bound,
        "first_response": _describe_target(request.contact, ticket, clocks, now=now),
        "clocks_url": reverse("portal:clocks", args=[ticket.number]) if clocks else "",
        "field_values": list_field_values(ticket),
        "followers": [str(p.contact) for p in ticket.participants.select_related("contact")],
        "linked": list_linked_requests(request.contact, ticket, request.desk),
        "entries": list_entries(ticket, request.desk),
        "form": form,
        "draft": draft,
        "reply_url": reply_url,
        "emergency_url": _get_emergency_url(request.contact, ticket),
        "close_url": _get_close_url(request.contact, ticket),
    }
    return render_page(request, "portal/ticket.html", context, status=status)


def _get_emergency_url(contact: Contact, ticket: Ticket) -> str:
    is_possible = can_report_on(contact, ticket)
    return reverse("portal:emergency", args=[ticket.number]) if is_possible else ""


def _get_close_url(contact: Contact, ticket: Ticket) -> str:
    return reverse("portal:close", args=[ticket.number]) if can_close(contact, ticket) else ""


def _describe_target(
    contact: Contact, ticket: Ticket, clocks: Sequence[Clock], *, now: datetime
) -> str:
    """Return what was promised; the account's plan is named to its own people only."""
    is_own = ticket.account_id == contact.account_id
    return describe_targets(ticket, clocks, now=now, shows_plan=is_own)


def _find_refused_follow_up(contact: Contact, ticket: Ticket, *, now: datetime) -> str:
    """Return why the contact can't continue a ticket that is closed for good, or ""."""
    end = find_end(ticket)  # what is written to a merged ticket goes there
    if end.status != State.CLOSED or end.is_reopenable(now):
        return ""
    return describe_refused_follow_up(contact)
