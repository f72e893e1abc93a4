"""What open pages alert of: an agent's own notifications and, if they want, unassigned tickets."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.models import Agent
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.deliveries import deliver_due
from tickets.models import Ticket
from tickets.notify.choosing import Choices, get_choices, set_choices
from tickets.services import add_note

URL = "/rocket/agent/notifications/alerts/"


def choose(agent: Agent, **chosen: bool) -> None:
    set_choices(agent=agent, choices=Choices(get_choices(agent).ways, **chosen))


def ask(client: Client, marks: dict[str, int] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(URL, marks or {}).content)
    return found


def get_marks(found: dict[str, Any]) -> dict[str, int]:
    return {name: found[name] for name in ("notification", "ticket")}


def mention(cast: Cast, ticket: Ticket) -> None:
    text = f"@{cast.analyst.name} secret"
    add_note(ticket_id=ticket.pk, agent=cast.lead, text=text, at=NOON)
    deliver_due(desk_id=cast.desk.pk, at=NOON)


def test_alerts_are_off_until_they_are_chosen(client: Client) -> None:
    assert ask(client) == {"is_on": False}
    page = client.get("/rocket/agent/").content.decode()
    assert f'data-alerts-url="{URL}"' in page


def test_own_news_is_told_once_and_what_was_there_before_never(
    rocket: Cast, client: Client, sign_in: SignIn
) -> None:
    with inside(rocket):
        choose(rocket.analyst, plays_sound=True)
        choose(rocket.colleague, plays_sound=True)
        ticket = rocket.open_ticket(subject="Secret subject")
        mention(rocket, ticket)
    colleague = sign_in(rocket.colleague.user)
    first, of_colleague = ask(client), ask(colleague)
    assert first["news"] == []
    with inside(rocket):
        mention(rocket, ticket)
    found = ask(client, get_marks(first))
    (told,) = found["news"]
    assert (told["title"], told["body"]) == (ticket.reference, "You were mentioned in a note.")
    assert told["url"] == f"/rocket/agent/tickets/{ticket.number}/"
    assert ask(client, get_marks(found))["news"] == []
    assert ask(colleague, get_marks(of_colleague))["news"] == []


def test_unassigned_tickets_are_told_to_who_may_see_them_and_wants_it(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        choose(rocket.analyst, shows_alerts=True, alerts_unassigned=True)
        rocket.open_ticket()
    first = ask(client)
    assert first["ticket"] > 0
    with inside(rocket):
        free, taken = rocket.open_ticket(), rocket.open_ticket()
        Ticket.objects.filter(pk=free.pk).update(assignee=None)
        Ticket.objects.filter(pk=taken.pk).update(assignee=rocket.lead)
    found = ask(client, get_marks(first))
    assert [one["body"] for one in found["news"]] == ["New unassigned ticket."]
    assert found["news"][0]["title"] == free.reference
    with inside(rocket):
        choose(rocket.analyst, shows_alerts=True)
    assert ask(client, get_marks(first))["news"] == []
