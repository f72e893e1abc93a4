"""Requests to paging services, as their vendors document them. Pure.

PagerDuty: Events API v2 ("Send an event"). Jira Service Management: Integration events API of
Operations. Webhook: JSON, signed as Standard Webhooks describes. All of them know an alert by the
key that its ticket has, so a repeated request changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from accounts.network.standard_webhooks import sign_headers

MAX_SUMMARY = 1024  # PagerDuty's limit
MAX_MESSAGE = 130  # JSM's limit


class Act(StrEnum):
    """Actions on an alert at the service."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert about a ticket. rank: of its priority; links: (text, URL); people: by name."""

    key: str
    act: Act
    summary: str
    source: str
    at: datetime
    rank: int = 1
    details: dict[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A POST. body: its bytes, because a signature covers them."""

    path: str
    body: bytes
    headers: dict[str, str]


def make_pagerduty_request(alert: Alert, secret: str) -> PageRequest:
    """Return the request of the Events API v2. secret: the integration key of the service."""
    body: dict[str, Any] = {
        "routing_key": secret,
        "event_action": alert.act.value,
        "dedup_key": alert.key,
    }
    if alert.act == Act.TRIGGER:
        body["payload"] = {
            "summary": alert.summary[:MAX_SUMMARY],
            "source": alert.source,
            "severity": {1: "critical", 2: "error"}.get(alert.rank, "warning"),
            "timestamp": alert.at.isoformat(timespec="seconds"),
            "custom_details": alert.details | {"people": ", ".join(alert.people)},
        }
        body["client"] = alert.source
        body["links"] = [{"text": text, "href": url} for text, url in alert.links]
    return PageRequest("/v2/enqueue", _encode(body), {})


def make_jsm_request(alert: Alert, secret: str) -> PageRequest:
    """Return the request of the Integration events API. secret: the key of an API integration."""
    alerts = "/jsm/ops/integration/v2/alerts"
    headers = {"Authorization": f"GenieKey {secret}"}
    if alert.act != Act.TRIGGER:
        verb = "acknowledge" if alert.act == Act.ACKNOWLEDGE else "close"
        path = f"{alerts}/{quote(alert.key, safe='')}/{verb}?identifierType=alias"
        return PageRequest(path, _encode({"source": alert.source}), headers)
    lines = [alert.summary, *(f"{text}: {url}" for text, url in alert.links)]
    body = {
        "message": alert.summary[:MAX_MESSAGE],
        "alias": alert.key,
        "description": "\n".join(lines),
        "source": alert.source,
        "priority": f"P{min(max(alert.rank, 1), 5)}",
        "details": alert.details | {"people": ", ".join(alert.people)},
    }
    return PageRequest(alerts, _encode(body), headers)


def make_webhook_request(
    alert: Alert, secret: str, *, message_id: str, at: datetime
) -> PageRequest:
    """Return a signed request. message_id: the same for every attempt."""
    body = _encode(
        {
            "type": f"ladder.{alert.act.value}",
            "timestamp": alert.at.isoformat(timespec="seconds"),
            "data": {
                "key": alert.key,
                "summary": alert.summary,
                "source": alert.source,
                "rank": alert.rank,
                "people": list(alert.people),
                "links": [{"text": text, "url": url} for text, url in alert.links],
                "details": alert.details,
            },
        }
    )
    return PageRequest("", body, sign_headers(secret, message_id, body, at=at))


def _encode(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
