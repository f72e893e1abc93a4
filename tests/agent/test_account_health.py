"""The panel counts the tickets of the requester's account: open, overdue and recent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.departments import close_department
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def read_panel(client: Client, ticket: Ticket) -> str:
    return client.get(f"/rocket/agent/tickets/{ticket.number}/panel/").content.decode()


def test_open_overdue_and_recent_tickets_of_the_account_are_counted(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    now = timezone.now()
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(at=now)
        rocket.open_ticket(at=now - timedelta(days=30))
        rocket.open_ticket(at=now - timedelta(days=200))
        rocket.open_ticket(contact=rocket.elsewhere, at=now)
    with desk_scope(matter.desk):
        matter.open_ticket(at=now)
    panel = read_panel(sign_in(rocket.analyst.user), ticket)
    assert "3 open tickets" in panel
    assert "2 overdue" in panel
    assert "2 in the last 90 days" in panel
    assert f'href="/rocket/agent/?account={rocket.account.pk}"' in panel


def test_hidden_tickets_are_not_counted(rocket: Cast, sign_in: SignIn) -> None:
    now = timezone.now()
    trials = close_department(rocket, "trials", members=(rocket.analyst,))
    with desk_scope(rocket.desk):
        ticket, hidden = rocket.open_ticket(at=now), rocket.open_ticket(at=now)
        Ticket.objects.filter(pk=hidden.pk).update(department=trials, assignee=None)
    assert "1 open ticket<" in read_panel(sign_in(rocket.level_two.user), ticket)
    assert "2 open tickets" in read_panel(sign_in(rocket.analyst.user), ticket)


def test_a_ticket_without_an_account_counts_nothing(rocket: Cast, sign_in: SignIn) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(contact=rocket.stranger)
    assert "in the last 90 days" not in read_panel(sign_in(rocket.analyst.user), ticket)
