"""Events in a row are folded into one line of the conversation, which says the latest."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import NewMessage, add_customer_message, assign

HOUR = timedelta(hours=1)


def page_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/"


def hand_around(cast: Cast, ticket: Ticket, times: int, *, at: datetime = NOON) -> None:
    by = Actor.of(cast.lead)
    for turn in range(times):
        agent = cast.colleague if turn % 2 else cast.analyst
        assign(ticket_id=ticket.pk, agent=agent, by=by, at=at)


def test_three_events_in_a_row_are_one_line(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        hand_around(rocket, ticket, 4)

    text = client.get(page_of(ticket)).text
    assert text.count('class="event-run"') == 1
    assert "events. Latest: " in text
    latest = text.partition("events. Latest: ")[2].partition("<")[0]
    assert rocket.colleague.name in latest


def test_a_message_ends_a_run(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        hand_around(rocket, ticket, 4)
        new = NewMessage("More", "email")
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON + HOUR)
        hand_around(rocket, ticket, 4, at=NOON + 2 * HOUR)

    assert client.get(page_of(ticket)).text.count('class="event-run"') == 2


def test_the_head_names_the_next_clock_and_the_tier(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    bar = client.get(page_of(ticket)).text.partition('id="ticket-bar"')[2].partition("<button")[0]
    assert "First response" in bar
    assert "data-countdown" in bar
    assert ticket.account is not None
    assert ticket.account.plan is not None
    assert ticket.account.plan.name in bar


def test_a_change_updates_the_head(client: Client, ticket: Ticket) -> None:
    panel = client.get(f"{page_of(ticket)}panel/", headers={"HX-Request": "true"}).text
    assert '<div id="ticket-bar" hx-swap-oob="innerMorph">' in panel


def test_an_outsider_sees_no_head(matter: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    assert sign_in(matter.analyst.user).get(page_of(ticket)).status_code == 404
