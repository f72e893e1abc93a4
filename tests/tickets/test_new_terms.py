"""New terms of an account: its open tickets change department and deadline (M36, M50)."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.followers import notify_terms_changed
from accounts.models import Account, Plan
from accounts.tenancy import desk_scope
from sla.models import Clock, Target
from tests.cast import NOON, Cast
from tickets.events import EventKind
from tickets.models import NewTerms, SweepFailure, Ticket, TicketEvent
from tickets.sentences.reasons import describe_reason
from tickets.services import reply, terms
from tickets.services.terms import apply_new_terms
from tickets.tasks import sweep_new_terms

LATER = NOON + timedelta(hours=1)


def change(cast: Cast, **terms: object) -> None:
    """Change the terms at LATER; the worker runs an hour after that."""
    Account.objects.filter(pk=cast.account.pk).update(**terms)
    notify_terms_changed(cast.desk.pk, [cast.account.pk], LATER)
    while apply_new_terms(desk_id=cast.desk.pk, at=LATER + timedelta(hours=1)):
        pass
    assert not NewTerms.objects.exists()


def test_a_faster_plan_moves_the_deadline_counted_from_the_clocks_own_start(
    in_rocket: Cast,
) -> None:
    plus = Plan.objects.create(desk=in_rocket.desk, name="Plus")
    Target.objects.create(
        desk=in_rocket.desk,
        plan=plus,
        priority=in_rocket.default_priority,
        amount=120,
        calendar=in_rocket.calendar,
    )
    ticket = in_rocket.open_ticket()
    change(in_rocket, plan=plus)
    assert Clock.objects.get(ticket=ticket).due_at == NOON + timedelta(hours=2)
    assert ticket.events.get(kind=EventKind.TERMS_CHANGED).data["terms"]["plan"] == "Plus"


def test_a_customer_who_becomes_a_trial_moves_to_trials_with_the_reason(
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


def test_the_clock_stops_without_a_plan_and_runs_with_one_again(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    change(in_rocket, plan=None)
    assert Clock.objects.get(ticket=ticket).stopped_at == LATER
    change(in_rocket, plan=in_rocket.plan)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.stopped_at, clock.due_at) == (None, LATER + timedelta(hours=8))


def test_closed_and_unverified_tickets_do_not_change(in_rocket: Cast) -> None:
    closed, unverified = in_rocket.open_ticket(), in_rocket.open_ticket(is_unverified=True)
    reply(ticket_id=closed.pk, agent=in_rocket.analyst, text="Hello", at=NOON, then="closed")
    change(in_rocket, status="trial")
    for ticket in (closed, unverified):
        assert not ticket.events.filter(kind=EventKind.TERMS_CHANGED).exists()


def mark_terms(cast: Cast, **new: object) -> None:
    Account.objects.filter(pk=cast.account.pk).update(**new)
    notify_terms_changed(cast.desk.pk, [cast.account.pk], LATER)


def list_changed() -> list[int]:
    return list(
        TicketEvent.objects.filter(kind=EventKind.TERMS_CHANGED)
        .order_by("pk")
        .values_list("ticket", flat=True)
    )


def test_the_change_itself_costs_the_same_for_any_number_of_tickets(in_rocket: Cast) -> None:
    costs = []
    for _ in range(2):
        in_rocket.open_ticket()
        with CaptureQueriesContext(connection) as asked:
            mark_terms(in_rocket, status="trial")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 5


def test_tickets_follow_in_batches_once_each_and_resume_where_one_failed(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "BATCH", 2)
    tickets = [in_rocket.open_ticket().pk for _ in range(5)]
    mark_terms(in_rocket, status="trial")
    assert apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER) == 2
    with monkeypatch.context() as patch:
        patch.setattr(terms, "_apply_to", _die_at(tickets[3]))
        assert apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER) == 0
    assert list_changed() == tickets[:2]
    assert SweepFailure.objects.get().last_error == "RuntimeError: "
    assert apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER) == 0, "the mark is set aside"
    minute = timedelta(minutes=1)
    while apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER + minute):
        pass
    assert list_changed() == tickets
    assert not SweepFailure.objects.exists()
    assert sweep_new_terms() == 0


def _die_at(ticket_id: int) -> Any:
    real = terms._apply_to

    def follow(pk: int, mark: NewTerms) -> None:
        if pk == ticket_id:
            raise RuntimeError
        real(pk, mark)

    return follow


def test_a_sweep_that_does_not_finish_queues_another(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(
        "tickets.queueing._send", lambda name, given, **options: queued.append(name)
    )
    monkeypatch.setattr(terms, "BATCH", 1)
    monkeypatch.setattr("accounts.sweeps.time.monotonic", itertools.count(step=0.6).__next__)
    tickets = [in_rocket.open_ticket().pk for _ in range(3)]
    mark_terms(in_rocket, status="trial")
    assert sweep_new_terms() == 2
    assert queued == [terms.APPLY_TERMS]
    while queued:
        queued.clear()
        sweep_new_terms()
    assert list_changed() == tickets


def test_a_later_ticket_has_the_new_terms_and_records_no_change(
    in_rocket: Cast,
) -> None:
    before = in_rocket.open_ticket()
    mark_terms(in_rocket, status="trial")
    in_rocket.customer.refresh_from_db()
    after = in_rocket.open_ticket()
    assert after.department == in_rocket.departments["trials"]
    sweep_new_terms()
    assert list_changed() == [before.pk]


def test_a_second_change_starts_over(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "BATCH", 1)
    first, second = in_rocket.open_ticket(), in_rocket.open_ticket()
    mark_terms(in_rocket, status="trial")
    apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER)
    mark_terms(in_rocket, status="community")
    sweep_new_terms()
    assert list_changed() == [first.pk, first.pk, second.pk]
    assert {t.department for t in Ticket.objects.all()} == {in_rocket.departments["community"]}


def test_another_desk_is_untouched(in_rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket()
        mark_terms(matter, status="trial")
    assert apply_new_terms(desk_id=in_rocket.desk.pk, at=LATER) == 0
    with desk_scope(matter.desk):
        assert NewTerms.objects.exists()
    sweep_new_terms()
    with desk_scope(matter.desk):
        assert len(list_changed()) == 1
