"""Tests of saved connections, with their results in words: for the admin site and for the API.

Those that send something send it at once. Nothing reaches a customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.cards.contract import parse_card
from accounts.cards.fetching import FAILURES, fetch_card
from accounts.models import Account, AccountStatus, CardSubject, Contact, CustomerCard
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.code_hosts.checking import check_connection
from channels_intake.connections.health import note_health
from channels_intake.connections.registry import get_connector
from channels_intake.models import (
    ChatConnection,
    CodeHost,
    Connection,
    PagingKind,
    PagingService,
)
from channels_intake.paging.connector import send_test as send_test_alert
from channels_intake.team_chat.sending import send_test as send_test_message

ERROR, SUCCESS = "error", "success"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a test."""

    level: str  # one of the names in django.contrib.messages.constants.DEFAULT_LEVELS, in lowercase
    text: str


def try_channel(connection: Connection, *, at: datetime) -> Finding:
    """Ask the vendor with the stored settings. Its answer is the channel's health."""
    try:
        problem = get_connector(connection.kind).check(connection, at=at)
    except (CallLaterError, CallRefusedError) as error:
        problem = str(error)
    note_health(connection, problem, at=at)
    if problem:
        text = _("Testing %(name)s failed: %(problem)s")
        return Finding(ERROR, text % {"name": connection.name, "problem": problem})
    return Finding(SUCCESS, _("%(name)s works.") % {"name": connection.name})


def try_code_host(host: CodeHost, *, at: datetime) -> Finding:
    """Read the repository with the stored token."""
    if problem := check_connection(host, at=at):
        text = _("The test of %(repository)s failed: %(problem)s")
        return Finding(ERROR, text % {"repository": host.repository, "problem": problem})
    text = _("Connected. Plumbline can read %(repository)s and its issues.")
    return Finding(SUCCESS, text % {"repository": host.repository})


def try_chat(connection: ChatConnection, *, at: datetime) -> Finding:
    """Post a test message."""
    if problem := send_test_message(connection, at=at):
        return Finding(ERROR, _("The test message failed. %(problem)s") % {"problem": problem})
    return Finding(SUCCESS, _("The test message arrived."))


def try_paging(service: PagingService, *, to: str, at: datetime) -> Finding:
    """Send a test alert. to: the email address that gets it from a service that sends email."""
    if problem := send_test_alert(service, at=at, to=to):
        return Finding(ERROR, _("The test alert failed. %(problem)s") % {"problem": problem})
    if service.kind == PagingKind.EMAIL:
        return Finding(SUCCESS, _("The test alert was sent to %(email)s.") % {"email": to})
    return Finding(SUCCESS, _("The test alert was accepted and resolved."))


def try_card(card: CustomerCard, *, at: datetime) -> Finding:
    """Ask for the card of an invented customer, and read it."""
    if not card.sealed_secret:
        return Finding(ERROR, _("Enter a secret."))
    account = Account(id=0, name="Example Corp", status=AccountStatus.CUSTOMER)
    contact = Contact(id=0, name="Jane Doe", email="jane@example.com")
    asks_contact = card.subject == CardSubject.CONTACT
    try:
        body = fetch_card(card, account=account, contact=contact if asks_contact else None, at=at)
        count = len(parse_card(body))
    except FAILURES as error:
        return Finding(ERROR, _("The test request failed. %(problem)s") % {"problem": error})
    text = ngettext(
        "The test request worked. The card has %(count)s component.",
        "The test request worked. The card has %(count)s components.",
        count,
    )
    return Finding(SUCCESS, text % {"count": count})
