"""Requests for customer cards: signed, to public addresses only, with a short timeout."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from accounts.cards.contract import MAX_BODY, ContractError
from accounts.logins.sealing import UnsealError
from accounts.models import Account, Contact, CustomerCard
from accounts.network.client import GuardedSession
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from accounts.network.standard_webhooks import sign_headers
from accounts.sentences import CodedError

MAX_SECONDS = 3.0
HTTP_OK = 200


class StatusError(CodedError):
    """The system responded with a status other than 200."""

    sentences = {"status": _("The system responded with status %(status)s.")}

    def __init__(self, status: int) -> None:
        super().__init__("status", {"status": status})


# What keeps a card from being shown. Each says why in a sentence.
FAILURES = (ContractError, StatusError, UnsealError, ForbiddenAddressError, UnreachableError)


def fetch_card(
    card: CustomerCard, *, account: Account | None, contact: Contact | None, at: datetime
) -> bytes:
    """Return the body of the response.

    Raises one of FAILURES, but ContractError, which parse_card raises.
    """
    body = json.dumps(describe_customer(card, account, contact), ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json",
        "accept": "application/json",
        **sign_headers(card.secret, f"card_{uuid4().hex}", body, at=at),
    }
    with GuardedSession([card.host], seconds=MAX_SECONDS) as session:
        response = session.request("POST", card.url, data=body, headers=headers, max_bytes=MAX_BODY)
    if response.status != HTTP_OK:
        raise StatusError(response.status)
    return response.body


def describe_customer(
    card: CustomerCard, account: Account | None, contact: Contact | None
) -> dict[str, Any]:
    """Return the JSON of a request. It names the contact only if the card is about contacts."""
    about: dict[str, Any] = {"card": card.name, "desk": card.desk.slug}
    if account:
        about["account"] = {"id": account.pk, "name": account.name, "status": account.status}
    if contact:
        about["contact"] = {"id": contact.pk, "name": contact.name, "email": contact.email}
    return about
