"""Which ticket a mail belongs to, and whether its sender may speak on it (reliability.md, "Mail as an identity").

A ticket is found by the secret in the address that the mail was sent to, else by the thread headers; never by a
number in the subject. Finding is not joining. With T a new ticket, t a new ticket marked unverified, J joined and
Q quarantined (kept and shown to the desk, but no comment, no reopening, no reader), and the token right (of this
ticket's customer), other (of another person), cut or none:

    sender    authentication   right   other   cut   none
    agent     pass             Q       Q       T     T
    agent     none             Q       Q       t     t
    agent     fail             Q       Q       Q     Q
    customer  pass             J       Q       T     T
    customer  none             J       Q       t     t
    customer  fail             J       Q       t     t
    stranger  pass             Q       Q       T     T
    stranger  none             Q       Q       T     T
    stranger  fail             Q       Q       t     t

The token's own person is believed by the token alone: 130 random bits prove more than a broken DKIM signature
denies. "t" in the rows "none" turns into "T" where the mailbox matches unproven mail. A stranger whose domain is no
customer's has nothing to prove, so "none" makes a plain ticket of no account. By thread headers alone only a
person of the ticket or its account joins, and not with "fail". tests/channels_intake/test_spoof_matrix.py walks
the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Contact, Desk
from channels_intake.mime.envelope import Authentication, AutomaticKind, Envelope
from channels_intake.models import InboundMessage, OutgoingEmail, ReplyToken
from tickets.models import Participant, Ticket

MAX_ID_CHARS = 250  # as stored
MAX_IDS = 50

_TOKEN = re.compile(r"[a-z2-7]{26}")
_OF_TICKET = ("ticket__number", "ticket__contact_id", "ticket__account_id", "ticket__desk_id")


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket that a mail points to. holder: whom the token in the address was given to; None without one."""

    ticket: Ticket
    holder: Contact | None = None


def split_plus_tag(address: str) -> tuple[str, str]:
    """From support+TOKEN@desk to (support@desk, TOKEN); the token is "" without a plus."""
    local, _, domain = address.rpartition("@")
    name, plus, token = local.partition("+")
    return (f"{name}@{domain}", token) if plus else (address, "")


def find_thread(desk: Desk, envelope: Envelope, tokens: Iterable[str]) -> Thread | None:
    """The ticket that the mail points to: by token, else by a mail of ours, else by a mail that came before."""
    if whole := [token for token in tokens if _TOKEN.fullmatch(token)]:
        of_desk = ReplyToken.objects.filter(desk=desk, token__in=whole)
        if found := of_desk.select_related("ticket__desk", "contact").first():
            return Thread(found.ticket, found.contact)
    ids = [i[:MAX_ID_CHARS] for i in (*envelope.in_reply_to, *reversed(envelope.references))][
        :MAX_IDS
    ]
    if not ids:
        return None
    ticket = _first_ticket(OutgoingEmail, desk, ids) or _first_ticket(InboundMessage, desk, ids)
    return Thread(ticket) if ticket else None


def _first_ticket(
    model: type[OutgoingEmail] | type[InboundMessage], desk: Desk, ids: list[str]
) -> Ticket | None:
    """The ticket of the nearest of these Message-IDs that is known."""
    rows = model._default_manager.filter(desk=desk, rfc_message_id__in=ids, ticket__isnull=False)
    found = rows.select_related("ticket").only("rfc_message_id", *_OF_TICKET).order_by("-pk")
    tickets = {row.rfc_message_id: row.ticket for row in found}
    ticket = next((tickets[i] for i in ids if i in tickets), None)
    if ticket is not None:
        ticket.desk = desk
    return ticket


def resolve_author(thread: Thread, envelope: Envelope, contact: Contact | None) -> Contact | str:
    """The contact as whom the mail may join the thread, or a sentence that says why it may not.

    The caller has ruled out addresses of the desk's own people.
    """
    if thread.holder is not None and contact == thread.holder:
        return thread.holder
    if thread.holder is not None and envelope.automatic is AutomaticKind.BOUNCE:
        return thread.holder  # a mail server answers for the person that our mail did not reach
    if envelope.authentication is Authentication.FAIL:
        return "It failed the check that it comes from its sender's domain."
    if contact is None or not _is_of_ticket(thread.ticket, contact):
        return "Its sender has no part in the ticket that it answers."
    return contact


def _is_of_ticket(ticket: Ticket, contact: Contact) -> bool:
    if contact.pk == ticket.contact_id:
        return True
    if contact.account_id is not None and contact.account_id == ticket.account_id:
        return True
    return Participant.objects.filter(ticket=ticket, contact=contact).exists()
