"""Another plan or status of an account moves its undone tickets and plans their clocks anew (M36, M50)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.followers import notify_terms_changed
from accounts.models import Account, Plan
from accounts.sweeps import repeat_until_empty
from accounts.tenancy import desk_scope
from sla.models import Clock, Target
from tests.cast import NOON, Cast
from tickets.events import EventKind
from tickets.models import NewTerms, Ticket, TicketEvent
from tickets.reasons import describe_reason
from tickets.services import reply, terms
from tickets.services.terms import apply_new_terms
from tickets.tasks import apply_terms_of_desk, sweep_new_terms

LATER = NOON + timedelta(hours=1)


def change(cast: Cast, **terms: object) -> None:
    """Other terms at LATER; the worker comes an hour after that."""
    Account.objects.filter(pk=cast.account.pk).update(**terms)
    notify_terms_changed(cast.desk.pk, [cast.account.pk], LATER)
    repeat_until_empty(apply_new_terms, desk_id=cast.desk.pk, at=LATER + timedelta(hours=1))
    assert not NewTerms.objects.exists()


def test_a_faster_plan_brings_the_deadline_forward_from_the_clocks_own_start(
    in_rocket: Cast,
) -> None:
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
    assert ticket.events.get(kind=EventKind.TERMS_CHANGED).data["terms"]["plan"] == "Plus"


def test_a_customer_who_becomes_a_trial_moves_to_that_department_with_the_reason(
    in_rocket: Cast,
) -> None:
    ticket = in_rocket.open_ticket()
    assignee = ticket.assignee
    change(in_rocket, status="trial")
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.department, ticket.assignee) == (in_rocket.departments["trials"], assignee)
    assert describe_reason(ticket.route_reasons[0]) == (
        "acme.example Inc. has the status Active trial."
    )
    assert ticket.events.filter(kind=EventKind.DEPARTMENT_CHANGED).count() == 2


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
        assert not ticket.events.filter(kind=EventKind.TERMS_CHANGED).exists()


def mark(cast: Cast, **new: object) -> None:
    Account.objects.filter(pk=cast.account.pk).update(**new)
    notify_terms_changed(cast.desk.pk, [cast.account.pk], LATER)


def followed() -> list[int]:
    return list(
        TicketEvent.objects.filter(kind=EventKind.TERMS_CHANGED)
        .order_by("pk")
        .values_list("ticket", flat=True)
    )


def test_the_change_itself_costs_the_same_however_many_tickets_there_are(in_rocket: Cast) -> None:
    costs = []
    for _ in range(2):
        in_rocket.open_ticket()
        with CaptureQueriesContext(connection) as asked:
            mark(in_rocket, status="trial")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 5


def test_many_follow_in_batches_each_once_and_on_from_where_a_batch_failed(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "BATCH", 2)
    tickets = [in_rocket.open_ticket().pk for _ in range(5)]
    mark(in_rocket, status="trial")
    assert apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER) == 2
    with monkeypatch.context() as patch:
        patch.setattr(terms, "_apply_to", _die_at(tickets[3]))
        with pytest.raises(RuntimeError):
            apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER)
    assert followed() == tickets[:2]
    assert apply_terms_of_desk(desk_id=in_rocket.desk.pk) >= 3
    assert followed() == tickets
    assert apply_terms_of_desk(desk_id=in_rocket.desk.pk) == 0


def _die_at(ticket_id: int) -> Any:
    real = terms._apply_to

    def follow(pk: int, mark: NewTerms) -> None:
        if pk == ticket_id:
            raise RuntimeError
        real(pk, mark)

    return follow


def test_a_task_that_does_not_get_through_asks_for_another(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr("tickets.tasks.send_task", lambda name, *, desk_id: rung.append(desk_id))
    monkeypatch.setattr(terms, "BATCH", 1)
    monkeypatch.setattr(
        "tickets.tasks.repeat_until_empty",
        lambda batch, **given: repeat_until_empty(batch, **given, most=2),
    )
    tickets = [in_rocket.open_ticket().pk for _ in range(3)]
    mark(in_rocket, status="trial")
    assert apply_terms_of_desk(desk_id=in_rocket.desk.pk) == 2
    assert rung == [in_rocket.desk.pk]
    apply_terms_of_desk(desk_id=rung.pop())
    assert (followed(), rung) == (tickets, [])


def test_a_ticket_of_afterwards_has_the_new_terms_already_and_follows_nothing(
    in_rocket: Cast,
) -> None:
    before = in_rocket.open_ticket()
    mark(in_rocket, status="trial")
    in_rocket.customer.refresh_from_db()
    after = in_rocket.open_ticket()
    assert after.department == in_rocket.departments["trials"]
    sweep_new_terms()
    assert followed() == [before.pk]


def test_a_second_change_on_the_way_begins_anew(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "BATCH", 1)
    first, second = in_rocket.open_ticket(), in_rocket.open_ticket()
    mark(in_rocket, status="trial")
    apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER)
    mark(in_rocket, status="community")
    sweep_new_terms()
    assert followed() == [first.pk, first.pk, second.pk]
    assert {t.department for t in Ticket.objects.all()} == {in_rocket.departments["community"]}


def test_the_other_desk_is_left_alone(in_rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket()
        mark(matter, status="trial")
    assert apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER) == 0
    with desk_scope(matter.desk):
        assert NewTerms.objects.exists()
    sweep_new_terms()
    with desk_scope(matter.desk):
        assert len(followed()) == 1
