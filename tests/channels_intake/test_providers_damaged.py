"""Damaged payloads become an email or are rejected, quickly, with no other error."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from channels_intake.mime.envelope import Envelope
from channels_intake.mime.parsing import parse_message
from channels_intake.providers.form_data import UnreadableError
from channels_intake.providers.registry import translate
from tests.channels_intake.test_webhook_payloads import PAYLOADS, SHAPES
from tests.effort import run_within

ODD: list[Any] = [
    None,
    3,
    1e300,
    True,
    [],
    {},
    [[]],
    "",
    "\x00",
    "\ud800",
    "a\r\nBcc: x@y.example",
    "=?utf-8?b?=?=" * 50,
]
ROUNDS = 150


def read(provider: str, body: bytes, content_type: str) -> Envelope | None:
    """Return the envelope, or None for a payload that was refused."""
    try:
        mail = translate(provider, body, content_type)
    except UnreadableError:
        return None
    return parse_message(
        mail.raw, envelope_sender=mail.envelope_sender, authentication=mail.authentication
    )


def damage_bytes(body: bytes, chance: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        if chance.random() < 0.5:
            data[at] = chance.randrange(256)
        else:
            del data[at : at + chance.randint(1, 60)]
        if not data:
            return b""
    return bytes(data)


def damage_values(value: Any, chance: random.Random) -> Any:
    """Return the JSON with some of its values replaced by odd ones."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {key: damage_values(inner, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [damage_values(inner, chance) for inner in value]
    return value


@pytest.mark.parametrize(
    ("name", "path", "content_type", "verdict"), SHAPES, ids=[s[0] for s in SHAPES]
)
def test_damaged_bytes_give_a_mail_or_a_refusal(
    name: str, path: str, content_type: str, verdict: str
) -> None:
    provider, body, chance = path.split("/")[2], (PAYLOADS / name).read_bytes(), random.Random(name)
    assert read(provider, body, content_type) is not None
    damaged = [damage_bytes(body, chance) for _ in range(ROUNDS)]
    read_ones = run_within(ROUNDS, lambda: [read(provider, each, content_type) for each in damaged])

    assert any(read_ones)


@pytest.mark.parametrize("name", ["postmark.json", "postmark_raw.json", "mailjet.json"])
def test_values_of_the_wrong_kind_give_a_mail_or_a_refusal(name: str) -> None:
    data, chance = json.loads((PAYLOADS / name).read_bytes()), random.Random(name)
    provider = name.split(".")[0].split("_")[0]
    read_ones = [
        read(provider, json.dumps(damage_values(data, chance)).encode(), "application/json")
        for _ in range(ROUNDS)
    ]

    assert any(read_ones)


def test_line_breaks_in_a_providers_header_make_no_header() -> None:
    data = json.loads((PAYLOADS / "postmark.json").read_bytes())
    data["Subject"] = "Hi\r\nX-Plumbline-Desk: rocket\r\n\r\nbody"
    data["Headers"].append({"Name": "X-A", "Value": "b\nAuto-Submitted: auto-replied"})
    data["Headers"].append({"Name": "Auto-Submitted: auto-replied\r\nX", "Value": "y"})

    envelope = read("postmark", json.dumps(data).encode(), "application/json")

    assert envelope is not None
    assert not envelope.automatic
    assert envelope.subject == "Hi X-Plumbline-Desk: rocket body"


def test_a_delivery_report_stays_one_when_its_body_is_rebuilt() -> None:
    data = json.loads((PAYLOADS / "mailjet.json").read_bytes())
    data["Headers"]["Content-Type"] = ["multipart/report; report-type=delivery-status; boundary=x"]

    envelope = read("mailjet", json.dumps(data).encode(), "application/json")

    assert envelope is not None
    assert envelope.automatic == "bounce"


def test_a_verdict_that_could_be_the_senders_own_is_not_believed() -> None:
    body = (PAYLOADS / "mailgun.multipart").read_bytes()
    forged = body.replace(
        b'["X-Mailgun-Spf", "Pass"]', b'["X-Mailgun-Spf", "Fail"], ["X-Mailgun-Spf", "Pass"]'
    )
    forged = forged.replace(b'["X-Mailgun-Dkim-Check-Result", "Pass"]', b'["X-Other", "Pass"]')
    assert forged != body

    envelope = read("mailgun", forged, "multipart/form-data; boundary=mailgunboundary")

    assert envelope is not None
    assert envelope.authentication == "none"
