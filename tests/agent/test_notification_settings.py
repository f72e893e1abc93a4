"""The page on which an agent chooses their notifications."""

from __future__ import annotations

from django.test import Client

from accounts.models import Agent
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import NotificationChoice, Topic
from tickets.notify.choosing import Ways, get_choices

URL = "/rocket/agent/notifications/settings/"


def test_the_page_shows_the_defaults_and_keeps_the_choice(rocket: Cast, client: Client) -> None:
    page = client.get(URL).content.decode()
    assert "Someone mentions me in a note" in page
    assert client.post(URL, {"note-by_email": "on", "has_digest": "on"}).status_code == 303
    with inside(rocket):
        chosen = get_choices(Agent.objects.get(pk=rocket.analyst.pk))
    assert chosen.ways[Topic.NOTE] == Ways(in_page=False, by_email=True)
    assert chosen.ways[Topic.MENTION] == Ways(in_page=False, by_email=False)
    assert (chosen.waits_for_shift, chosen.has_digest) == (False, True)


def test_each_person_has_their_own(rocket: Cast, client: Client, sign_in: SignIn) -> None:
    client.post(URL, {})
    with inside(rocket):
        assert {row.agent for row in NotificationChoice.objects.all()} == {rocket.analyst}
    assert sign_in(rocket.observer.user).post(URL, {}).status_code == 303


def test_the_page_is_linked_from_the_menu_and_the_inbox(client: Client) -> None:
    assert client.get("/rocket/agent/notifications/").content.decode().count(URL) == 2
