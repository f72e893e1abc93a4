"""The documented payload of each provider, posted as the provider does, becomes the same ticket."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from accounts.tenancy import desk_scope
from channels_intake.incoming.reading import process_inbound
from channels_intake.models import InboundState
from channels_intake.providers.registry import list_recipients
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import all_inbound, reload
from tickets.models import Message, Ticket

PAYLOADS = Path(__file__).parent / "payloads"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=xYzZY"

SHAPES = [
    ("postmark.json", "/inbound/postmark/", "application/json; charset=utf-8", "pass"),
    ("postmark_raw.json", "/inbound/postmark/", "application/json; charset=utf-8", "pass"),
    (
        "mailgun.multipart",
        "/inbound/mailgun/",
        "multipart/form-data; boundary=mailgunboundary",
        "pass",
    ),
    ("mailgun_mime.urlencoded", "/inbound/mailgun/mime/", FORM, "pass"),
    ("sendgrid.multipart", "/inbound/sendgrid/", 'multipart/form-data; boundary="xYzZY"', "pass"),
    ("sendgrid_raw.multipart", "/inbound/sendgrid/", "multipart/form-data; boundary=xYzZY", "pass"),
    (
        "mailjet.json",
        "/inbound/mailjet/",
        "application/json",
        "none",
    ),  # Mailjet says nothing of SPF and DKIM
]
Post = Callable[..., Any]


def make_form(name: str, value: bytes) -> bytes:
    """Return a form with a field, and another one to be filled."""
    start = b'--xYzZY\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    return start % name.encode() + value + b"\r\n" + start % b"email" + b"%s\r\n--xYzZY--\r\n"


@pytest.mark.parametrize(
    ("name", "path", "content_type", "verdict"), SHAPES, ids=[s[0] for s in SHAPES]
)
def test_the_documented_payload_becomes_a_ticket(
    rocket: Cast, post: Post, name: str, path: str, content_type: str, verdict: str
) -> None:
    body = (PAYLOADS / name).read_bytes()

    assert post(path, body, content_type).status_code == 200

    (inbound,) = all_inbound()
    assert bytes(inbound.raw) == body
    assert inbound.content_type == content_type
    process_inbound(inbound_id=inbound.pk, at=NOON)
    inbound = reload(inbound)
    assert inbound.state == InboundState.PROCESSED, inbound.explanation
    assert inbound.authentication == verdict
    assert inbound.rfc_message_id == "cafe-0001@mail.acme.example"
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.subject == "The server does not start – again"
        assert ticket.contact == rocket.customer
        assert ticket.account == rocket.account
        message = Message.objects.get()
        assert message.body_text.splitlines()[0] == "Since this morning nothing works."
        assert "Grüße, Jürgen" in message.body_text
        assert "<b>nothing</b>" in message.body_html
        assert "Grüße, Jürgen" in message.body_html
        assert "script" not in message.body_html
        assert 'data-cid="shot@acme.example"' in message.body_html
        files = {file.name: file for file in message.attachments.all()}
        assert set(files) == {"shot.png", "log.pdf"}
        assert files["shot.png"].content_id.strip("<>") == "shot@acme.example"
        with files["log.pdf"].file.open("rb") as stored:
            assert stored.read() == b"%PDF-1.4\r\nlog\x00\xff bytes\r\n"


BROKEN = [b"", b"{", b"[]", b"null", b"\x00\xff\xfe", b"--xYzZY\r\n\r\n", b'{"Headers": 3}', b"a=b"]
PROVIDERS = {path: content_type for _, path, content_type, _ in SHAPES}


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_without_the_right_secret_nothing_is_stored(rocket: Cast, post: Post, secret: str) -> None:
    for name, path, content_type, _ in SHAPES:
        answer = post(path, (PAYLOADS / name).read_bytes(), content_type, secret=secret)

        assert answer.status_code == 403
    assert all_inbound() == []


@pytest.mark.parametrize(
    ("provider", "body", "content_type"),
    [
        ("postmark", b'{"OriginalRecipient": "help@rocket.example", "RawEmail": "%s"}', "json"),
        ("mailjet", b'{"Recipient": "help@rocket.example", "Text-part": "%s"}', "json"),
        ("mailgun", make_form("recipient", b"help@rocket.example"), MULTIPART),
        ("sendgrid", make_form("envelope", b'{"to": ["help@rocket.example"]}'), MULTIPART),
    ],
)
def test_the_recipient_of_an_email_with_large_files_is_known_before_it_is_read(
    provider: str, body: bytes, content_type: str
) -> None:
    """It waits in the share of its desk, not with all others that have files."""
    large = body % (b"A" * 20_000_000)
    assert list_recipients(provider, large, content_type) == ("help@rocket.example",)


@pytest.mark.parametrize("path", PROVIDERS)
def test_a_broken_body_with_the_right_secret_is_kept_and_fails(
    rocket: Cast, post: Post, path: str
) -> None:
    for body in BROKEN:
        assert post(path, body, PROVIDERS[path]).status_code == 200

    stored = all_inbound()
    assert [bytes(inbound.raw) for inbound in stored] == BROKEN
    for inbound in stored:
        process_inbound(inbound_id=inbound.pk, at=NOON)
        inbound = reload(inbound)
        assert inbound.state == InboundState.FAILED
        assert inbound.explanation


def test_mailguns_signature_is_checked_when_its_key_is_set(
    rocket: Cast, post: Post, settings: Any
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_WEBHOOK_SIGNING_KEY": "key-of-the-tests"}
    body = (PAYLOADS / "mailgun_mime.urlencoded").read_bytes()
    assert post("/inbound/mailgun/mime/", body, FORM).status_code == 403
    assert all_inbound() == []

    token, stamp = "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0", "1795006800"
    signature = hmac.new(
        b"key-of-the-tests", f"{stamp}{token}".encode(), hashlib.sha256
    ).hexdigest()
    signed = body.replace(b"signature=" + b"0" * 64, f"signature={quote(signature)}".encode())

    assert post("/inbound/mailgun/mime/", signed, FORM).status_code == 200
    assert len(all_inbound()) == 1


def test_without_a_secret_in_the_settings_every_post_is_refused(
    rocket: Cast, post: Post, settings: Any
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": None}

    assert post("/inbound/postmark/", b"{}", "application/json").status_code == 403
    assert all_inbound() == []
