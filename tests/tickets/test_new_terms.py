"""Another plan or status of an account moves its undone tickets and plans their clocks anew (M36, M50)."""

from __future__ import annotations

from datetime import timedelta

from accounts.followers import tell_new_terms
from accounts.models import Account, Plan
from sla.models import Clock, Target
from tests.cast import NOON, Cast
from tickets.log import Kind
from tickets.models import Ticket
from tickets.services import reply

LATER = NOON + timedelta(hours=1)


def change(cast: Cast, **terms: object) -> None:
    Account.objects.filter(pk=cast.account.pk).update(**terms)
    tell_new_terms(cast.desk.pk, [cast.account.pk], LATER)


def test_a_faster_plan_brings_the_deadline_forward_from_the_clocks_own_start(in_rocket: Cast) -> None:
    plus = Plan.objects.create(desk=in_rocket.desk, name="Plus")
    Target.objects.create(
        desk=in_rocket.desk,
        plan=plus,
        priority=in_rocket.default_priority,
        minutes=120,
        calendar=in_rocket.calendar,
    )
    ticket = in_rocket.open_ticket()
    change(in_rocket, plan=plus)
    assert Clock.objects.get(ticket=ticket).due_at == NOON + timedelta(hours=2)
    assert ticket.events.get(kind=Kind.TERMS_CHANGED).data["terms"]["plan"] == "Plus"


def test_a_customer_who_becomes_a_trial_moves_to_that_department_with_the_reason(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    assignee = ticket.assignee
    change(in_rocket, status="trial")
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.department, ticket.assignee) == (in_rocket.departments["trials"], assignee)
    assert ticket.route_reasons[0] == "acme.example Inc. has the status Active trial."
    assert ticket.events.filter(kind=Kind.DEPARTMENT_CHANGED).count() == 2


def test_without_a_plan_the_clock_stands_still_and_with_one_again_it_runs(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    change(in_rocket, plan=None)
    assert Clock.objects.get(ticket=ticket).stopped_at == LATER
    change(in_rocket, plan=in_rocket.plan)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.stopped_at, clock.due_at) == (None, LATER + timedelta(hours=8))


def test_answered_closed_and_unproven_tickets_stay_as_they_are(in_rocket: Cast) -> None:
    answered, unproven = in_rocket.open_ticket(), in_rocket.open_ticket(is_unverified=True)
    reply(ticket_id=answered.pk, agent=in_rocket.analyst, text="Hello", at=NOON, then="closed")
    change(in_rocket, status="trial")
    for ticket in (answered, unproven):
        assert not ticket.events.filter(kind=Kind.TERMS_CHANGED).exists()
