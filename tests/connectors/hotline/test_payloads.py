"""Freshcaller's payloads as calls. No database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels_intake.connections.contract import Incoming, Report, UnreadableError
from channels_intake.connectors.hotline.payloads import read_event, read_statuses, read_users
from channels_intake.telephone.facts import Call, CallState, list_items, read_call

PAYLOADS = Path(__file__).parent / "payloads"


def load(name: str) -> dict[str, Any]:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def read(payload: object) -> Call:
    return read_event(json.dumps(payload).encode(), country="1")


def test_a_new_call_rings_and_names_the_caller_and_the_agent() -> None:
    call = read(load("on_call_create"))
    assert (call.id, call.number, call.line) == ("135", "+11234568791", "+12133701559")
    assert (call.state, call.agent, call.is_incoming) == (CallState.RINGING, "139694", True)
    assert call.started_at == datetime.fromtimestamp(1583839686, UTC)


def test_a_call_that_is_over_has_a_duration_and_a_recording() -> None:
    call = read(load("on_call_update_ended"))
    assert (call.state, call.seconds, call.name) == (CallState.ENDED, 192, "Ines Duarte")
    assert call.recording == "/api/v1/calls/135/recording"


def test_an_outgoing_call_opens_no_ticket() -> None:
    call = read(load("polled_outgoing"))
    assert not call.is_incoming
    assert call.number == "+5581986590000"
    assert call.name == ""
    assert [type(item) for item in list_items(call)] == [Report]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"bill_duration": None}, CallState.RINGING),
        ({"bill_duration": 0}, CallState.MISSED),
        ({"bill_duration": 0, "recording": {"id": 1}}, CallState.VOICEMAIL),
    ],
)
def test_without_an_agent_a_call_rings_is_missed_or_left_a_voicemail(
    changes: dict[str, Any], state: CallState
) -> None:
    payload = load("on_call_update_ended")
    call = payload["data"]["call"]
    call |= {"recording": None} | changes
    del call["participants"][1]
    assert read(payload).state == state


def test_a_voicemail_is_a_message_of_the_caller_with_its_file() -> None:
    payload = load("on_call_update_ended")
    del payload["data"]["call"]["participants"][1]
    opening, voicemail, report = list_items(read(payload))
    assert isinstance(opening, Incoming)
    assert isinstance(voicemail, Incoming)
    assert isinstance(report, Report)
    assert voicemail.conversation_id == opening.conversation_id == "call:135"
    assert [file.name for file in voicemail.files] == ["voicemail-135.mp3"]
    assert report.files == ()


def test_two_callers_without_a_number_are_two_people() -> None:
    first, second = load("on_call_create"), load("on_call_create")
    for number, payload in enumerate((first, second)):
        payload["data"]["call"]["id"] = 500 + number
        payload["data"]["call"]["participants"][0]["caller_number"] = "+266696687"
    people = [list_items(read(payload))[0].person.external_id for payload in (first, second)]  # type: ignore[union-attr] # Incoming
    assert people == ["withheld:500", "withheld:501"]


def test_a_call_survives_being_stored() -> None:
    call = read(load("on_call_update_ended"))
    assert read_call(json.loads(json.dumps(call.to_data()))) == call


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"event": "onAgentUpdate", "data": {}}',
        b'{"event": "onCallCreate", "data": {"call": {}}}',
        b'{"event": "onCallCreate", "data": {"call": {"id": 1}}, "timestamp": "soon"}',
        b'{"call": {"id": {}, "created_time": "2026-11-18T13:00:00Z"}}',
    ],
)
def test_what_is_no_call_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_event(body, country="")


def test_users_and_their_states() -> None:
    pages = [{"users": [{"id": 7, "email": "Ana@Rocket.Example"}, {"id": 8}, "?"]}]
    assert read_users(pages) == {"7": "ana@rocket.example"}
    statuses = [
        {"user_id": 1, "available": True, "status": "available"},
        {"user_id": 2, "available": False, "on_call": True},
        {"user_id": 3, "available": False, "status": "offline"},
        {"user_id": 4, "status": "ACW"},
    ]
    expected = {"1": True, "2": True, "3": False, "4": True}
    assert read_statuses({"user_statuses": statuses}) == expected


def test_a_duration_beyond_all_numbers_is_none() -> None:
    body = b'{"call": {"id": 1, "created_time": "2026-11-18T13:00:00Z", "bill_duration": 1e400}}'
    assert read_event(body, country="").seconds is None
