"""A chat user is recognized by an email address that the chat verified, and by nothing less."""

from __future__ import annotations

from typing import Any

import pytest

from channels_intake.models import ChatConnection, ChatPerson
from channels_intake.tasks import look_up_chat_user
from channels_intake.team_chat.composing import mention_agent
from channels_intake.team_chat.people import find_agent, look_up_person
from tests.cast import NOON, Cast
from tests.team_chat.conftest import connect, know
from tests.team_chat.fakes import ChatFake, serve_chat


def describe(kind: str, email: str, *, is_verified: bool = True) -> dict[str, Any]:
    """A user as the chat describes them."""
    if kind == "mattermost":
        return {"id": "u1", "username": "ana", "email": email, "email_verified": is_verified}
    if kind == "rocketchat":
        emails = [{"address": email, "verified": is_verified}]
        return {"_id": "u1", "username": "ana", "emails": emails}
    profile = {"email": email}
    return {"id": "u1", "name": "ana", "profile": profile, "is_email_confirmed": is_verified}


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
def test_a_verified_address_of_an_agent_is_enough(
    in_rocket: Cast, chat: ChatFake, kind: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind)
    chat.users["u1"] = describe(kind, in_rocket.analyst.user.email.upper())
    look_up_chat_user(desk_id=in_rocket.desk.pk, connection_id=connection.pk, user_id="u1")
    assert find_agent(connection, "u1") == in_rocket.analyst
    person = ChatPerson.objects.get()
    assert (person.user_name, person.source) == ("ana", "email")


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
def test_an_unverified_address_is_not(in_rocket: Cast, chat: ChatFake, kind: str) -> None:
    connection = connect(in_rocket, chat, kind=kind)
    chat.users["u1"] = describe(kind, in_rocket.analyst.user.email, is_verified=False)
    assert look_up_person(connection_id=connection.pk, user_id="u1", at=NOON) is None


def test_a_customer_or_another_desks_agent_is_no_agent_here(
    in_rocket: Cast, matter: Cast, chat: ChatFake
) -> None:
    connection = connect(in_rocket, chat)
    for email in (in_rocket.customer.email, "analyst@matter.example", "nobody@else.example"):
        chat.users["u1"] = describe("mattermost", email)
        assert look_up_person(connection_id=connection.pk, user_id="u1", at=NOON) is None


def test_an_admins_entry_is_never_replaced(in_rocket: Cast, chat: ChatFake) -> None:
    connection = connect(in_rocket, chat)
    know(in_rocket, chat.url, in_rocket.analyst, "other")
    chat.users["u1"] = describe("mattermost", in_rocket.analyst.user.email)
    assert look_up_person(connection_id=connection.pk, user_id="u1", at=NOON) is None
    assert find_agent(connection, "other") == in_rocket.analyst


def test_another_servers_admin_claims_no_agent(in_rocket: Cast, chat: ChatFake) -> None:
    """An admin of a second server can give anyone there an agent's user ID, and address."""
    connection = connect(in_rocket, chat)
    know(in_rocket, chat.url, in_rocket.analyst, "u1")
    with serve_chat() as other:
        second = connect(in_rocket, other, name="Partners")
        assert find_agent(second, "u1") is None
        other.users["u1"] = describe("mattermost", in_rocket.analyst.user.email)
        assert look_up_person(connection_id=second.pk, user_id="u1", at=NOON) is None
        other.users["u1"] = describe("mattermost", in_rocket.level_two.user.email)
        assert look_up_person(connection_id=second.pk, user_id="u1", at=NOON)
    assert find_agent(second, "u1") == in_rocket.level_two
    assert find_agent(connection, "u1") == in_rocket.analyst
    assert mention_agent(in_rocket.level_two, connection) == "Level Two"


@pytest.mark.parametrize(
    ("fields", "webhook", "server"),
    [
        ({"server_url": "https://Chat.Example.com/team/"}, "", "chat.example.com"),
        ({}, "https://chat.example.com:8443/hooks/1", "chat.example.com:8443"),
        ({"server_url": "https://slack.com"}, "", "slack.com"),
        ({}, "https://hooks.slack.com/services/T1/B1/1", "slack.com"),
        ({}, "", ""),
        ({"server_url": "https://[chat"}, "", ""),
    ],
)
def test_a_channels_server_is_the_host_of_its_chat(
    fields: dict[str, str], webhook: str, server: str
) -> None:
    connection = ChatConnection(**fields)
    connection.enter_secrets(webhook_url=webhook)
    assert connection.server == server


def test_a_chat_that_does_not_know_the_user_or_is_down_changes_nothing(
    in_rocket: Cast, chat: ChatFake
) -> None:
    connection = connect(in_rocket, chat)
    assert look_up_person(connection_id=connection.pk, user_id="u1", at=NOON) is None
    connection.server_url = "http://127.0.0.1:1"
    connection.save()
    assert look_up_person(connection_id=connection.pk, user_id="u1", at=NOON) is None


def test_looking_up_twice_leaves_one_row(in_rocket: Cast, chat: ChatFake) -> None:
    connection = connect(in_rocket, chat)
    chat.users["u1"] = describe("mattermost", in_rocket.analyst.user.email)
    for _ in range(2):
        look_up_chat_user(desk_id=in_rocket.desk.pk, connection_id=connection.pk, user_id="u1")
    assert ChatPerson.objects.count() == 1
    assert len(chat.asked) == 1
