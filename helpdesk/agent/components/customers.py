"""Typed contexts of accounts, contacts and their pages (templates/agent/customers)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.agent.components.ticket import FollowerCard, Reason
from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class HandleCard(Component):
    """A handle of a contact. proof: whose it is, and by what. join_url: "" for readers."""

    channel: str
    network: str
    name: str
    is_proven: bool
    proof: str
    reason: str
    join_url: str


@dataclass(frozen=True, slots=True)
class ContactCard(Component):
    """A contact with the address of their page. account: its name, where it is shown.

    email: "" for a person who is known by handles alone; networks: those of the handles, where it
    is shown.
    """

    name: str
    initials: str
    tone: str
    email: str
    url: str
    role: str = ""
    account: str = ""
    networks: str = ""


@dataclass(frozen=True, slots=True)
class AccountCard(Component):
    """An account with the address of its page."""

    name: str
    url: str
    status_word: str
    status_tone: str
    plan: str


@dataclass(frozen=True, slots=True)
class ManagerCard(Component):
    """An agent who looks after an account, with their title there."""

    title: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class TargetLine(Component):
    """The first-response target of a priority: "8h (12x5)"."""

    priority: str
    rank: int
    text: str


@dataclass(frozen=True, slots=True)
class AccountTerms(Component):
    """The terms of an account. ways: the channels it may use. points: "2 of 3", or ""."""

    account: AccountCard
    is_retired: bool
    ways: str
    managers: tuple[ManagerCard, ...]
    targets: tuple[TargetLine, ...]
    points: str = ""


@dataclass(frozen=True, slots=True)
class ContactPage(Component):
    """A contact with their sign-in, and why their last ticket was matched to them.

    merge_url: "" for those who may not merge. merged: addresses of contacts merged into this one.
    """

    card: ContactCard
    is_erased: bool
    sign_in: str
    reasons: tuple[Reason, ...]
    admin_url: str
    handles: tuple[HandleCard, ...] = ()
    merge_url: str = ""
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateCount(Component):
    """How many tickets of an account are in a state. url: the queue with them."""

    status: str
    word: str
    amount: str
    url: str


@dataclass(frozen=True, slots=True)
class RecentEvent(Component):
    """A recent event on a ticket of an account."""

    sentence: str
    url: str
    number: str
    at_iso: str
    at_text: str
    at_title: str


@dataclass(frozen=True, slots=True)
class HealthLine(Component):
    """Tickets of an account, counted up to a limit. open_url: the queue with the open ones."""

    open: str
    open_url: str
    overdue: str
    recent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequesterPanel(Component):
    """The requester of a ticket, their account and the followers.

    handles: at networks. reasons: why this contact and account were matched. copied: addresses in
    CC of emails that an agent may add as followers. reply_to: the address that the email asks to be
    answered, or ""; requester_url: where to make that person the requester. participants_url,
    removal_url: where to add and remove a follower; participants_url is "" for readers. answers: of
    the desk's own questions. route_reasons: why this department and assignee. tags: names.
    routing_url: the page of the routing rules that were tried.
    """

    contact: ContactCard
    handles: tuple[HandleCard, ...]
    account: AccountCard | None
    managers: tuple[ManagerCard, ...]
    reasons: tuple[Reason, ...]
    followers: tuple[FollowerCard, ...]
    copied: tuple[str, ...]
    reply_to: str
    requester_url: str
    participants_url: str
    removal_url: str
    answers: tuple[tuple[str, str], ...]
    route_reasons: tuple[str, ...]
    tags: tuple[str, ...]
    routing_url: str
    health: HealthLine | None = None
