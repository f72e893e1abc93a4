"""Webhooks at the fake of X: their check (CRC), subscriptions, deliveries and replays."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from helpdesk.demo.vendors.contract import HOOK_SECONDS, Call, FakeVendor, Reply
from helpdesk.demo.vendors.x.replies import fail, invalid, write_time

ACCOUNT = {"id": "1111111111111111111", "name": "Acme Support", "username": "AcmeSupport"}
CLIENT_ID, CLIENT_SECRET = "rG9n6402A3dbUJKzXTNX4oWHJ", "a client secret of the fake"
PRIVATE = ("post.mention.create", "dm.received", "dm.sent", "chat.received")
LOCAL = ("http://127.0.0.1", "http://localhost", "http://testserver")  # instead of https


@dataclass
class Hook:
    """A registered webhook."""

    id: str
    url: str
    valid: bool = True


@dataclass
class Hooks(FakeVendor):
    """The app's webhooks, and what the account's events go to. missed: not delivered yet."""

    hooks: list[Hook] = field(default_factory=list)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    missed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    replays: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.account = dict(ACCOUNT)
        self.client = (CLIENT_ID, CLIENT_SECRET)
        self.last_id = 2_080_760_000_000_000_000

    def _list_hooks(self, call: Call) -> Reply:
        rows = [{"id": hook.id, "url": hook.url, "valid": hook.valid} for hook in self.hooks]
        return Reply(200, {"data": rows, "meta": {"result_count": len(rows)}})

    def _add_hook(self, call: Call) -> Reply:
        url = str((call.json() or {}).get("url") or "")
        if not url.startswith(("https://", *LOCAL)):
            return invalid("UrlValidationFailed: the URL isn't https")
        if any(hook.url == url for hook in self.hooks):
            return invalid("DuplicateUrlFailed: Webhook URL already exists")
        if not self._passes(url):
            return invalid("CrcValidationFailed: Webhook URL does not meet the requirements.")
        hook = Hook(self.next_id(), url)
        self.hooks.append(hook)
        return Reply(200, {"data": {"id": hook.id, "url": url, "valid": True}})

    def _validate_hook(self, call: Call, hook_id: str) -> Reply:
        hook = next((hook for hook in self.hooks if hook.id == hook_id), None)
        if hook is None:
            return invalid("WebhookIdInvalid: unknown webhook")
        hook.valid = self._passes(hook.url)
        return Reply(200, {"data": {"valid": hook.valid}})

    def _passes(self, url: str) -> bool:
        """Return True if a webhook passes the challenge-response check."""
        token = secrets.token_urlsafe(16)
        status, body = self.challenge(url, token)
        expected = {"response_token": self.sign(token.encode())}
        return status == 200 and body == expected

    def challenge(self, url: str, token: str) -> tuple[int, Any]:
        """Ask a webhook the challenge. Return the status, 0 for none, and the JSON."""
        try:
            got = requests.get(url, params={"crc_token": token}, timeout=HOOK_SECONDS)
            return got.status_code, got.json()
        except (requests.RequestException, ValueError):
            return 0, None

    def sign(self, body: bytes) -> str:
        """Return the signature of a body by the client secret."""
        digest = hmac.new(self.client[1].encode(), body, hashlib.sha256).digest()
        return "sha256=" + base64.b64encode(digest).decode()

    def _order_replay(self, call: Call) -> Reply:
        given = call.json() or {}
        if given.get("webhook_id") not in {hook.id for hook in self.hooks}:
            return invalid("WebhookIdInvalid: unknown webhook")
        times = (str(given.get("from_date")), str(given.get("to_date")))
        if not all(re.fullmatch(r"\d{12}", time) for time in times) or times[0] >= times[1]:
            return invalid("from_date and to_date must be yyyymmddhhmm")
        self.replays.append(given)
        return Reply(200, {"job_id": self.next_id(), "created_at": write_time()})

    def _list_subscriptions(self, call: Call) -> Reply:
        return Reply(200, {"data": self.subscriptions, "meta": {}})

    def _subscribe(self, call: Call) -> Reply:
        given = call.json() or {}
        account = (given.get("filter") or {}).get("user_id")
        if given.get("webhook_id") not in {hook.id for hook in self.hooks}:
            return invalid("webhook_id: unknown webhook")
        if account != self.account["id"] and given.get("event_type") in PRIVATE:
            return fail(403, "Forbidden", "The user has not authorized this app.")
        row = {"subscription_id": self.next_id(), **given}
        if any(_is_same(row, known) for known in self.subscriptions):
            return invalid("DuplicateSubscriptionFailed: the subscription exists")
        self.subscriptions.append(row)
        return Reply(200, {"data": {"subscription": row}})

    def report(self, kind: str, payload: dict[str, Any], **includes: Any) -> dict[str, Any]:
        """Return an event of the Activity API, and deliver it to the webhooks that want it."""
        event = {"event_uuid": self.next_id(), "event_type": kind, "payload": payload}
        event["filter"] = {"user_id": self.account["id"]}
        if includes:
            event["includes"] = includes
        for row in self.subscriptions:
            hook = next(hook for hook in self.hooks if hook.id == row["webhook_id"])
            if row["event_type"] == kind and row["filter"]["user_id"] == self.account["id"]:
                self.send_event(hook, event)
        return event

    def send_event(self, hook: Hook, event: dict[str, Any]) -> int:
        """Deliver an event, unless the webhook is invalid: then it can be replayed later."""
        if not hook.valid:
            self.missed.append((hook.id, event))
            return 0
        body = json.dumps({"data": event}).encode()
        headers = {"X-Twitter-Webhooks-Signature-OAuth2": self.sign(body)}
        return self.deliver(hook.url, body, {**headers, "Content-Type": "application/json"})

    def subscribe_all(self, url: str) -> None:
        """Have a webhook as a tested connection has it."""
        hook = Hook(self.next_id(), url)
        self.hooks = [hook]
        account = {"user_id": self.account["id"]}
        row = {"filter": account, "webhook_id": hook.id}
        kinds = (*PRIVATE, "post.create", "post.delete")
        self.subscriptions = [{"event_type": kind, **row} for kind in kinds]

    def run_replays(self) -> int:
        """Deliver what was missed, as ordered. Return how many events that were."""
        missed, self.missed = self.missed, []
        wanted = {replay["webhook_id"] for replay in self.replays}
        hooks = {hook.id: hook for hook in self.hooks}
        for hook_id, event in missed:
            if hook_id in wanted:
                self.send_event(hooks[hook_id], event)
        return len(missed)

    def next_id(self) -> str:
        """Return an ID above all others, as X's are."""
        self.last_id += 1
        return str(self.first_number + self.last_id)


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("event_type", "filter", "webhook_id"))
