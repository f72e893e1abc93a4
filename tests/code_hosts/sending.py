"""Events as the code hosts send them: payload, headers and signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from channels_intake.models import CodeHost
from tests.code_hosts.hosts_fake import REPOSITORY

PAYLOADS = Path(__file__).parent / "payloads"


def read_payload(name: str, *, repository: str = REPOSITORY) -> dict[str, Any]:
    """Return a vendor's example about the connected repository."""
    payload: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    if name.startswith("github."):
        payload["repository"]["full_name"] = repository
    else:
        payload["project"]["path_with_namespace"] = repository
    return payload


def sign_github(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def sign_gitlab(body: bytes, secret: str, message_id: str, timestamp: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def build_headers(
    host: CodeHost, name: str, body: bytes, *, delivery: str = "", at: datetime | None = None
) -> dict[str, str]:
    """Return the headers of a genuine request."""
    delivery = delivery or str(uuid4())
    if host.kind == "github":
        return {
            "X-GitHub-Event": name,
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": sign_github(body, host.webhook_secret),
        }
    timestamp = str(int((at or timezone.now()).timestamp()))
    return {
        "X-Gitlab-Event": name,
        "webhook-id": delivery,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign_gitlab(body, host.webhook_secret, delivery, timestamp),
    }


def post(
    host: CodeHost, headers: dict[str, str], body: bytes, *, desk: str = "rocket", token: str = ""
) -> int:
    """Post a request to the webhook. Return its status."""
    url = f"/{desk}/code-hosts/{token or host.hook_token}/"
    answer = Client(enforce_csrf_checks=True).post(
        url, body, content_type="application/json", headers=headers
    )
    return int(answer.status_code)


def send(host: CodeHost, name: str, payload: dict[str, Any], **more: Any) -> int:
    """Send a genuine event. Return the status of the response."""
    body = json.dumps(payload).encode()
    return post(host, build_headers(host, name, body, **more), body)
