"""Responses for customer cards, with a cache, and a limit of requests at once.

The cache is in Valkey, for minutes: losing it costs a request. A system that hangs holds at most
MAX_REQUESTS threads of a web process for three seconds each, and isn't asked again for a while.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore

import redis
import structlog
from django.utils.translation import gettext_lazy as _

from accounts.cards.contract import Component as CardComponent
from accounts.cards.contract import parse_card
from accounts.cards.fetching import FAILURES, fetch_card
from accounts.models import Account, CardSubject, Contact, CustomerCard
from accounts.sentences import CodedError
from helpdesk.live.breaker import Breaker

log = structlog.get_logger(__name__)

MAX_REQUESTS = 4  # at once, per web process
RETRY_SECONDS = 30  # after a failure, per card and customer
KEY = "plumbline:card:"

valkey = Breaker("cards_not_cached")
_turns = BoundedSemaphore(MAX_REQUESTS)


class BusyError(CodedError):
    """Too many cards are being asked for."""

    sentences = {"busy": _("Too many cards are loading. Try again in a moment.")}


@dataclass(frozen=True, slots=True)
class LoadedCard:
    """The components of a card, or the sentence that says why there are none."""

    components: tuple[CardComponent, ...]
    problem: str
    at: datetime


def load_card(
    card: CustomerCard, *, account: Account | None, contact: Contact | None, at: datetime
) -> LoadedCard:
    """Return a card of a customer, from the cache if it is fresh."""
    key = _make_key(card, account, contact)
    kept = valkey.run(lambda client: client.get(key))
    if kept:
        return _read(kept)
    try:
        body, problem = _fetch(card, account, contact, at=at), ""
    except BusyError as error:
        return LoadedCard((), str(error), at)
    except FAILURES as error:
        log.warning("card_failed", card=card.pk, error=error.problem.code)
        body, problem = b"", str(error)
    _keep(key, card, body, problem, at=at)
    return LoadedCard(parse_card(body) if body else (), problem, at)


def _fetch(
    card: CustomerCard, account: Account | None, contact: Contact | None, *, at: datetime
) -> bytes:
    if not _turns.acquire(blocking=False):
        raise BusyError("busy")
    try:
        body = fetch_card(card, account=account, contact=contact, at=at)
    finally:
        _turns.release()
    parse_card(body)
    return body


def _make_key(card: CustomerCard, account: Account | None, contact: Contact | None) -> str:
    """Return the key of a response. A card that was changed has another one."""
    about = contact.pk if card.subject == CardSubject.CONTACT and contact else 0
    where = f"{card.desk_id}:{card.pk}:{_hash_settings(card)}"
    return f"{KEY}{where}:{account.pk if account else 0}:{about}"


def _hash_settings(card: CustomerCard) -> str:
    return hashlib.sha256(f"{card.url} {card.sealed_secret}".encode()).hexdigest()[:12]


def _keep(key: str, card: CustomerCard, body: bytes, problem: str, *, at: datetime) -> None:
    seconds = RETRY_SECONDS if problem else card.cache_minutes * 60
    if not seconds:
        return
    kept = json.dumps({"body": body.decode(), "problem": problem, "at": at.isoformat()})

    def write(client: redis.Redis) -> None:
        client.set(key, kept, ex=seconds)

    valkey.run(write)


def _read(kept: bytes | str) -> LoadedCard:
    found = json.loads(kept)
    components = parse_card(found["body"].encode()) if found["body"] else ()
    return LoadedCard(components, found["problem"], datetime.fromisoformat(found["at"]))
