"""Agents log the time they spent on a ticket and correct their own entries of the day."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import Ticket, TimeEntry
from tickets.work.time_spent import Spent, correct_time, count_minutes, log_time


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with inside(rocket):
        return rocket.open_ticket()


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.analyst.user)


def page_of(ticket: Ticket, act: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{act}"


def test_entries_add_up_and_are_told_in_the_history(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        given = {"ticket_id": ticket.pk, "at": NOON}
        log_time(agent=rocket.analyst, spent=Spent(30, note=" Read  logs "), **given)
        entry = log_time(agent=rocket.colleague, spent=Spent(15, is_billable=True), **given)
        assert count_minutes(ticket) == 45
        correct_time(entry_id=entry.pk, agent=rocket.colleague, spent=Spent(20), at=NOON)
        assert count_minutes(ticket) == 50
        correct_time(entry_id=entry.pk, agent=rocket.colleague, spent=None, at=NOON)
        assert TimeEntry.objects.get().note == "Read logs"
        kinds = ticket.events.filter(kind__startswith="time.").order_by("pk")
        assert list(kinds.values_list("kind", "data__minutes")) == [
            ("time.logged", 30),
            ("time.logged", 15),
            ("time.changed", [15, 20]),
            ("time.removed", 20),
        ]


def test_only_ones_own_entry_of_the_day_can_be_changed(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        spent = Spent(30)
        entry = log_time(ticket_id=ticket.pk, agent=rocket.analyst, spent=spent, at=NOON)
        later = NOON + timedelta(days=1)
        for agent, at in ((rocket.lead, NOON), (rocket.analyst, later), (rocket.observer, NOON)):
            with pytest.raises(NotAllowedError):
                correct_time(entry_id=entry.pk, agent=agent, spent=None, at=at)
        correct_time(entry_id=entry.pk, agent=rocket.analyst, spent=None, at=NOON)
        with pytest.raises(ConflictError):
            correct_time(entry_id=entry.pk, agent=rocket.analyst, spent=None, at=NOON)


def test_another_desks_entry_is_not_there(rocket: Cast, matter: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        given = {"ticket_id": ticket.pk, "agent": rocket.analyst}
        entry = log_time(spent=Spent(5), at=NOON, **given)
    with inside(matter), pytest.raises(ConflictError):
        correct_time(entry_id=entry.pk, agent=matter.analyst, spent=None, at=NOON)


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_no_time_and_more_than_a_day_are_refused(
    rocket: Cast, ticket: Ticket, minutes: int
) -> None:
    given = {"ticket_id": ticket.pk, "agent": rocket.analyst, "at": NOON}
    with inside(rocket), pytest.raises(InvalidValueError):
        log_time(spent=Spent(minutes), **given)


@pytest.mark.parametrize(("typed", "minutes"), [("45", 45), ("1h 15m", 75), ("1.5h", 90)])
def test_the_form_takes_time_as_people_write_it(
    rocket: Cast, client: Client, ticket: Ticket, typed: str, minutes: int
) -> None:
    given = {"minutes": typed, "note": "Call", "is_billable": "on"}
    text = client.post(page_of(ticket, "time/"), given, follow=True).text
    assert "Time spent" in text
    with inside(rocket):
        entry = TimeEntry.objects.get()
        assert (entry.minutes, entry.note, entry.is_billable) == (minutes, "Call", True)
    page = client.get(page_of(ticket, "time/")).text
    assert "Call" in page
    assert f"time/{entry.pk}/" in page


def test_a_double_click_logs_the_time_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    page = client.get(page_of(ticket, "time/")).text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    for _click in range(2):
        client.post(page_of(ticket, "time/"), {"minutes": "30", "form_token": token})
    with inside(rocket):
        assert TimeEntry.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "0", "two days", "9999", "-5"])
def test_what_is_no_time_is_refused_and_kept(client: Client, ticket: Ticket, typed: str) -> None:
    response = client.post(page_of(ticket, "time/"), {"minutes": typed})
    assert response.status_code == 422
    assert f'value="{typed}"' in response.text or not typed


def test_an_entry_is_changed_and_removed_on_its_page(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    client.post(page_of(ticket, "time/"), {"minutes": "45"})
    with inside(rocket):
        entry = TimeEntry.objects.get()
    url = page_of(ticket, f"time/{entry.pk}/")
    other = sign_in(rocket.lead.user).get(url, follow=True).text
    assert "only your own time entries" in unescape(other)
    assert 'value="45m"' in client.get(url).text
    assert "Time entry changed." in client.post(url, {"minutes": "1h"}, follow=True).text
    assert "Time entry removed." in client.post(url, {"act": "remove"}, follow=True).text
    assert client.post(url, {"act": "remove"}).status_code == 404
