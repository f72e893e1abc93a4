"""Post emails to a running installation as a provider does, in Postmark's inbound format."""

from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any

from django.conf import settings


def basic_auth(secret: str | None = None) -> str:
    """Return the Authorization header that a provider sends."""
    credentials = f"inbound:{settings.INBOUND_SECRET if secret is None else secret}"
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def postmark_payload(
    *,
    sender: str,
    to: str,
    subject: str,
    message_id: str,
    text: str = "Hello.",
    html: str = "",
    headers: dict[str, str] | None = None,
    files: dict[str, bytes] | None = None,
) -> dict[str, Any]:
    """Return an inbound email as in https://postmarkapp.com/developer/webhooks/inbound-webhook."""
    all_headers = {"Message-ID": f"<{message_id}>", **(headers or {})}
    return {
        "From": sender,
        "FromFull": {"Email": sender, "Name": ""},
        "To": to,
        "ToFull": [{"Email": to, "Name": ""}],
        "OriginalRecipient": to,
        "Subject": subject,
        "MessageID": message_id,
        "TextBody": text,
        "HtmlBody": html,
        "Headers": [{"Name": name, "Value": value} for name, value in all_headers.items()],
        "Attachments": [
            {
                "Name": name,
                "Content": base64.b64encode(content).decode(),
                "ContentType": "application/octet-stream",
                "ContentLength": len(content),
            }
            for name, content in (files or {}).items()
        ],
    }


def post_mail(url: str, payload: dict[str, Any]) -> int:
    """Post a payload to the Postmark webhook of a running installation. Return the status."""
    request = urllib.request.Request(
        f"{url}/inbound/postmark/",
        data=json.dumps(payload).encode(),
        headers={"Content-Type": "application/json", "Authorization": basic_auth()},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return int(response.status)
