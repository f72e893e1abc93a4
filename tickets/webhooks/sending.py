"""Sending of an outbox, in slices: each request outside of any transaction, the result after it.

Of one subscription, one request is in progress at a time. A slice is short, so that a slow receiver
gives its process back for others; a receiver that fails isn't tried again before its pause is over.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.failures import capture_failure
from accounts.logins.sealing import UNDECRYPTABLE, UnsealError
from accounts.network.client import GuardedSession
from tickets.models import TicketEvent, WebhookDelivery, WebhookSubscription
from tickets.webhooks.attempts import (
    SECONDS,
    Outcome,
    Result,
    Secrets,
    build_headers,
    hide_secrets,
    send_request,
)
from tickets.webhooks.claiming import (
    claim_subscription,
    is_sendable,
    list_heads,
    release_subscription,
    reread,
    take,
)
from tickets.webhooks.outcomes import store_result
from tickets.webhooks.replaying import continue_replay
from tickets.webhooks.storing import pick_events

SLICE_SECONDS = 5
NOT_BUILT, NOT_TAKEN = "not_built", "not_taken"
BuildBody = Callable[[WebhookSubscription, TicketEvent], dict[str, Any]]


def send_due_webhooks(subscription_id: int, *, at: datetime) -> bool:
    """Send what is due of one subscription, for some seconds. Return True if more is due."""
    subscription = claim_subscription(subscription_id, at=at)
    if subscription is None:
        return False
    try:
        continue_replay(subscription, at=at)
        _send_slice(subscription, at)
    finally:
        release_subscription(subscription)
    return is_sendable(subscription_id, at=at)


def _send_slice(subscription: WebhookSubscription, at: datetime) -> None:
    until = time.monotonic() + SLICE_SECONDS
    with GuardedSession([subscription.host], seconds=SECONDS) as session:
        while heads := list_heads(subscription, at=at):
            for delivery_id in heads:
                if time.monotonic() >= until or not reread(subscription):
                    return
                if not _send_one(session, subscription, delivery_id, at):
                    return


def _send_one(
    session: GuardedSession, subscription: WebhookSubscription, delivery_id: int, at: datetime
) -> bool:
    """Send one message. Return False if the receiver needs a pause."""
    delivery = take(delivery_id, at=at)
    if delivery is None:
        return True
    result = _attempt(session, subscription, delivery, at)
    store_result(subscription, delivery, result, at=at)
    return result.outcome not in (Outcome.UNAVAILABLE, Outcome.GONE)


def _attempt(
    session: GuardedSession,
    subscription: WebhookSubscription,
    delivery: WebhookDelivery,
    at: datetime,
) -> Result:
    """Make one attempt, if the subscription as it is set now still takes the event.

    An error in building the body counts as a refusal of this message.
    """
    failed: list[Result] = []

    def keep(error: str) -> None:
        problem = {"code": NOT_BUILT, "data": {"error": error.partition(":")[0]}}
        failed.append(Result(Outcome.REFUSED, problem=problem))

    with capture_failure(keep, event="webhook_failed", delivery=delivery.pk):
        if not pick_events(subscription, [delivery.event], at=at):
            return Result(Outcome.NOT_TAKEN, problem={"code": NOT_TAKEN, "data": {}})
        try:
            secrets = read_secrets(subscription, at=at)
        except UnsealError:
            return Result(Outcome.UNAVAILABLE, problem={"code": UNDECRYPTABLE, "data": {}})
        body = build_body(subscription, delivery.event)
        delivery.sha256, delivery.size = hashlib.sha256(body).hexdigest(), len(body)
        headers = build_headers(delivery.message_id, body, secrets, at=at)
        result = send_request(session, subscription.url, body, headers, at=at)
        return _without_secrets(result, secrets, headers)
    return failed[0]


def _without_secrets(result: Result, secrets: Secrets, headers: dict[str, str]) -> Result:
    return Result(
        result.outcome,
        result.status,
        result.milliseconds,
        result.problem,
        result.wait,
        hide_secrets(result.answer, secrets, headers),
    )


def read_secrets(subscription: WebhookSubscription, *, at: datetime) -> Secrets:
    """Return the secrets that sign now. Raises UnsealError."""
    is_rotating = subscription.former_until is not None and at < subscription.former_until
    return Secrets(subscription.secret, subscription.former_secret if is_rotating else "")


def build_body(subscription: WebhookSubscription, event: TicketEvent) -> bytes:
    """Return the body of the request about an event, as it would be sent now."""
    content = _load_builder(settings.WEBHOOK_BODY)(subscription, event)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _load_builder(path: str) -> BuildBody:
    found: BuildBody = import_string(path)
    return found
