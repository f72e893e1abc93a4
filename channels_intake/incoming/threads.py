"""The ticket that an email refers to, and its sender's relation to that ticket.

A ticket is found by the token in the address the email was sent to, otherwise by the thread
headers, and never by a number in the subject. incoming/decision.py decides if the email may join
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Contact, Desk
from channels_intake.incoming.decision import Standing
from channels_intake.incoming.sql import HOLDER, TICKET
from channels_intake.mime.envelope import Envelope
from channels_intake.models import ReplyToken
from tickets.models import Participant, Ticket

MAX_ID_CHARS = 250  # as stored
MAX_IDS = 50
MAX_PLUSES = 4  # in an address that are tried as the end of its mailbox

_TOKEN = re.compile(r"[a-z2-7]{26}")
_TOKEN_LIKE = re.compile(r"[a-z2-7]{20,40}")  # a damaged one; people's own tags are shorter


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket that an email refers to. holder: the person its token was given to, or None."""

    ticket: Ticket
    holder: Contact | None = None


def split_plus_tags(address: str) -> list[tuple[str, str]]:
    """Return the ways to split an address at a plus, shortest mailbox first, then the address.

    A mailbox may have a plus itself: support+eu+TOKEN@desk is (support@desk, eu+TOKEN),
    (support+eu@desk, TOKEN) or (support+eu+TOKEN@desk, "").
    """
    local, _, domain = address.rpartition("@")
    parts = local.split("+", MAX_PLUSES)
    ways = [
        (f"{'+'.join(parts[:count])}@{domain}", "+".join(parts[count:]))
        for count in range(1, len(parts))
    ]
    return [*ways, (address, "")]


def list_thread_ids(envelope: Envelope) -> list[str]:
    """Return the Message-IDs that an email refers to, nearest first, as stored."""
    nearest_first = (*envelope.in_reply_to, *reversed(envelope.references))
    return [message_id[:MAX_ID_CHARS] for message_id in nearest_first if message_id][:MAX_IDS]


def list_whole_tokens(tokens: Iterable[str]) -> list[str]:
    """Return the tokens that may be reply tokens."""
    return [token for token in tokens if _TOKEN.fullmatch(token)]


def build_thread(desk: Desk, row: Mapping[str, Any]) -> Thread | None:
    """Return the thread in a row of READ_ARRIVAL, or None."""
    ticket = TICKET.load(row)
    if ticket is None:
        return None
    ticket.desk = desk
    holder = HOLDER.load(row)
    if holder is not None:
        holder.desk = desk
    return Thread(ticket, holder)


def find_reply_token(desk: Desk, tokens: Iterable[str]) -> ReplyToken | None:
    """Return the valid one of the tokens that an email was sent to, with ticket and contact."""
    whole = list_whole_tokens(tokens)
    if not whole:
        return None
    of_desk = ReplyToken.objects.filter(desk=desk, token__in=whole)
    return of_desk.select_related("ticket__desk", "contact").first()


def is_token_like(tag: str) -> bool:
    """Return True if the part behind a plus is a reply token or was one, and no tag of people."""
    return _TOKEN_LIKE.fullmatch(tag) is not None


def get_standing(thread: Thread, contact: Contact | None) -> Standing:
    """Return the sender's relation to the ticket.

    A token whose owner is off the ticket counts for nothing, even before it is deleted.
    """
    if contact is None or not _is_on_ticket(thread.ticket, contact):
        return Standing.STRANGER
    return Standing.HOLDER if contact == thread.holder else Standing.MEMBER


def _is_on_ticket(ticket: Ticket, contact: Contact) -> bool:
    if contact.pk == ticket.contact_id:
        return True
    if contact.account_id is not None and contact.account_id == ticket.account_id:
        return True
    return Participant.objects.filter(ticket=ticket, contact=contact).exists()
