"""The start page: what is due, who waits for a reply, mentions, handovers, and the day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from accounts.tenancy import desk_scope
from routing.models import Absence, Handover
from tests.agent.conftest import count_cost
from tests.cast import Cast
from tickets.actors import SYSTEM, Actor
from tickets.models import Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    assign,
    close,
    reopen,
    reply,
)

URL = "/rocket/agent/start/"


@pytest.fixture
def client(rocket: Cast, sign_in: object) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)  # type: ignore[operator,no-any-return] # a fixture


def open_ticket(cast: Cast, subject: str, agent: Agent) -> Ticket:
    ticket = cast.open_ticket(subject=subject, at=timezone.now())
    assign(ticket_id=ticket.pk, agent=agent, by=SYSTEM, at=timezone.now())
    return ticket


def read(client: Client) -> dict[str, str]:
    """Return the parts of the page by the key of their heading."""
    page = client.get(URL).content.decode()
    parts = page.split('aria-labelledby="start-')[1:]
    return {part.split('"', 1)[0]: part for part in parts}


def test_the_page_lists_what_is_due_and_who_waits(rocket: Cast, client: Client) -> None:
    with desk_scope(rocket.desk):
        open_ticket(rocket, "Mine and due", rocket.analyst)
        open_ticket(rocket, "Of a colleague", rocket.colleague)
    parts = read(client)
    assert "Mine and due" in parts["due"]
    assert "Mine and due" in parts["answered"]
    assert "Of a colleague" not in "".join(parts.values())


def test_who_has_a_reply_does_not_wait(rocket: Cast, client: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = open_ticket(rocket, "Answered", rocket.analyst)
        now = timezone.now()
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try this.", at=now)
    assert "Every one of your customers has a reply." in read(client)["answered"]


def test_a_mention_and_a_handover_are_shown(rocket: Cast, client: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = open_ticket(rocket, "Look here", rocket.colleague)
        text, now = f"@{rocket.analyst.name}", timezone.now()
        add_note(ticket_id=ticket.pk, agent=rocket.lead, text=text, at=now)
        Handover.objects.create(
            desk=rocket.desk,
            ticket=open_ticket(rocket, "Handed over", rocket.analyst),
            sender=rocket.colleague,
            receiver=rocket.analyst,
            cause="shift_end",
            created_at=now,
        )
    parts = read(client)
    assert "Look here" in parts["mentions"]
    assert "Handed over" in parts["handovers"]


def test_the_day_says_the_shift_and_absences(rocket: Cast, client: Client) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    with desk_scope(rocket.desk):
        Absence.objects.create(
            desk=rocket.desk,
            agent=rocket.analyst,
            kind="sick",
            start_at=tomorrow,
            end_at=tomorrow + timedelta(days=1),
        )
    day = read(client)["day"]
    assert "on shift" in day
    assert "from" in day


def test_only_leads_see_the_desks_quality(rocket: Cast, client: Client, sign_in: object) -> None:
    assert "quality" not in read(client)
    with desk_scope(rocket.desk):
        ticket = open_ticket(rocket, "Waits", rocket.colleague)
        now = timezone.now()
        by = Actor.of(rocket.colleague)
        reply(ticket_id=ticket.pk, agent=rocket.colleague, text="Try this.", at=now)
        close(ticket_id=ticket.pk, by=by, at=now)
        new = NewMessage(text="Still broken.", channel="email")
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=now)
    lead = sign_in(rocket.lead.user)  # type: ignore[operator] # a fixture
    parts = read(lead)
    assert '<dd class="stat-number">1</dd>' in parts["quality"]
    assert "Waits" in parts["waiting"]


def test_nothing_of_another_desk_or_a_hidden_department_is_shown(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    with desk_scope(matter.desk):
        open_ticket(matter, "Other desk", matter.analyst)
    assert "Other desk" not in client.get(URL).content.decode()


def test_many_tickets_cost_no_more_statements(rocket: Cast, client: Client) -> None:
    with desk_scope(rocket.desk):
        open_ticket(rocket, "One", rocket.analyst)
    few = count_cost(client, URL)
    with desk_scope(rocket.desk):
        for number in range(8):
            open_ticket(rocket, f"More {number}", rocket.analyst)
    assert count_cost(client, URL) == few
    assert few.statements <= 20
    parts = read(client)
    assert parts["due"].count('class="line-title"') == 6
    assert "Show all: Due next" in parts["due"]


def test_a_ticket_that_was_reopened_and_closed_again_counts(rocket: Cast, sign_in: object) -> None:
    with desk_scope(rocket.desk):
        ticket = open_ticket(rocket, "Back again", rocket.analyst)
        by, at = Actor.of(rocket.analyst), timezone.now()
        for act in (close, reopen, close):
            act(ticket_id=ticket.pk, by=by, at=at)
    lead = sign_in(rocket.lead.user)  # type: ignore[operator]  # a fixture
    reopened = read(lead)["quality"].split("<dt>Reopened</dt>")[1]
    assert '<dd class="stat-number">1</dd>' in reopened
