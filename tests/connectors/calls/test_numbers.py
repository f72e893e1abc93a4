"""Telephone numbers as E.164, and the JSON of the call webhook. No database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels_intake.connections.contract import UnreadableError
from channels_intake.connectors.calls.payloads import read_event
from channels_intake.telephone.facts import CallState
from channels_intake.telephone.numbers import normalize_number

CALL = {
    "call_id": "CA-1",
    "direction": "incoming",
    "state": "ended",
    "number": "030 1234567",
    "line": "+12133701559",
    "agent": "Ana@rocket.example",
    "started_at": "2026-11-18T13:00:00Z",
    "at": "2026-11-18T13:03:12Z",
    "seconds": 192,
}


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+49 30 1234567", "", "+49301234567"),
        ("0049 30 1234567", "", "+49301234567"),
        ("+49 (0) 30 / 1234-567", "", "+49301234567"),
        ("030 1234567", "49", "+49301234567"),
        ("06 12345678", "39", "+390612345678"),
        ("(213) 370-1559", "1", "+12133701559"),
        ("030 1234567", "", ""),
        ("anonymous", "49", ""),
        ("+266696687", "", ""),
        ("+49", "", ""),
        ("+4930123456789012345", "", ""),
        ("٠١٢٣٤٥٦٧", "49", ""),
        ("", "49", ""),
        ("sip:ana@rocket.example", "49", ""),
    ],
)
def test_a_number_is_e164_or_none(text: str, country: str, expected: str) -> None:
    assert normalize_number(text, country=country) == expected


def test_a_call_of_the_webhook_is_read() -> None:
    call = read_event(json.dumps(CALL).encode(), country="49")
    assert (call.id, call.number, call.state) == ("CA-1", "+49301234567", CallState.ENDED)
    assert (call.agent, call.seconds) == ("ana@rocket.example", 192)


@pytest.mark.parametrize(
    "change",
    [
        {"call_id": ""},
        {"direction": "sideways"},
        {"state": "lost"},
        {"started_at": "yesterday"},
        {"at": "2026-11-18T13:03:12"},
        {"seconds": -1},
        {"seconds": "long"},
    ],
)
def test_a_call_with_a_broken_field_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        read_event(json.dumps(CALL | change).encode(), country="49")
