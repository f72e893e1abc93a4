"""A reply token is for its person only: no page, download or stored text shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from channels_intake.mime.masking import MASK, mask_source, mask_tokens
from channels_intake.models import InboundMessage, InboundState, OutgoingEmail, ReplyToken
from channels_intake.outgoing.sending import send_due
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.deliveries import deliver_due
from tickets.models import Message, Ticket

TOKEN = "abcdefghijklmnopqrstuvwx27"
ADDRESS = f"support+{TOKEN}@rocket.example"
HIDDEN = f"support+{MASK}@rocket.example"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Reply-To: <{ADDRESS}>", f"Reply-To: <{HIDDEN}>"),
        (f"mailto:support%2B{TOKEN}@rocket.example", f"mailto:support%2B{MASK}@rocket.example"),
        (ADDRESS.upper(), f"SUPPORT+{MASK}@ROCKET.EXAMPLE"),
        (json.dumps({"MailboxHash": TOKEN}), json.dumps({"MailboxHash": MASK})),
        (f"support+{TOKEN[:9]}=\n{TOKEN[9:]}@rocket.example", HIDDEN),
        ("support+sales@rocket.example", "support+sales@rocket.example"),
        (f"{TOKEN}{TOKEN}", f"{TOKEN}{TOKEN}"),
        (f"QUJD{TOKEN}+/x", f"QUJD{TOKEN}+/x"),
    ],
)
def test_only_the_token_is_masked(text: str, shown: str) -> None:
    assert mask_tokens(text) == shown


def test_all_other_bytes_of_a_source_stay() -> None:
    every = bytes([*range(0, 256, 2), *range(1, 256, 2)])
    assert mask_source(every + ADDRESS.encode() + every) == every + HIDDEN.encode() + every


@pytest.fixture
def token(rocket: Cast, take_in: Callable[..., InboundMessage]) -> str:
    """Return the token of the customer, who replies to the receipt with an email that quotes it."""
    take_in(make_mail())
    with desk_scope(rocket.desk):
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        send_due(desk_id=rocket.desk.pk, at=NOON)
        token = ReplyToken.objects.get().token
    own = f"support+{token}@rocket.example"
    text = f"Still broken.\n\nOn Wed, Rocket <{own}> wrote:\n> We look into it."
    take_in(make_mail(to=own, message_id="<2@acme.example>", Cc=own.upper(), text=text))
    return token


def test_a_stored_reply_has_lost_it_and_the_raw_mail_keeps_it(rocket: Cast, token: str) -> None:
    with desk_scope(rocket.desk):
        answer = Message.objects.filter(contact=rocket.customer).latest("pk")
        kept = [answer.body_text, answer.quoted_text, answer.body_html, str(answer.remark_data)]
        raw = InboundMessage.objects.latest("pk").raw
    assert token.encode() in bytes(raw)
    assert MASK in answer.quoted_text
    assert not [text for text in kept if token in text.lower()]


def test_no_page_shows_it(rocket: Cast, token: str, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        mail = OutgoingEmail.objects.filter(state="sent").first()
        inbound = InboundMessage.objects.latest("pk")
        held = InboundMessage.objects.create(
            desk=rocket.desk, provider="raw", content_type="message/rfc822", raw=bytes(inbound.raw),
            sha256="1",
            received_at=NOON, next_try_at=NOON, state=InboundState.QUARANTINED,
            envelope_recipient=f"support+{token}@rocket.example",
        )  # fmt: skip
    assert mail is not None
    assert token in mail.reply_to
    observer, admin = sign_in(rocket.observer.user), sign_in(rocket.admin.user)
    pages = [
        read(observer, f"agent/tickets/{ticket.number}/"),
        read(observer, f"agent/mails/sent/{mail.pk}/"),
        read(observer, f"agent/mails/received/{inbound.pk}/"),
        read(admin, f"agent/quarantine/{held.pk}/"),
        read(admin, f"admin/channels_intake/outgoingemail/{mail.pk}/change/"),
        read(admin, f"admin/channels_intake/inboundmessage/{held.pk}/change/"),
        read(sign_in(rocket.manager.user), f"portal/requests/{ticket.number}/"),
    ]
    assert [token in page for page in pages] == [False] * len(pages)
    assert [MASK in page for page in pages[1:6]] == [True] * 5


def read(client: Client, path: str) -> str:
    answer = client.get(f"/rocket/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode().lower()
