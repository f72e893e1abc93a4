"""A test event, sent at once with the saved settings, and stored nowhere."""

from __future__ import annotations

import json
from datetime import datetime
from secrets import token_hex

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.logins.sealing import UNDECRYPTABLE, UnsealError
from accounts.network.client import GuardedSession
from tickets.models import WebhookSubscription
from tickets.webhooks.attempts import SECONDS, Outcome, Result, build_headers, send_request
from tickets.webhooks.sending import read_secrets


def send_test(subscription: WebhookSubscription, *, at: datetime) -> Result:
    """Send a test event, also of a paused webhook. Nothing follows from the result."""
    try:
        secrets = read_secrets(subscription, at=at)
    except UnsealError:
        return Result(Outcome.UNAVAILABLE, problem={"code": UNDECRYPTABLE, "data": {}})
    content = import_string(settings.WEBHOOK_TEST_BODY)(subscription, at=at.isoformat())
    body = json.dumps(content).encode()
    message_id = f"msg_{subscription.pk}_test_{token_hex(6)}"
    headers = build_headers(message_id, body, secrets, at=at)
    with GuardedSession([subscription.host], seconds=SECONDS) as session:
        return send_request(session, subscription.url, body, headers, at=at)
