"""Webhooks of PagerDuty (v3 webhook subscriptions), as its documentation describes them. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

SIGNATURES = "X-PagerDuty-Signature"
MAX_SIGNATURES = 10  # there are two while a secret is rotated
ACKNOWLEDGED, RESOLVED = "incident.acknowledged", "incident.resolved"
USED = (ACKNOWLEDGED, RESOLVED)
PERSON = "user_reference"  # of an agent; integrations have other types


class UnreadableEventError(Exception):
    """The body isn't an event as PagerDuty documents it."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A person took care of an incident. key: of our alert; at: when; person: their name."""

    key: str
    at: datetime
    person: str
    is_resolved: bool = False


def is_genuine(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Return True if one of the signatures is that of the body with our secret."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get(SIGNATURES, "").split(",")[:MAX_SIGNATURES]
    expected = f"v1={digest}".encode()
    matches = [hmac.compare_digest(one.strip().encode(), expected) for one in given]
    return bool(secret) and any(matches)


def read_incident(body: bytes) -> Incident | None:
    """Return who took care of which incident; None for events about anything else.

    What our own calls cause comes back, too, with an integration as its agent. Raises
    UnreadableEventError.
    """
    try:
        event = json.loads(body)["event"]
        kind, agent, data = event["event_type"], event.get("agent") or {}, event["data"]
        if kind not in USED or agent.get("type") != PERSON:
            return None
        return Incident(
            key=_read_text(data, "incident_key"),
            at=_read_time(event["occurred_at"]),
            person=_read_text(agent, "summary"),
            is_resolved=kind == RESOLVED,
        )
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableEventError(str(error)) from error


def _read_text(found: Mapping[str, Any], name: str) -> str:
    text = found.get(name) or ""
    return str(text).replace("\x00", "")[:120]


def _read_time(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError("occurred_at")
    return found
