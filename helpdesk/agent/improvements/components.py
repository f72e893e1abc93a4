"""Typed contexts of the lists of product feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from accounts.models import Desk
from helpdesk.shared.components import Component, Link
from helpdesk.shared.urls import get_url
from tickets.defects.updates.texts import get_stage_name
from tickets.improvements.ranking import get_status
from tickets.models import (
    Defect,
    Improvement,
    ImprovementLink,
    ImprovementStatus,
    StageSetting,
    get_word_key,
)

MAX_NAMED = 5  # accounts in a row
TONES = {
    ImprovementStatus.OPEN: "blue",
    ImprovementStatus.DONE: "green",
    ImprovementStatus.DECLINED: "",
}
Accounts = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class EntryRow(Component):
    """An entry of a list. counts: of accounts and tickets; more: how many accounts aren't named."""

    url: str
    title: str
    key: str
    status: str
    tone: str
    counts: str
    accounts: tuple[Link, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class EntryTicket(Component):
    """A ticket of an entry. withdraw_url: takes it off, or ""."""

    url: str
    number: str
    subject: str
    account: str
    status: str
    status_word: str
    withdraw_url: str = ""


def describe_entry(entry: Improvement, accounts: Accounts) -> EntryRow:
    """Return a row of the documentation or the features. The entry comes with its counts."""
    status = get_status(entry)
    return EntryRow(
        url=get_url("agent:feedback_entry", entry.pk),
        title=entry.title,
        key="",
        status=str(status.label),
        tone=TONES[status],
        counts=describe_counts(entry),
        accounts=link_accounts(accounts[:MAX_NAMED]),
        more=_count_more(accounts),
    )


def describe_bug(
    defect: Defect, accounts: Accounts, settings: Mapping[str, StageSetting]
) -> EntryRow:
    """Return a row of the bugs, with the defect's own stage."""
    return EntryRow(
        url=get_url("agent:defect", defect.number),
        title=defect.title,
        key=defect.key,
        status=get_stage_name(defect.stage, settings.get(defect.stage)),
        tone=TONES[get_status(defect)],
        counts=describe_counts(defect),
        accounts=link_accounts(accounts[:MAX_NAMED]),
        more=_count_more(accounts),
    )


def describe_ticket(link: ImprovementLink, desk: Desk, *, can_write: bool) -> EntryTicket:
    """Return a ticket of an entry. It comes with its account."""
    ticket = link.ticket
    word_key = get_word_key(ticket.status, ticket.first_responded_at, ticket.reopen_until)
    url = get_url("agent:feedback_withdrawal", ticket.number, link.improvement_id)
    return EntryTicket(
        url=get_url("agent:ticket", ticket.number),
        number=f"{desk.ticket_prefix}-{ticket.number}",
        subject=ticket.subject,
        account=ticket.account.name if ticket.account else "",
        status=ticket.status,
        status_word=desk.word_for(word_key),
        withdraw_url=url if can_write else "",
    )


def describe_counts(entry: Improvement | Defect) -> str:
    """Return such as "3 accounts · 5 tickets"."""
    entry_counts: Any = entry  # annotated by the lists
    accounts, tickets = entry_counts.accounts, entry_counts.tickets
    named = (
        ngettext("%(count)s account", "%(count)s accounts", accounts) % {"count": accounts},
        ngettext("%(count)s ticket", "%(count)s tickets", tickets) % {"count": tickets},
    )
    return " · ".join(named)


def link_accounts(accounts: Accounts) -> tuple[Link, ...]:
    """Return links to the pages of accounts."""
    return tuple(Link(get_url("agent:account", pk), name) for pk, name in accounts)


def _count_more(accounts: Accounts) -> str:
    left = len(accounts) - MAX_NAMED
    if left <= 0:
        return ""
    return ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}
