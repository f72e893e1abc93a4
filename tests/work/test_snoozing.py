"""An agent snoozes a ticket: out of their own lists until a time, a reply or their own word."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.agent.work.presets import list_presets
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import QueueRow, Snooze, Ticket
from tickets.services import NewMessage, add_customer_message, add_note, assign, close
from tickets.work.snoozing import leave_out_snoozed, snooze_ticket, wake_ticket
from tickets.work.waking import wake_agents

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with inside(rocket):
        return rocket.open_ticket()


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.analyst.user)


def is_listed(cast: Cast, ticket: Ticket, *, at: datetime, agent: str = "analyst") -> bool:
    rows = QueueRow.objects.filter(pk=ticket.pk)
    return leave_out_snoozed(rows, getattr(cast, agent), at=at).exists()


def page_of(ticket: Ticket, act: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{act}"


def test_a_snooze_lasts_until_its_time_for_one_agent(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        before = ticket.due_at
        given = {"ticket_id": ticket.pk, "agent": rocket.analyst}
        snooze_ticket(until=NOON + 2 * HOUR, at=NOON, **given)
        assert not is_listed(rocket, ticket, at=NOON + HOUR)
        assert is_listed(rocket, ticket, at=NOON + HOUR, agent="colleague")
        assert is_listed(rocket, ticket, at=NOON + 2 * HOUR)
        assert Ticket.objects.get(pk=ticket.pk).due_at == before
        snooze_ticket(until=NOON + 3 * HOUR, at=NOON, **given)
        assert Snooze.objects.get().until == NOON + 3 * HOUR


def test_the_customers_message_wakes_everyone(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        for agent in (rocket.analyst, rocket.colleague):
            snooze_ticket(ticket_id=ticket.pk, agent=agent, until=None, at=NOON)
        assert not is_listed(rocket, ticket, at=NOON + 100 * HOUR)
        automatic = NewMessage("Out of office", "email", is_automatic=True)
        given = {"ticket_id": ticket.pk, "contact": rocket.customer}
        add_customer_message(new=automatic, at=NOON + HOUR, **given)
        assert Snooze.objects.count() == 2
        add_customer_message(new=NewMessage("Any news?", "email"), at=NOON + HOUR, **given)
        assert not Snooze.objects.exists()


def test_a_change_can_wake_only_those_it_is_about(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        for agent in (rocket.analyst, rocket.colleague):
            snooze_ticket(ticket_id=ticket.pk, agent=agent, until=None, at=NOON)
        change = Change.open(ticket.pk, by=Actor.of(rocket.lead), at=NOON)
        wake_agents(change, [rocket.colleague.pk])
        change.save()
        assert Snooze.objects.get().agent == rocket.analyst


def test_a_mention_in_a_note_wakes_the_mentioned_agent(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        for agent in (rocket.analyst, rocket.colleague):
            snooze_ticket(ticket_id=ticket.pk, agent=agent, until=None, at=NOON)
        text = f"@{rocket.colleague} please look"
        add_note(ticket_id=ticket.pk, agent=rocket.lead, text=text, at=NOON + HOUR)
        assert Snooze.objects.get().agent == rocket.analyst


def test_an_agent_wakes_a_ticket_once(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        given = {"ticket_id": ticket.pk, "agent": rocket.analyst}
        snooze_ticket(until=None, at=NOON, **given)
        assert wake_ticket(at=NOON + HOUR, **given)
        assert not wake_ticket(at=NOON + HOUR, **given)
        assert ticket.events.filter(kind=EventKind.SNOOZE_ENDED).count() == 1
        assert not Snooze.objects.exists()


@pytest.mark.parametrize("until", [NOON, NOON - HOUR, NOON + timedelta(days=400)])
def test_a_time_in_the_past_or_too_far_is_refused(
    rocket: Cast, ticket: Ticket, until: datetime
) -> None:
    with inside(rocket), pytest.raises(InvalidValueError):
        snooze_ticket(ticket_id=ticket.pk, agent=rocket.analyst, until=until, at=NOON)


def test_a_closed_ticket_and_an_observer_snooze_nothing(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        given = {"ticket_id": ticket.pk, "until": None, "at": NOON}
        with pytest.raises(NotAllowedError):
            snooze_ticket(agent=rocket.observer, **given)
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
        with pytest.raises(ConflictError):
            snooze_ticket(agent=rocket.analyst, **given)


def test_presets_follow_the_agents_day_and_shifts() -> None:
    zone = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 11, 27, 10, 7, tzinfo=zone)
    found = {one.key: one.until for one in list_presets(friday, {0: time(7, 30)})}
    assert found == {
        "today": datetime(2026, 11, 27, 13, 7, tzinfo=zone),
        "tomorrow": datetime(2026, 11, 28, 9, tzinfo=zone),
        "week": datetime(2026, 11, 30, 7, 30, tzinfo=zone),
    }
    sunday_night = datetime(2026, 11, 29, 23, tzinfo=zone)
    assert [one.key for one in list_presets(sunday_night, {})] == ["tomorrow"]


def test_the_page_snoozes_and_wakes(rocket: Cast, client: Client, ticket: Ticket) -> None:
    form = client.get(page_of(ticket, "snooze/")).text
    assert "The customer replies" in form
    text = client.post(page_of(ticket, "snooze/"), {"when": "reply"}, follow=True).text
    assert "Snoozed until the customer replies" in text
    assert "End snooze" in text
    text = client.post(page_of(ticket, "snooze/end/"), follow=True).text
    assert "Snooze ended. The ticket is back in your lists." in unescape(text)
    assert "End snooze" not in text


def test_ones_own_list_leaves_it_out_and_another_list_has_it(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=rocket.analyst, by=Actor.of(rocket.lead), at=NOON)
    assert ticket.subject in client.get("/rocket/agent/?view=mine").text
    assert "view=snoozed" not in client.get("/rocket/agent/?view=mine").text
    client.post(page_of(ticket, "snooze/"), {"when": "reply"})
    text = client.get("/rocket/agent/?view=mine").text
    assert ticket.subject not in text
    assert "view=snoozed" in text
    assert ticket.subject in client.get("/rocket/agent/?view=snoozed").text
    assert ticket.subject in client.get("/rocket/agent/").text
    other = sign_in(rocket.colleague.user)
    assert ticket.subject not in other.get("/rocket/agent/?view=snoozed").text


def test_needs_reply_leaves_it_out_and_says_where_it_is(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    url = "/rocket/agent/?view=unanswered"
    assert ticket.subject in client.get(url).text
    client.post(page_of(ticket, "snooze/"), {"when": "reply"})
    text = client.get(url).text
    assert ticket.subject not in text
    assert "Your 1 snoozed ticket isn't listed here" in unescape(text)
    counts = client.get("/rocket/agent/views/counts/").json()["counts"]
    assert counts[url] == ""
    assert counts["/rocket/agent/?view=snoozed"] == "1"
    other = sign_in(rocket.colleague.user)
    assert ticket.subject in other.get(url).text
    assert other.get("/rocket/agent/views/counts/").json()["counts"][url] == "1"
    live = {"HX-Request": "true", "Live-Version": "0"}
    assert ticket.subject in other.get(url, headers=live).text
    assert ticket.subject not in client.get(url, headers=live).text
    with inside(rocket):
        Snooze.objects.update(until=NOON)
    assert ticket.subject in client.get(url).text


@pytest.mark.parametrize("until", ["", "2020-01-01T09:00", "soon"])
def test_another_time_must_be_one(client: Client, ticket: Ticket, until: str) -> None:
    given = {"when": "other", "until": until}
    response = client.post(page_of(ticket, "snooze/"), given)
    assert response.status_code == 422


def test_another_time_is_taken(rocket: Cast, client: Client, ticket: Ticket) -> None:
    until = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    client.post(page_of(ticket, "snooze/"), {"when": "other", "until": until})
    with inside(rocket):
        assert Snooze.objects.get().until is not None


@pytest.mark.parametrize("act", ["snooze/", "snooze/end/", "time/"])
def test_observers_and_outsiders_have_no_such_page(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn, act: str
) -> None:
    people = {rocket.observer: 403, matter.admin: 404, rocket.customer: 404}
    for person, status in people.items():
        assert sign_in(person.user).post(page_of(ticket, act)).status_code == status
