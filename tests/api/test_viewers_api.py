"""Marks on a ticket over the API: programs show who is there and typing, and see the others."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings

from tests.agent.conftest import SignIn
from tests.api.setups import list_fields, send
from tests.cast import Cast
from tests.departments import close_department


@pytest.fixture(autouse=True)
def _fresh() -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def test_agents_see_each_other_and_what_they_type(in_rocket: Cast, sign_in: SignIn) -> None:
    path = f"tickets/{in_rocket.open_ticket().number}/viewers/"
    analyst, colleague = (sign_in(agent.user) for agent in (in_rocket.analyst, in_rocket.colleague))
    assert send(colleague, "get", path).json()["results"] == []
    assert send(analyst, "put", f"{path}me/", {"doing": "reply"}).json()["results"] == []
    name = {"kind": "agent", "id": in_rocket.analyst.pk, "name": in_rocket.analyst.name}
    [seen] = send(colleague, "get", path).json()["results"]
    assert seen == {"agent": name, "doing": "reply"}
    [mine] = send(colleague, "put", f"{path}me/", {}).json()["results"]
    assert mine == seen
    send(analyst, "put", f"{path}me/", {"doing": ""})  # stopped typing
    assert send(colleague, "get", path).json()["results"] == [{"agent": name, "doing": ""}]
    [other] = send(analyst, "get", path).json()["results"]
    assert other["agent"]["id"] == in_rocket.colleague.pk
    assert send(analyst, "delete", f"{path}me/").status_code == 200
    assert send(colleague, "get", path).json()["results"] == []
    assert list_fields(send(analyst, "put", f"{path}me/", {"doing": "sleep"})) == ["doing"]


def test_nobody_else_is_on_a_ticket(in_rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    ticket = in_rocket.open_ticket()
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    path = f"tickets/{ticket.number}/viewers/"
    for person in (in_rocket.colleague, in_rocket.customer, matter.analyst):
        client = sign_in(person.user)
        assert send(client, "get", path).status_code == 404
        assert send(client, "put", f"{path}me/", {}).status_code == 404
        assert send(client, "delete", f"{path}me/").status_code == 404
    assert send(sign_in(in_rocket.observer.user), "put", f"{path}me/", {}).status_code == 403
    assert send(sign_in(in_rocket.analyst.user), "get", path).json()["results"] == []
