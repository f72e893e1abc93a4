"""Response targets warn once before they are over and once when they are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import NOON, Cast
from tests.help_requests.helpers import HOUR, ask, deliver_all, make_group
from tickets.help_requests.answering import Outcome, answer_request
from tickets.help_requests.warning import warn_of_requests
from tickets.models import HelpRequest, HelpState, Notification, Ticket


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def asked(in_rocket: Cast, ticket: Ticket) -> HelpRequest:
    return ask(in_rocket, ticket, make_group(in_rocket))


def sweep(cast: Cast, at: datetime) -> int:
    return warn_of_requests(desk_id=cast.desk.pk, at=at)


def list_kinds(ticket: Ticket) -> list[str]:
    found = ticket.events.filter(kind__in=["help.warned", "help.overdue"]).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_a_warning_then_overdue_each_once(
    in_rocket: Cast, ticket: Ticket, asked: HelpRequest
) -> None:
    assert sweep(in_rocket, NOON + 2 * HOUR) == 0
    assert [sweep(in_rocket, NOON + 3 * HOUR) for _ in range(2)] == [1, 0]
    assert [sweep(in_rocket, NOON + 4 * HOUR) for _ in range(2)] == [1, 0]
    assert list_kinds(ticket) == ["help.warned", "help.overdue"]
    deliver_all(ticket)
    overdue = Notification.objects.filter(event__kind="help.overdue")
    assert {one.agent for one in overdue} == {in_rocket.level_two, in_rocket.analyst}
    warned = Notification.objects.filter(event__kind="help.warned")
    assert {one.agent for one in warned} == {in_rocket.level_two}


def test_after_an_outage_it_is_only_overdue(
    in_rocket: Cast, ticket: Ticket, asked: HelpRequest
) -> None:
    assert sweep(in_rocket, NOON + timedelta(days=2)) == 1
    assert sweep(in_rocket, NOON + timedelta(days=2)) == 0
    assert list_kinds(ticket) == ["help.overdue"]


def test_an_answered_request_warns_no_more(
    in_rocket: Cast, ticket: Ticket, asked: HelpRequest
) -> None:
    outcome = Outcome(HelpState.ANSWERED, text="8 GB")
    answer_request(help_id=asked.pk, agent=in_rocket.level_two, outcome=outcome, at=NOON)
    assert sweep(in_rocket, NOON + timedelta(days=2)) == 0
    assert list_kinds(ticket) == []
