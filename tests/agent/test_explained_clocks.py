"""The pages that explain a ticket's clocks: as of now, of a moment before, and replayed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from accounts.tenancy import desk_scope
from sla.hours import save_version
from sla.models import Clock, ClockEntry, Holiday
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import Emergency, Ticket, TicketEvent
from tickets.services import EmergencyReport, decide_emergency, reply, report_emergency

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def opened_at() -> datetime:
    """A Monday at 10:00 in Sao Paulo, two weeks ago or more."""
    now = timezone.now() - 14 * DAY
    monday = now - timedelta(days=now.weekday())
    return monday.replace(hour=13, minute=0, second=0, microsecond=0)


@pytest.fixture
def ticket(rocket: Cast, opened_at: datetime) -> Ticket:
    with desk_scope(rocket.desk):
        return rocket.open_ticket(at=opened_at)


def get_url(ticket: Ticket, **query: object) -> str:
    url = f"/rocket/agent/tickets/{ticket.number}/clocks/first_response/"
    return f"{url}?{urlencode(query)}" if query else url


def read(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_a_clock_is_explained_with_its_parts_and_replayed(client: Client, ticket: Ticket) -> None:
    page = read(client, get_url(ticket))
    assert "First response within 8 business hours (12x5), counted from Mon, " in page
    assert "overdue." in page
    assert '<th scope="row" colspan="4">Target</th> <td class="run-number">8h</td>' in page
    assert "everything matches" in page
    assert "12x5, version 1" in page


def test_as_of_a_moment_in_the_past_the_clock_still_runs(
    client: Client, ticket: Ticket, opened_at: datetime
) -> None:
    page = read(client, get_url(ticket, at=(opened_at + HOUR).isoformat()))
    assert "As of Mon, " in page
    assert "overdue." not in page
    left = '<th scope="row" colspan="4">Left</th> <td class="run-number">7h</td>'
    assert left in page
    # A time without an offset is in the reader's zone (UTC-3).
    assert left in read(client, get_url(ticket, at=f"{opened_at:%Y-%m-%dT}11:00:00"))


def test_before_its_start_a_clock_explains_nothing(
    client: Client, ticket: Ticket, opened_at: datetime
) -> None:
    page = read(client, get_url(ticket, at=(opened_at - HOUR).isoformat()))
    assert "started by Mon, " in page


@pytest.mark.parametrize(
    "query",
    [
        {"at": "2999-01-01T00:00"},
        {"at": "soon"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"run": "first"},
        {"run": "0"},
    ],
)
def test_a_moment_that_is_none_is_refused_and_the_clock_shown(
    client: Client, ticket: Ticket, query: dict[str, str]
) -> None:
    assert "counted from Mon, " in read(client, get_url(ticket, **query), status=422)


def test_a_reply_shows_what_was_left(
    client: Client, rocket: Cast, ticket: Ticket, opened_at: datetime
) -> None:
    with inside(rocket):
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try this.", at=opened_at + 2 * HOUR)
    page = read(client, get_url(ticket))
    assert "Met Mon, " in page
    assert "with 6h left on the clock" in page
    assert "(not needed)" in page


def test_a_holiday_is_named(
    client: Client, rocket: Cast, ticket: Ticket, opened_at: datetime
) -> None:
    with inside(rocket):
        day = (opened_at + DAY).date()
        Holiday.objects.create(
            desk=rocket.desk, calendar=rocket.calendar, date=day, name="Tiradentes"
        )
        save_version(rocket.calendar)
        later = rocket.open_ticket(at=opened_at + 7 * HOUR)
    page = read(client, get_url(later))
    assert "after the holiday Tiradentes" in page
    assert "Holiday: Tiradentes" in page
    assert "12x5, version 2" in page
    # The earlier ticket was counted by the version before, and still is.
    earlier = read(client, get_url(ticket))
    assert "Tiradentes" not in earlier
    assert "everything matches" in earlier


def test_a_clock_that_was_tampered_with_differs(
    client: Client, rocket: Cast, ticket: Ticket
) -> None:
    with inside(rocket):
        Clock.objects.filter(ticket=ticket).update(due_at=timezone.now())
    page = read(client, get_url(ticket))
    assert "everything matches" not in page
    assert "Deadline" in page


def test_unreadable_entries_are_shown_as_a_difference(
    client: Client, rocket: Cast, ticket: Ticket
) -> None:
    with inside(rocket):
        clock = Clock.objects.get(ticket=ticket)
        ClockEntry.objects.create(
            desk_id=clock.desk_id, clock=clock, kind="replanned", at=clock.started_at, data={}
        )
    assert "The entries can&#x27;t be read" in read(client, get_url(ticket))
    all_clocks = read(client, f"/rocket/agent/tickets/{ticket.number}/clocks/")
    assert "The entries of this clock can&#x27;t be read." in all_clocks


def test_the_list_has_a_sentence_for_each_clock(client: Client, ticket: Ticket) -> None:
    page = read(client, f"/rocket/agent/tickets/{ticket.number}/clocks/")
    assert "First response within 8 business hours" in page
    assert get_url(ticket) in page


def test_an_unknown_kind_is_not_found(client: Client, ticket: Ticket) -> None:
    read(client, f"/rocket/agent/tickets/{ticket.number}/clocks/coffee/", status=404)


def test_the_ticket_and_its_history_link_to_the_explanation(client: Client, ticket: Ticket) -> None:
    assert get_url(ticket) in read(client, f"/rocket/agent/tickets/{ticket.number}/")
    history = read(client, f"/rocket/agent/tickets/{ticket.number}/history/")
    assert f"{get_url(ticket)}?at=" in history


def test_agents_of_another_desk_find_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    stranger: User = matter.admin.user
    foreign = sign_in(stranger)
    read(foreign, get_url(ticket), status=404)
    with desk_scope(matter.desk):
        other = matter.open_ticket()
        TicketEvent.objects.filter(ticket=other).exists()
    own = get_url(other).replace("/rocket/", "/matter/")
    assert "First response" in read(foreign, own)
    if other.number != ticket.number:
        read(foreign, get_url(other), status=404)


def test_the_clock_of_an_accepted_emergency_is_explained(
    rocket: Cast, client: Client, opened_at: datetime
) -> None:
    """The decision ends the promise that the report made, and starts the next one."""
    with inside(rocket):
        ticket = rocket.open_ticket(at=opened_at)
        given = {"ticket_id": ticket.pk, "at": opened_at}
        report_emergency(**given, by=rocket.analyst, report=EmergencyReport("Nobody can log in"))
        emergency = Emergency.objects.get()
        Emergency.objects.filter(pk=emergency.pk).update(refusal={})
        at = opened_at + timedelta(minutes=10)
        decide_emergency(
            ticket_id=ticket.pk, agent=rocket.analyst, outcome="accepted", text="On it.", at=at
        )
    url = get_url(ticket).replace("first_response", "promised_update")
    page = read(client, url)
    assert "An update was promised on Mon, " in page
    assert "10:10 AM. Due Mon, " in page
    assert "11:10 AM, " in page
    assert "everything matches" in page
    first = read(client, f"{url}?run=1")
    assert "10:15 AM. Met " in first
    assert "with 5m left on the clock." in first
