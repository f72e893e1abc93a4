"""The lead's board: queues, people on shift, breaches by hour. Leads and admins only."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Desk, Region
from helpdesk.agent.board.page import find_handovers
from helpdesk.agent.board.sql import select_hours
from routing.models import Handover, HandoverCause, Presence, Shift
from routing.presence import set_away
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.staff import add_turn, make_rota
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, Ticket, TicketEvent

BOARD = "/rocket/agent/board/"
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.lead.user)


def set_all_shifts(cast: Cast) -> None:
    """Only the analyst is on shift, around the clock."""
    Shift.objects.all().delete()
    for weekday in range(7):
        Shift.objects.create(
            desk=cast.desk,
            agent=cast.analyst,
            weekday=weekday,
            start_minute=0,
            end_minute=1440,
            time_zone="UTC",
        )


def test_queues_are_counted_by_department_and_level(rocket: Cast, lead: Client) -> None:
    now = timezone.now()
    with inside(rocket):
        tickets = [rocket.open_ticket(at=now - 3 * HOUR) for _ in range(3)]
        due = [now - HOUR, now + HOUR / 2, NO_DEADLINE]
        for ticket, at in zip(tickets, due, strict=True):
            Ticket.objects.filter(pk=ticket.pk).update(due_at=at)
        Ticket.objects.filter(pk=tickets[0].pk).update(assignee=None)
    text = " ".join(lead.get(BOARD).content.decode().split())
    row = text.split("<tbody>")[1].split("</tr>")[0]
    cells = [cell.split(">", 1)[1].split("<")[0].strip() for cell in row.split("<td")[1:]]
    assert cells[1:4] == ["3", "1", "3"]  # open, unassigned, without a reply
    assert cells[5:7] == ["1", "1"]  # due soon, breached
    assert ">3h</time>" in row


def test_people_on_shift_are_shown_with_their_load(rocket: Cast, lead: Client) -> None:
    with inside(rocket):
        set_all_shifts(rocket)
        Presence.objects.create(
            desk=rocket.desk, agent=rocket.analyst, last_active_at=timezone.now()
        )
        rocket.open_ticket()
    text = lead.get(BOARD).content.decode()
    people = text.split('<ul class="board-people">')[1].split("</ul>")[0]
    assert people.count("board-person") == 1
    assert "Analyst" in people
    assert "Available" in people
    assert "Load 1" in people


def test_missing_agents_come_first(rocket: Cast, lead: Client) -> None:
    with inside(rocket):
        Desk.objects.filter(pk=rocket.desk.pk).update(idle_minutes=30)
        now = timezone.now()
        Shift.objects.all().delete()
        start = (now - HOUR).astimezone(timezone.get_fixed_timezone(0))
        for agent in (rocket.analyst, rocket.colleague):
            Shift.objects.create(
                desk=rocket.desk,
                agent=agent,
                weekday=start.weekday(),
                start_minute=start.hour * 60 + start.minute,
                end_minute=(start.hour * 60 + start.minute + 480) % 1440 or 1440,
                time_zone="UTC",
            )
        Presence.objects.create(desk=rocket.desk, agent=rocket.analyst, last_active_at=now)
    text = lead.get(BOARD).content.decode()
    people = text.split('<ul class="board-people">')[1].split("</ul>")[0]
    assert people.index("Missing") < people.index("Available")
    assert people.index("Colleague") < people.index("Analyst")


def test_agents_on_call_off_shift_are_not_shown_as_available(rocket: Cast, lead: Client) -> None:
    with inside(rocket):
        Desk.objects.filter(pk=rocket.desk.pk).update(idle_minutes=30)
        Shift.objects.all().delete()
        rota = make_rota(rocket, rocket.analyst, rocket.colleague)
        add_turn(rota, rocket.analyst, timezone.now() - HOUR)
        other = make_rota(rocket, rocket.colleague, level="l2")
        add_turn(other, rocket.colleague, timezone.now() - HOUR)
        set_away(agent=rocket.colleague, is_away=True, at=timezone.now())
    text = lead.get(BOARD).content.decode()
    people = text.split('<ul class="board-people">')[1].split("</ul>")[0]
    analyst, colleague = people.split("</li>")[:2]
    assert "Analyst" in analyst
    assert "On call" in analyst
    assert "urgent tickets only" not in analyst
    assert "Away" in colleague
    assert "Available" not in people


def test_breaches_are_counted_by_the_hour_of_the_day(rocket: Cast, matter: Cast) -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    for cast, amount in ((rocket, 3), (matter, 1)):
        with inside(cast):
            ticket = cast.open_ticket()
            TicketEvent.objects.bulk_create(
                TicketEvent(
                    desk=cast.desk,
                    ticket=ticket,
                    kind=EventKind.SLA_BREACHED,
                    at=at - timedelta(days=day),
                    actor_kind="system",
                )
                for day in range(amount)
            )
    with inside(rocket):
        query = select_hours(
            rocket.desk.pk,
            since=at - timedelta(days=1, hours=1),
            until=NOON + HOUR * 999,
            zone="Asia/Tokyo",
        )
        [counted] = [one for one in query.fetch() if one.kind == EventKind.SLA_BREACHED]
    assert (counted.hour, counted.amount) == (8, 2)  # 23:30 UTC is 8:30 in Tokyo


def test_a_bar_shows_its_number_and_an_hour_without_one_has_no_bar(
    rocket: Cast, lead: Client
) -> None:
    at = timezone.now() - timedelta(days=1)
    with inside(rocket):
        ticket = rocket.open_ticket()
        TicketEvent.objects.bulk_create(
            TicketEvent(
                desk=rocket.desk,
                ticket=ticket,
                kind=EventKind.SLA_BREACHED,
                at=at,
                actor_kind="system",
            )
            for _ in range(3)
        )
    hours = lead.get(BOARD).content.decode().split('<ol class="board-hours"')[1]
    bars = [bar.split(">")[0] for bar in hours.split('class="board-bar"')[1:]]
    [breached] = [bar for bar in bars if 'data-series="breached"' in bar]
    assert 'data-count="3"' in breached
    assert 'data-height="20"' in breached


def test_the_hour_in_which_a_region_leaves_is_marked(in_rocket: Cast) -> None:
    Shift.objects.all().delete()
    region = Region.objects.create(desk=in_rocket.desk, name="Americas", time_zone="UTC")
    for agent, end in ((in_rocket.analyst, 17 * 60), (in_rocket.colleague, 18 * 60)):
        agent.region = region
        agent.save()
        for weekday in range(7):
            Shift.objects.create(
                desk=in_rocket.desk,
                agent=agent,
                weekday=weekday,
                start_minute=9 * 60,
                end_minute=end,
                time_zone="UTC",
            )
    in_rocket.desk.refresh_from_db()
    with timezone.override("UTC"):
        assert find_handovers(in_rocket.desk, NOON) == {17: "Americas"}  # not when the first leaves


def test_an_empty_desk_has_a_board(rocket: Cast, lead: Client) -> None:
    with inside(rocket):
        Shift.objects.all().delete()
    text = lead.get(BOARD).content.decode()
    assert "No open tickets" in text
    assert "No one is on shift" in text


def test_only_leads_and_admins_see_it(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    codes = {
        person: sign_in(person.user).get(BOARD).status_code
        for person in (rocket.analyst, rocket.observer, rocket.lead, rocket.admin, matter.lead)
    }
    assert list(codes.values()) == [403, 403, 200, 200, 404]
    assert "/agent/board/" in sign_in(rocket.lead.user).get("/rocket/agent/").content.decode()
    assert (
        "/agent/board/" not in sign_in(rocket.analyst.user).get("/rocket/agent/").content.decode()
    )


def test_unassigned_tickets_and_unclaimed_handovers_are_listed_with_their_reasons(
    rocket: Cast, lead: Client
) -> None:
    with inside(rocket):
        Shift.objects.all().delete()
        waiting, handed = rocket.open_ticket(subject="Waits"), rocket.open_ticket(subject="Handed")
        Ticket.objects.filter(pk=handed.pk).update(assignee=rocket.colleague)
        Handover.objects.create(
            desk=rocket.desk,
            ticket=handed,
            sender=rocket.analyst,
            receiver=rocket.colleague,
            cause=HandoverCause.SHIFT_END,
            created_at=timezone.now() - 2 * HOUR,
        )
    text = lead.get(BOARD).content.decode()
    unassigned = text.split('id="board-unassigned"')[1].split("</section>")[0]
    assert f"{waiting.reference} Waits" in unassigned
    assert "is on shift" in unassigned
    unclaimed = text.split('id="board-unclaimed"')[1].split("</section>")[0]
    assert f"{handed.reference} Handed" in unclaimed
    assert "From Analyst to Colleague" in unclaimed
    assert ">2h</time>" in unclaimed
