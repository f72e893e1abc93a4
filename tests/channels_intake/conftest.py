"""Emails and webhooks for the tests of channels_intake."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage
from channels_intake.outgoing.sending import send_due
from tests.cast import NOON
from tests.channels_intake.backends import Scripted
from tickets.deliveries import deliver_due

TRUSTED = "mx.tests.example"


def make_mail(
    sender: str = "customer@acme.example",
    to: str = "support@rocket.example",
    *,
    subject: str = "The server does not start",
    text: str = "Since this morning nothing works.",
    message_id: str = "<one@acme.example>",
    authentication: str = "pass",
    files: list[tuple[str, bytes]] | None = None,
    **headers: str,
) -> bytes:
    """Make a raw email. headers: by keyword, with _ for -.

    authentication: the trusted server's DMARC verdict.
    """
    mail = EmailMessage()
    if authentication in {"pass", "fail"}:
        domain = sender.rpartition("@")[2].strip(">")
        mail["Authentication-Results"] = f"{TRUSTED}; dmarc={authentication} header.from={domain}"
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files or []:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


@pytest.fixture(autouse=True)
def _trusted_server(settings: Any) -> None:
    settings.TRUSTED_AUTHSERV_IDS = frozenset({TRUSTED})


@pytest.fixture
def take_in(db: None) -> Callable[..., InboundMessage]:
    """Store a raw email and process it at once, as the task does. Returns the row afterwards."""

    def taken(
        raw: bytes, *, at: datetime = NOON, recipient: str = "", sender: str = ""
    ) -> InboundMessage:
        inbound = store_inbound(
            provider="raw",
            raw=raw,
            content_type="message/rfc822",
            at=at,
            envelope_recipient=recipient,
            envelope_sender=sender,
            enqueue=False,
        )
        process_inbound(inbound_id=inbound.pk, at=at)
        return reload(inbound)

    return taken


def reload(inbound: InboundMessage) -> InboundMessage:
    """Return the row as it is now, regardless of its desk."""
    with system_scope("look at a row in a test"):
        return InboundMessage.objects.select_related("ticket", "message").get(pk=inbound.pk)


@pytest.fixture
def post(db: None) -> Callable[..., Any]:
    """Post to a webhook with the right secret, or with the one given."""

    def posted(path: str, body: bytes, content_type: str, *, secret: str | None = None) -> Any:
        word = settings.INBOUND_SECRET if secret is None else secret
        headers = (
            {"authorization": "Basic " + base64.b64encode(f"inbound:{word}".encode()).decode()}
            if word
            else {}
        )
        return Client().post(path, data=body, content_type=content_type, headers=headers)

    return posted


def all_inbound() -> list[InboundMessage]:
    """Return every stored row of all desks, oldest first."""
    with system_scope("look at all rows in a test"):
        return list(InboundMessage.objects.order_by("pk").select_related("ticket", "message"))


@pytest.fixture
def run_mail(db: None) -> Callable[..., None]:
    """Run the followers of a desk and send what they composed, as the worker does."""

    def run(desk: Desk, *, at: datetime = NOON) -> None:
        with desk_scope(desk):
            deliver_due(desk_id=desk.pk, at=at)
            send_due(desk_id=desk.pk, at=at)

    return run


@pytest.fixture
def scripted(settings: Any) -> type[Scripted]:
    """Send email through a backend that refuses as scripted."""
    settings.EMAIL_BACKEND = "tests.channels_intake.backends.Scripted"
    Scripted.script.clear()
    Scripted.seen.clear()
    return Scripted
