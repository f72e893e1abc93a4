"""What was promised for a request, explained to its customer: no internal clocks, no names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sla.models import Clock, ClockEntry, ClockKind
from tests.cast import Cast
from tests.portal.conftest import SignIn, user_of
from tickets.models import Ticket


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(at=timezone.now())


def read(client: Client, ticket: Ticket, status: int = 200) -> str:
    answer = client.get(f"/rocket/portal/requests/{ticket.number}/times/")
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_the_customer_reads_how_the_time_is_counted(as_customer: Client, ticket: Ticket) -> None:
    page = read(as_customer, ticket)
    assert "First response within 8 business hours (12x5)" in page
    assert '<th scope="row" colspan="4">Target</th> <td class="run-number">8h</td>' in page
    request = as_customer.get(f"/rocket/portal/requests/{ticket.number}/").content.decode()
    assert f"/rocket/portal/requests/{ticket.number}/times/" in request


def test_internal_clocks_are_never_shown(as_customer: Client, ticket: Ticket) -> None:
    promised = [kind for kind in ClockKind if kind.is_promised]
    started = ClockEntry.objects.get(clock__ticket=ticket)
    first = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE)
    for kind in ClockKind:
        if kind == ClockKind.FIRST_RESPONSE:
            continue
        fields = {field.attname: getattr(first, field.attname) for field in Clock._meta.fields}
        copy = Clock.objects.create(**fields | {"id": None, "kind": kind})
        ClockEntry.objects.create(
            desk_id=copy.desk_id, clock=copy, kind="started", at=started.at, data=started.data
        )
    page = read(as_customer, ticket)
    for kind in ClockKind:
        assert (f'id="clock-{kind.value}"' in page) is (kind in promised), kind


def test_without_a_target_the_page_says_so(in_rocket: Cast, sign_in: SignIn) -> None:
    ticket = in_rocket.open_ticket(contact=in_rocket.stranger, at=timezone.now())
    page = read(sign_in(user_of(in_rocket.stranger)), ticket)
    assert "No response time is promised" in page


def test_strangers_and_other_accounts_find_nothing(
    in_rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    for contact in (in_rocket.elsewhere, in_rocket.stranger):
        read(sign_in(user_of(contact)), ticket, status=404)


def test_a_pause_says_what_it_waits_for(as_customer: Client, ticket: Ticket) -> None:
    clock = Clock.objects.get(ticket=ticket)
    paused = timezone.now()
    pauses = [[paused.isoformat(), None, "waiting_for_customer"]]
    data = {"reason": "waiting_for_customer", "pauses": pauses}
    ClockEntry.objects.create(
        desk_id=clock.desk_id, clock=clock, kind="paused", at=paused, data=data
    )
    Clock.objects.filter(pk=clock.pk).update(paused_at=paused + timedelta())
    page = read(as_customer, ticket)
    assert "Waiting for your reply" in page or "Paused, with" in page
    assert "Waiting for the customer" not in page
