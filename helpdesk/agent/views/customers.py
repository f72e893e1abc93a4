"""The desk's customers for its agents, to read: accounts and contacts, each with all that was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Contact
from helpdesk.agent import customers
from helpdesk.agent.panel import outline_account
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.queue_queries import read_page
from helpdesk.agent.rows import describe_rows
from helpdesk.agent.shell import make_shell
from helpdesk.shared.cursors import Cursor
from helpdesk.shared.times import format_age, format_full_datetime, to_iso
from tickets.access import tickets_for_agent
from tickets.models import Ticket, TicketEvent
from tickets.selectors import search_accounts, search_contacts
from tickets.timeline import describe_event

MAX_SHOWN = 50
KINDS = {"": "Accounts", "people": "People"}


@agent_page
def list_customers(request: AgentRequest) -> HttpResponse:
    """Accounts by name or people by address, a page at a time; with words, both that fit."""
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404("There is no such list.")
    found = _search(request, words) if words else _list(request, kind)
    here = reverse("agent:customers")
    context = {
        **make_shell(request, current="customers"),
        **found,
        "words": words,
        "kinds": [
            {
                "url": f"{here}?kind={key}" if key else here,
                "label": label,
                "current": key == kind and not words,
            }
            for key, label in KINDS.items()
        ],
    }
    return render(request, "agent/customers/page.html", context)


def _search(request: AgentRequest, words: str) -> dict[str, Any]:
    accounts = search_accounts(desk=request.desk, words=words, limit=MAX_SHOWN)
    people = search_contacts(desk=request.desk, words=words, limit=MAX_SHOWN)
    return {
        "accounts": [outline_account(account) for account in accounts],
        "people": [_describe_contact(contact) for contact in people],
        "is_cut": MAX_SHOWN in (len(accounts), len(people)),
    }


def _list(request: AgentRequest, kind: str) -> dict[str, Any]:
    after = request.GET.get("after", "")
    if kind == "people":
        contacts = Contact.objects.filter(desk=request.desk, email__gt=after).order_by("email")
        people = list(contacts.select_related("account")[: MAX_SHOWN + 1])
        last = people[MAX_SHOWN - 1].email if len(people) > MAX_SHOWN else ""
        return {
            "people": [_describe_contact(contact) for contact in people[:MAX_SHOWN]],
            "next_url": _next(last, kind="people"),
        }
    named = Account.objects.filter(desk=request.desk, name__gt=after).order_by("name")
    accounts = list(named.select_related("plan")[: MAX_SHOWN + 1])
    last = accounts[MAX_SHOWN - 1].name if len(accounts) > MAX_SHOWN else ""
    return {
        "accounts": [outline_account(account) for account in accounts[:MAX_SHOWN]],
        "next_url": _next(last),
    }


def _next(last: str, **more: str) -> str:
    return reverse("agent:customers", query={**more, "after": last}) if last else ""


def _describe_contact(contact: Contact) -> dict[str, Any]:
    return {
        **customers.describe_person(contact),
        "account": contact.account.name if contact.account else "",
    }


@agent_page
def show_contact(request: AgentRequest, contact_id: int) -> HttpResponse:
    """A contact: who it is, what the account's plan opens, and the tickets."""
    contact = _find(Contact.objects.select_related("account__plan"), request, contact_id)
    tickets = tickets_for_agent(request.agent).filter(contact=contact)
    account = contact.account
    context = {
        **make_shell(request, current="customers"),
        "contact": customers.describe_contact(contact, agent=request.agent),
        "account": customers.describe_account(account) if account else None,
        "promises": customers.list_promises(account) if account else [],
        **_read_tickets(request, tickets, reverse("agent:customer", args=[contact.pk])),
    }
    return render(request, "agent/customers/contact.html", context)


@agent_page
def show_account(request: AgentRequest, account_id: int) -> HttpResponse:
    """An account: its terms, its people, its tickets and what happened last."""
    account = _find(Account.objects.select_related("plan"), request, account_id)
    account.desk = request.desk
    tickets, at = tickets_for_agent(request.agent).filter(account=account), timezone.now()
    context = {
        **make_shell(request, current="customers"),
        "account": customers.describe_account(account),
        "admin_url": customers.admin_url(request.agent, "accounts_account", account.pk),
        "promises": customers.list_promises(account),
        "domains": [
            _describe_domain(*row)
            for row in account.domains.values_list("domain", "include_subdomains")
        ],
        "products": customers.list_products(account),
        **customers.describe_account_people(account),
        "states": customers.list_states(tickets, account),
        "events": [
            _describe_event(event, request, at)
            for event in customers.read_last_events(tickets, request.agent)
        ],
        **_read_tickets(request, tickets, reverse("agent:account", args=[account.pk])),
    }
    return render(request, "agent/customers/account.html", context)


def _find(rows: QuerySet[Any, Any], request: AgentRequest, row_id: int) -> Any:
    row = rows.filter(desk=request.desk, pk=row_id).first()
    if row is None:
        raise Http404
    return row


def _describe_domain(domain: str, with_subdomains: bool) -> str:
    return f"{domain} and its subdomains" if with_subdomains else domain


def _read_tickets(request: AgentRequest, tickets: QuerySet[Ticket], url: str) -> dict[str, Any]:
    """A page of tickets by their last change."""
    page = read_page(
        tickets,
        agent=request.agent,
        older_than=Cursor.read(request.GET.get("older", "")),
        newer_than=Cursor.read(request.GET.get("newer", "")),
    )
    return {
        "rows": describe_rows(page.rows, desk=request.desk, now=timezone.now()),
        "pagination": {
            "newer_url": f"{url}?newer={page.newer}" if page.newer else "",
            "older_url": f"{url}?older={page.older}" if page.older else "",
        },
        "empty": {"title": "No tickets", "text": "What they ask by any way in is listed here."},
    }


def _describe_event(event: TicketEvent, request: AgentRequest, at: datetime) -> dict[str, str]:
    return {
        "sentence": describe_event(event, request.desk),
        "url": reverse("agent:ticket", args=[event.ticket.number]),
        "number": f"{request.desk.ticket_prefix}-{event.ticket.number}",
        "at_iso": to_iso(event.at),
        "at_text": format_age(event.at, now=at),
        "at_title": format_full_datetime(event.at),
    }
