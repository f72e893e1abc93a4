"""Filters that are added by typing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.agent.conftest import inside
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tickets.models import Tag, Ticket
from tickets.saved_views.saving import ViewValues, save_view

FILTERS = f"{QUEUE}filters/"


def offered(client: Client, typed: str, query: str = "") -> list[str]:
    text = client.get(FILTERS, {"add": typed, "list": query}).content.decode()
    return [unescape(value) for value in re.findall(r'value="([^"]*)"', text)]


def add(client: Client, typed: str, query: str = "") -> str:
    answer = (
        client.get(f"{QUEUE}?{query}", {"add": typed})
        if not query
        else client.get(f"{QUEUE}?{query}&add={typed}")
    )
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("wait", "Status: Waiting"),
        ("assignee me", "Assignee: Me"),
        ("sso", "Tag: sso"),
        ("acme", "Account: acme.example Inc."),
        ("Account: acme", "Account: acme.example Inc."),
        ("created 2026-11-02", "Created before: 2026-11-02"),
        ("german", "Language: German"),
        ("attach", "Has: Attachment"),
    ],
)
def test_what_is_typed_is_found_among_all_filters(
    rocket: Cast, client: Client, typed: str, text: str
) -> None:
    with inside(rocket):
        Tag.objects.create(desk=rocket.desk, name="sso")
    assert any(text in one for one in offered(client, typed)), offered(client, typed)


def test_suggestions_are_limited_and_know_the_view(client: Client) -> None:
    assert len(offered(client, "")) == 20
    assert offered(client, "assignee", "view=mine") == []


def test_a_suggestion_becomes_a_filter_of_the_url(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    assert add(client, "Channel: Email") == f"{QUEUE}?channel=email"
    assert add(client, "channel: email", "view=unassigned") == (
        f"{QUEUE}?view=unassigned&channel=email"
    )
    assert numbers(client, add(client, "Channel: Phone")) == []


def test_a_further_value_widens_a_filter_and_a_day_replaces_one(client: Client) -> None:
    assert add(client, "Level: Level 2", "level=l1") == f"{QUEUE}?level=l1%2Cl2"
    assert add(client, "Created before: 2026-11-02", "created_before=2026-11-01") == (
        f"{QUEUE}?created_before=2026-11-02"
    )


def test_a_filter_is_added_to_a_saved_view(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        values = ViewValues(name="Mail", conditions={"channel": "email"})
        view = save_view(values=values, by=rocket.analyst, at=NOON)
    assert add(client, "Level: Level 2", f"view={view.slug}") == (
        f"{QUEUE}?view={view.slug}&level=l2"
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("nonsense<b>", "No filter matches “nonsense<b>”."),
        ("status", "Several filters match “status”, such as “Status: "),
    ],
)
def test_what_means_nothing_or_too_much_is_said_and_kept(
    client: Client, ticket: Ticket, typed: str, sentence: str
) -> None:
    answer = client.get(QUEUE, {"add": typed})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<b>" not in text
    assert sentence in unescape(text)
    assert f'value="{typed}"' in unescape(text)
    assert f">RC-{ticket.number}<" in text


def test_names_of_another_desk_are_not_offered(rocket: Cast, matter: Cast, client: Client) -> None:
    with inside(matter):
        Tag.objects.create(desk=matter.desk, name="secretive")
    assert offered(client, "secretive") == []
    assert offered(client, matter.account.name) == []
    assert client.get(FILTERS, {"list": "view=s999"}).status_code == 404
