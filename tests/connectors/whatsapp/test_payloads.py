"""What each payload of WhatsApp means: messages, and statuses of answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels_intake.connections.contract import (
    Deleted,
    Edited,
    ForeignError,
    Incoming,
    Item,
    Person,
    Progress,
    RemoteFile,
    UnreadableError,
)
from channels_intake.connections.registry import get_connector
from channels_intake.models import Connection, PartState
from tests.connectors.graph import load, make_connection, receive, translate

NUMBER, PERSON = "106540352242922", "US.13491208655302741918"
WAMID = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA="
SENT = datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC)


@pytest.fixture
def number() -> Connection:
    return make_connection("whatsapp", NUMBER)


def read(number: Connection, name: str) -> list[Item]:
    return translate(number, load("whatsapp", name))


def read_message(number: Connection, name: str) -> Incoming:
    [message] = read(number, name)
    assert isinstance(message, Incoming)
    return message


def test_a_person_is_known_by_the_business_scoped_id(number: Connection) -> None:
    assert read_message(number, "text") == Incoming(
        external_id=WAMID,
        conversation_id=PERSON,
        person=Person(PERSON, "Rosa Marques"),
        text="Does it come in another color?",
        at=SENT,
        data={"phone": "16505551234"},
    )


def test_a_hidden_phone_number_is_the_same_person(number: Connection) -> None:
    message = read_message(number, "hidden_number")
    assert (message.person.external_id, message.data) == (PERSON, {})


def test_without_any_id_nobody_can_be_answered(number: Connection) -> None:
    payload = load("whatsapp", "hidden_number")
    value = payload["entry"][0]["changes"][0]["value"]
    del value["contacts"], value["messages"][0]["from_user_id"]
    with pytest.raises(UnreadableError):
        translate(number, payload)


def test_the_phone_number_alone_still_names_a_person(number: Connection) -> None:
    payload = load("whatsapp", "text")
    value = payload["entry"][0]["changes"][0]["value"]
    del value["contacts"][0]["user_id"], value["messages"][0]["from_user_id"]
    [message] = translate(number, payload)
    assert isinstance(message, Incoming)
    assert message.person == Person("16505551234", "Rosa Marques")


@pytest.mark.parametrize(
    ("name", "text", "files"),
    [
        ("image", "Taj Mahal", [RemoteFile("1003383421387256", "image.jpg", "image/jpeg")]),
        ("document", "", [RemoteFile("1003383421387257", "contract.pdf", "application/pdf")]),
        ("sticker", "", [RemoteFile("1003383421387258", "sticker.webp", "image/webp")]),
        ("unsupported", "", []),
        ("button", "Cancel", []),
        ("contacts", "Barbara Johnson +1 650 555 7890", []),
        (
            "location",
            "Guggenheim Museum, 1071 5th Ave, New York, 40.782910059774, -73.959075808525",
            [],
        ),
    ],
)
def test_what_a_message_shows(
    number: Connection, name: str, text: str, files: list[RemoteFile]
) -> None:
    message = read_message(number, name)
    assert (message.text, list(message.files)) == (text, files)


def test_a_reaction_is_nothing_to_answer(number: Connection) -> None:
    assert read(number, "reaction") == []


def test_an_edit_and_a_revocation_are_of_the_first_message(number: Connection) -> None:
    assert read(number, "edit") == [Edited(WAMID, "Does it come in green?", SENT)]
    assert read(number, "revoke") == [Deleted(WAMID, SENT)]


@pytest.mark.parametrize("state", [PartState.SENT, PartState.DELIVERED, PartState.READ])
def test_a_status(number: Connection, state: PartState) -> None:
    at = datetime(2025, 6, 25, 13, 16, 24, tzinfo=UTC)
    assert read(number, state.value) == [Progress("wamid.out", PERSON, state, at)]


def test_a_failure_says_why(number: Connection) -> None:
    [failed] = read(number, "failed")
    assert isinstance(failed, Progress)
    assert failed.state == PartState.FAILED
    assert "more than 24 hours have passed" in failed.problem
    assert failed.problem.endswith("(131047)")


def test_each_status_is_an_event_of_its_own(number: Connection) -> None:
    names = ["sent", "delivered", "read", "text"]
    ids = [receive(number, load("whatsapp", name)).events[0].event_id for name in names]
    assert ids == [
        "status:wamid.out:sent",
        "status:wamid.out:delivered",
        "status:wamid.out:read",
        f"message:{WAMID}:",
    ]


def change_number(payload: Any) -> Any:
    payload["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    return payload


def test_an_event_of_another_number_names_it(number: Connection) -> None:
    [event] = receive(number, change_number(load("whatsapp", "text"))).events
    assert event.place == "999"
    with pytest.raises(ForeignError):
        get_connector("whatsapp").translate(number, event.raw)


def test_what_is_about_the_account_has_no_events(number: Connection) -> None:
    value = {"event": "ACCOUNT_UPDATE"}
    change = {"field": "account_update", "value": value}
    payload = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    assert receive(number, payload).events == ()
