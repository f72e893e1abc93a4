"""The requester chooser: people and accounts by name, company or address, with their cards.

A constant number of statements, whatever is found: people, accounts, tickets, and two for what the
plans say about the hotline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.matching import normalize_email
from accounts.models import Account, Agent, Contact, Desk
from accounts.services import match_verified_address
from helpdesk.agent.calls.entitlements import describe_hotlines
from helpdesk.agent.new_tickets.cards import Candidate, Chooser, OpenRequest
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.access import queue_for_agent
from tickets.models import QueueRow
from tickets.selectors import search_accounts, search_requesters

MAX_PEOPLE = 8
MAX_ACCOUNTS = 3
MAX_TICKETS = 40  # read for all candidates
MAX_TICKETS_EACH = 3
CONTACT, ACCOUNT = "contact", "account"
Row = TypeVar("Row")


def find_account(desk: Desk, address: str) -> Account | None:
    """Return the account that a new contact with this address belongs to, by its domain."""
    account_id = match_verified_address(desk=desk, email=address).account_id
    if account_id is None:
        return None
    return Account.objects.filter(desk=desk, pk=account_id).select_related("plan").first()


def build_chooser(agent: Agent, words: str, *, chosen: str = "") -> Chooser:
    """Return the chooser for what was typed. chosen: the value of the candidate that is selected.

    A candidate that is selected stays on the list, even if the words don't match.
    """
    desk, words = agent.desk, words.replace("\0", "").strip()  # also of a form that was refused
    people = search_requesters(desk=desk, words=words, limit=MAX_PEOPLE)
    accounts = search_accounts(desk=desk, words=words, limit=MAX_ACCOUNTS)
    person, account = get_chosen(desk, chosen)
    people = _put_first(person, people)
    accounts = _put_first(account, accounts)
    address = normalize_email(words)
    is_known = any(one.email == address for one in people) if address else bool(people or accounts)
    return Chooser(
        words=words,
        candidates=_describe(agent, people, accounts, chosen),
        notice="" if is_known or person or account else _describe_new(desk, words, address),
    )


def get_chosen(desk: Desk, value: str) -> tuple[Contact | None, Account | None]:
    """Return the contact or the account that a value of the chooser names, if the desk has it."""
    kind, _separator, text = value.partition(":")
    number = parse_number(text)
    if number is None:
        return None, None
    if kind == CONTACT:
        people = Contact.objects.filter(desk=desk, pk=number).select_related("account__plan")
        person = people.first()
        return (None if person is None or person.is_erased else person), None
    if kind == ACCOUNT:
        found = Account.objects.filter(desk=desk, pk=number).select_related("plan")
        return None, found.first()
    return None, None


def _put_first(row: Row | None, rows: list[Row]) -> list[Row]:
    return rows if row is None or row in rows else [row, *rows]


def _describe_new(desk: Desk, words: str, address: str) -> str:
    """Return what happens to an address that nobody has, or that nothing was found."""
    if address:
        account = find_account(desk, address)
        plan = str(account.plan or _("no plan")) if account else ""
        if account:
            text = _("New contact: %(account)s, %(plan)s.")
            return text % {"account": account.name, "plan": plan}
        return _("New contact: no account.")
    if not words:
        return ""
    return _("No one matches “%(words)s”. Enter an email address to add a new contact.") % {
        "words": words[:100]
    }


def _describe(
    agent: Agent, people: Sequence[Contact], accounts: Sequence[Account], chosen: str
) -> tuple[Candidate, ...]:
    if not people and not accounts:
        return ()
    known = [person.account for person in people if person.account] + list(accounts)
    hotlines = describe_hotlines([one.plan for one in known], agent.desk)
    tickets = _list_tickets(agent, {person.pk for person in people})
    return (
        *(_describe_person(one, hotlines, tickets.get(one.pk, ()), chosen) for one in people),
        *(_describe_account(one, hotlines, chosen) for one in accounts),
    )


def _describe_person(
    person: Contact,
    hotlines: dict[int | None, str],
    tickets: Sequence[OpenRequest],
    chosen: str,
) -> Candidate:
    account, value = person.account, f"{CONTACT}:{person.pk}"
    return Candidate(
        value=value,
        name=str(person),
        detail=person.email,
        terms=_describe_terms(account),
        hotline=hotlines[account.plan_id if account else None],
        is_chosen=value == chosen,
        tickets=tuple(tickets),
        more_url=_get_list_url(account) if account else "",
    )


def _describe_account(account: Account, hotlines: dict[int | None, str], chosen: str) -> Candidate:
    value = f"{ACCOUNT}:{account.pk}"
    return Candidate(
        value=value,
        name=_("New contact at %(account)s") % {"account": account.name},
        detail="",
        terms=_describe_terms(account),
        hotline=hotlines[account.plan_id],
        is_chosen=value == chosen,
        more_url=_get_list_url(account),
    )


def _describe_terms(account: Account | None) -> str:
    if account is None:
        return _("No account")
    return _("%(account)s: %(status)s, %(plan)s") % {
        "account": account.name,
        "status": account.get_status_display(),
        "plan": account.plan or _("no plan"),
    }


def _get_list_url(account: Account) -> str:
    return get_url("agent:queue", query={"account": account.pk})


def _list_tickets(agent: Agent, people: Collection[int]) -> dict[int, list[OpenRequest]]:
    """Return open tickets of these people that the agent may see, those that changed last first."""
    theirs = queue_for_agent(agent).filter(is_open=True, contact_id__in=people)
    found: dict[int, list[OpenRequest]] = defaultdict(list)
    for row in theirs.order_by("-updated_at", "-pk")[:MAX_TICKETS]:
        if len(found[row.contact_id]) < MAX_TICKETS_EACH:
            found[row.contact_id].append(_describe_ticket(row, agent.desk))
    return found


def _describe_ticket(row: QueueRow, desk: Desk) -> OpenRequest:
    return OpenRequest(
        url=get_url("agent:ticket", row.number),
        reference=f"{desk.ticket_prefix}-{row.number}",
        subject=row.subject,
        status=desk.word_for(row.word_key),
    )
