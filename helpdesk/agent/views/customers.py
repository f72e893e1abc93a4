"""Read-only pages of the desk's customers: accounts and contacts with their tickets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account, Contact, MergedContact
from helpdesk.agent import customers
from helpdesk.agent.customer_cards import describe_account
from helpdesk.agent.help.attention import describe_attention_to
from helpdesk.agent.lists.account_filter import list_account_names
from helpdesk.agent.lists.list_parameters import ACCOUNT_NAME
from helpdesk.agent.lists.queue_queries import read_page
from helpdesk.agent.lists.rows import build_rows
from helpdesk.agent.notes.cards import describe_account_note
from helpdesk.agent.notes.sql import select_account_note
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.shared.components import EmptyState, Link, Pagination
from helpdesk.shared.cursors import Cursor
from helpdesk.shared.numbers import parse_number
from tickets.access import queue_for_agent
from tickets.models import QueueRow
from tickets.selectors import search_accounts, search_contacts

MAX_SHOWN = 50
KINDS = {
    "": gettext_lazy("Accounts"),
    "people": gettext_lazy("Contacts"),
    "handles": gettext_lazy("Without email"),
}


@agent_page
def list_customers(request: AgentRequest) -> HttpResponse:
    """List accounts by name or contacts by address, page by page; for a search, both.

    People without an address are a list of their own, the newest first.
    """
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404(_("This list doesn't exist."))
    found = _search(request, words) if words else _list(request, kind)
    url = reverse("agent:customers")
    context = {
        **build_shell(request, current="customers"),
        **found,
        "words": words,
        "kinds": [
            Link(
                f"{url}?kind={key}" if key else url,
                str(label),
                current=key == kind and not words,
            )
            for key, label in KINDS.items()
        ],
    }
    return render(request, "agent/customers/page.html", context)


@agent_page
def show_account_names(request: AgentRequest) -> HttpResponse:
    """Return account names that match what is being typed into a list's filter, as options."""
    names = list_account_names(request.desk, request.GET.get(ACCOUNT_NAME, ""))
    options = format_html_join("", '<option value="{}"></option>', ((name,) for name in names))
    return HttpResponse(options)


def _search(request: AgentRequest, words: str) -> dict[str, Any]:
    accounts = search_accounts(desk=request.desk, words=words, limit=MAX_SHOWN)
    people = search_contacts(desk=request.desk, words=words, limit=MAX_SHOWN)
    return {
        "accounts": [describe_account(account) for account in accounts],
        "people": [_describe_person(contact) for contact in people],
        "is_cut": MAX_SHOWN in (len(accounts), len(people)),
        "pagination": Pagination(),
    }


def _list(request: AgentRequest, kind: str) -> dict[str, Any]:
    after = request.GET.get("after", "")
    if kind == "handles":
        return _list_known_by_handle(request, parse_number(after))
    if kind == "people":
        contacts = Contact.objects.filter(desk=request.desk, email__gt=after).order_by("email")
        people = list(contacts.select_related("account")[: MAX_SHOWN + 1])
        last = people[MAX_SHOWN - 1].email if len(people) > MAX_SHOWN else ""
        return {
            "accounts": [],
            "people": [_describe_person(contact) for contact in people[:MAX_SHOWN]],
            "is_cut": False,
            "pagination": _paginate(last, kind="people"),
        }
    named = Account.objects.filter(desk=request.desk, name__gt=after).order_by("name")
    accounts = list(named.select_related("plan")[: MAX_SHOWN + 1])
    last = accounts[MAX_SHOWN - 1].name if len(accounts) > MAX_SHOWN else ""
    return {
        "accounts": [describe_account(account) for account in accounts[:MAX_SHOWN]],
        "people": [],
        "is_cut": False,
        "pagination": _paginate(last),
    }


def _list_known_by_handle(request: AgentRequest, before: int | None) -> dict[str, Any]:
    contacts = Contact.objects.filter(desk=request.desk, email="").order_by("-pk")
    if before is not None:
        contacts = contacts.filter(pk__lt=before)
    known = contacts.select_related("account").prefetch_related("handles")
    people = list(known[: MAX_SHOWN + 1])
    last = str(people[MAX_SHOWN - 1].pk) if len(people) > MAX_SHOWN else ""
    return {
        "accounts": [],
        "people": [
            replace(_describe_person(contact), networks=_list_networks(contact))
            for contact in people[:MAX_SHOWN]
        ],
        "is_cut": False,
        "pagination": _paginate(last, kind="handles"),
    }


def _list_networks(contact: Contact) -> str:
    return ", ".join(dict.fromkeys(str(one.get_network_display()) for one in contact.handles.all()))


def _paginate(last: str, **more: str) -> Pagination:
    url = reverse("agent:customers", query={**more, "after": last}) if last else ""
    return Pagination(older_url=url, older_label=_("Next"))


def _describe_person(contact: Contact) -> customers.ContactCard:
    account = contact.account.name if contact.account else ""
    return customers.describe_person(contact, account=account)


@agent_page
def show_contact(request: AgentRequest, contact_id: int) -> HttpResponse:
    """Show a contact with their account's terms and their tickets.

    The page of one who was merged leads to the contact who stayed.
    """
    people = Contact.objects.filter(desk=request.desk).select_related("account__plan")
    contact = people.filter(pk=contact_id).first()
    if contact is None:
        merged = get_object_or_404(MergedContact, desk=request.desk, former_id=contact_id)
        return see_other(reverse("agent:customer", args=[merged.contact_id]))
    tickets = queue_for_agent(request.agent).filter(contact_id=contact.pk)
    account = contact.account
    context = {
        **build_shell(request, current="customers"),
        "contact": customers.describe_contact_page(contact, agent=request.agent),
        "new_ticket_url": "" if contact.is_erased else _get_new_url(request, contact=contact.pk),
        "terms": customers.describe_terms(account) if account else None,
        **_read_tickets(request, tickets, reverse("agent:customer", args=[contact.pk])),
    }
    return render(request, "agent/customers/contact.html", context)


@agent_page
def show_account(request: AgentRequest, account_id: int) -> HttpResponse:
    """Show an account with its terms, contacts, tickets and recent activity."""
    account = _get(Account.objects.select_related("plan"), request, account_id)
    account.desk = request.desk
    tickets, now = queue_for_agent(request.agent).filter(account_id=account.pk), timezone.now()
    domains = account.domains.values_list("domain", "include_subdomains")
    points = customers.describe_points_of_contact(account)
    context = {
        **build_shell(request, current="customers"),
        "terms": customers.describe_terms(account, points=points),
        "admin_url": customers.get_admin_url(request.agent, "accounts_account", account.pk),
        **describe_attention_to(account, request.agent, now=now),
        "new_ticket_url": _get_new_url(request, account=account.pk),
        "account_note": describe_account_note(
            select_account_note(account.pk).fetch(), account.pk, request.agent
        ),
        "domains": ", ".join(_describe_domain(*row) for row in domains),
        "products": ", ".join(customers.list_products(account)),
        "people": customers.list_people(account),
        "states": customers.list_states(tickets, account),
        "events": customers.list_recent_events(tickets, request.agent, now=now),
        **_read_tickets(request, tickets, reverse("agent:account", args=[account.pk])),
    }
    return render(request, "agent/customers/account.html", context)


def _get_new_url(request: AgentRequest, **given: int) -> str:
    """Return the form of a new ticket with the requester filled in, "" for observers."""
    return reverse("agent:new_ticket", query=given) if request.agent.can_write else ""


def _get(rows: QuerySet[Any, Any], request: AgentRequest, row_id: int) -> Any:
    row = rows.filter(desk=request.desk, pk=row_id).first()
    if row is None:
        raise Http404
    return row


def _describe_domain(domain: str, with_subdomains: bool) -> str:
    return _("%(domain)s and its subdomains") % {"domain": domain} if with_subdomains else domain


def _read_tickets(request: AgentRequest, tickets: QuerySet[QueueRow], url: str) -> dict[str, Any]:
    """Return the context of a page of tickets by their last change."""
    page = read_page(
        tickets,
        agent=request.agent,
        older_than=Cursor.parse(request.GET.get("older", "")),
        newer_than=Cursor.parse(request.GET.get("newer", "")),
    )
    return {
        "rows": build_rows(page.rows, desk=request.desk, now=timezone.now()),
        "pagination": Pagination(
            newer_url=f"{url}?newer={page.newer}" if page.newer else "",
            older_url=f"{url}?older={page.older}" if page.older else "",
        ),
        "empty": EmptyState(_("No tickets"), _("Requests on any channel show up here.")),
    }
