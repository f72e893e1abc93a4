"""Changed ladders: they end with a reason, and open tickets follow in slices, without a storm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from sla import replanning
from sla.ladders import acknowledge
from sla.ladders.changing import Effect, end_runs, follow_change
from sla.ladders.following import is_settled, list_tickets
from sla.ladders.terms import load_ladders
from sla.models import Action, Ladder, LadderRun, LadderStep, Replan, Target
from sla.replanning import BATCH, apply_replans
from tests.cast import NOON, Cast
from tests.ladders.helpers import (
    AFTER,
    BEFORE,
    MINUTE,
    SILENCE,
    add_ladder,
    list_events,
    list_steps_taken,
    sweep,
    sweep_until,
)
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import CloseReason, Ticket, TicketEvent
from tickets.queueing import Queue
from tickets.sentences.ladders import LadderEnding
from tickets.services import change_priority, close
from tickets.timeline import describe_event

DUE = NOON + 8 * 60 * MINUTE  # the first response of a ticket opened at NOON
LATE = DUE + 180 * MINUTE


def change(cast: Cast, make: Callable[[], object], at: datetime) -> Effect | None:
    """Change ladders as the admin pages do."""
    before = load_ladders(cast.desk.pk)
    make()
    effect = follow_change(before, desk_id=cast.desk.pk, by=Actor.of(cast.admin), at=at)
    cast.desk.refresh_from_db()
    return effect


def apply_all(cast: Cast, at: datetime) -> None:
    while apply_replans(desk_id=cast.desk.pk, at=at):
        pass


def turn_off(name: str = "Urgent") -> Callable[[], object]:
    return lambda: Ladder.objects.filter(name=name).update(is_active=False)


def list_endings(ticket: Ticket) -> list[str]:
    return [event.data["why"] for event in list_events(ticket, EventKind.LADDER_ENDED)]


def test_a_new_ladder_starts_on_open_tickets(in_rocket: Cast) -> None:
    tickets = [in_rocket.open_ticket() for _ in range(3)]
    closed = in_rocket.open_ticket()
    by = Actor.of(in_rocket.analyst)
    close(ticket_id=closed.pk, reason=CloseReason.SPAM, by=by, at=NOON)
    assert change(in_rocket, lambda: add_ladder(in_rocket), NOON) == Effect(3, is_capped=False)
    apply_all(in_rocket, NOON)
    runs = LadderRun.objects.order_by("ticket_id")
    assert [run.ticket_id for run in runs] == [ticket.pk for ticket in tickets]
    assert {run.next_at for run in runs} == {DUE - 30 * MINUTE}
    replan = Replan.objects.get()
    assert (replan.cause, replan.subject, replan.moved, replan.failed) == ("ladder", "Urgent", 3, 0)


def test_another_quiet_applies_to_acknowledged_ladders(in_rocket: Cast) -> None:
    ladder = add_ladder(in_rocket)
    ticket, _other = in_rocket.open_ticket(), in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    acknowledge(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=DUE)

    def shorten() -> None:
        Ladder.objects.filter(pk=ladder.pk).update(resume_minutes=20)

    assert change(in_rocket, shorten, DUE) == Effect(1, is_capped=False)
    assert LadderRun.objects.get(ticket=ticket).next_at == DUE + 20 * MINUTE
    sweep(in_rocket, DUE + 20 * MINUTE)
    assert list_events(ticket, EventKind.LADDER_RESUMED)


def test_on_an_overdue_ticket_one_step_stands_for_those_it_missed(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    change(in_rocket, lambda: add_ladder(in_rocket), LATE)
    apply_all(in_rocket, LATE)
    sweep(in_rocket, LATE)
    assert list_steps_taken(ticket) == [(LATE, "page")]
    sweep_until(in_rocket, LATE, LATE + 15 * MINUTE)
    assert list_steps_taken(ticket)[1:] == [(LATE + 15 * MINUTE, "lead")]


def test_an_edited_step_moves_on_open_tickets(in_rocket: Cast) -> None:
    add_ladder(in_rocket)
    ticket = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    steps = LadderStep.objects.filter(action=Action.PAGE)
    assert change(in_rocket, lambda: steps.update(minutes=40), DUE + MINUTE) == Effect(1, False)
    apply_all(in_rocket, DUE + MINUTE)
    assert LadderRun.objects.get().next_at == DUE + 40 * MINUTE
    sweep_until(in_rocket, DUE, DUE + 40 * MINUTE)
    assert list_steps_taken(ticket)[2:] == [(DUE + 40 * MINUTE, "page")]


def test_steps_that_an_edit_moves_into_the_past_do_not_all_alert(in_rocket: Cast) -> None:
    hours = [(minutes, AFTER, Action.LEAD) for minutes in (240, 300, 360)]
    add_ladder(in_rocket, hours)
    ticket = in_rocket.open_ticket()
    steps = LadderStep.objects.all()
    change(in_rocket, lambda: steps.update(minutes=5), LATE)
    apply_all(in_rocket, LATE)
    sweep(in_rocket, LATE)
    assert len(list_steps_taken(ticket)) == 1


def test_a_deadline_that_moves_into_the_past_alerts_once(in_rocket: Cast) -> None:
    add_ladder(in_rocket, [(60, BEFORE, Action.ASSIGNEE), (0, AFTER, Action.LEAD)])
    low, high = in_rocket.priorities["Low"], in_rocket.priorities["High"]
    Target.objects.filter(priority=low).update(amount=4800)
    in_rocket.desk.refresh_from_db()
    ticket = in_rocket.open_ticket(priority=low)
    by = Actor.of(in_rocket.analyst)
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=LATE)
    sweep(in_rocket, LATE)
    assert len(list_steps_taken(ticket)) == 1


def test_removed_steps_let_the_ladder_go_on_with_its_next_round(in_rocket: Cast) -> None:
    ladder = add_ladder(in_rocket)
    ticket = in_rocket.open_ticket()
    sweep_until(in_rocket, DUE - 30 * MINUTE, DUE + 10 * MINUTE)
    keep = ladder.steps.order_by("position")[:2].values_list("pk", flat=True)
    gone = ladder.steps.exclude(pk__in=list(keep))
    at = DUE + 11 * MINUTE
    change(in_rocket, gone.delete, at)
    apply_all(in_rocket, at)
    sweep_until(in_rocket, at, DUE + 40 * MINUTE)
    assert list_steps_taken(ticket)[3:] == [(DUE + 40 * MINUTE, "assignee")]
    assert list_events(ticket)[-1].data["round"] == 2


def test_an_edit_leaves_an_acknowledged_ladder_quiet(in_rocket: Cast) -> None:
    add_ladder(in_rocket)
    in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    LadderRun.objects.update(acknowledged_at=DUE, next_at=DUE + 30 * MINUTE)
    steps = LadderStep.objects.filter(action=Action.PAGE)
    assert change(in_rocket, lambda: steps.update(minutes=1), DUE) == Effect(0, is_capped=False)
    assert LadderRun.objects.get().next_at == DUE + 30 * MINUTE


def test_a_change_that_moves_no_ticket_leaves_no_work(in_rocket: Cast) -> None:
    add_ladder(in_rocket)
    in_rocket.open_ticket()
    assert change(in_rocket, lambda: None, NOON) is None
    renamed = Ladder.objects.all()
    assert change(in_rocket, lambda: renamed.update(name="New name"), NOON) == Effect(0, False)
    assert not Replan.objects.exists()


def test_a_ladder_that_was_turned_off_ends_at_once_and_the_history_says_by_whom(
    in_rocket: Cast,
) -> None:
    add_ladder(in_rocket)
    alerted = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    silent = in_rocket.open_ticket(at=DUE)
    change(in_rocket, turn_off(), DUE + MINUTE)
    assert not LadderRun.objects.exists()
    [event] = list_events(alerted, EventKind.LADDER_ENDED)
    assert event.actor_id == in_rocket.admin.pk
    told = describe_event(event, in_rocket.desk)
    assert told == "The escalation ended: Admin turned off Urgent."
    assert not list_events(silent, EventKind.LADDER_ENDED)


def test_a_deleted_ladder_ends_with_an_event(in_rocket: Cast) -> None:
    ladder = add_ladder(in_rocket)
    ticket = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    assert end_runs([ladder.pk], LadderEnding.DELETED, Actor.of(in_rocket.admin), DUE) == 1
    ladder.delete()
    [event] = list_events(ticket, EventKind.LADDER_ENDED)
    assert describe_event(event, in_rocket.desk) == "The escalation ended: Admin deleted Urgent."


def test_the_next_ladder_that_fits_takes_over(in_rocket: Cast) -> None:
    add_ladder(in_rocket, position=1)
    second = add_ladder(in_rocket, [(60, AFTER, Action.LEAD)], name="Second", position=2)
    ticket = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    assert change(in_rocket, turn_off(), DUE) == Effect(1, is_capped=False)
    apply_all(in_rocket, DUE)
    run = LadderRun.objects.get()
    assert (run.ladder_id, run.next_at) == (second.pk, DUE + 60 * MINUTE)
    assert list_endings(ticket) == ["turned_off"]


def test_another_order_moves_tickets_and_says_so(in_rocket: Cast) -> None:
    first = add_ladder(in_rocket, position=1)
    add_ladder(in_rocket, [(60, AFTER, Action.LEAD)], name="Second", position=2)
    ticket = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    same = Ladder.objects.filter(pk=first.pk)
    change(in_rocket, lambda: same.update(position=3), DUE)
    apply_all(in_rocket, DUE)
    assert LadderRun.objects.get().ladder.name == "Second"
    assert list_endings(ticket) == ["left"]


def test_hundreds_of_tickets_follow_once_each_beside_a_killed_worker(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3 * BATCH):
        in_rocket.open_ticket()
    change(in_rocket, lambda: add_ladder(in_rocket), LATE)
    settle, settled = replanning.settle_ticket, []

    class KilledError(BaseException):
        """The worker process ends here."""

    def die(ticket_id: int, at: datetime) -> None:
        settled.append(ticket_id)
        if len(settled) == BATCH + 5:
            raise KilledError
        settle(ticket_id, at)

    with monkeypatch.context() as patch:
        patch.setattr(replanning, "settle_ticket", die)
        with pytest.raises(KilledError):
            apply_all(in_rocket, LATE)
    assert LadderRun.objects.count() == BATCH  # whole slices only
    apply_all(in_rocket, LATE)
    apply_all(in_rocket, LATE)
    sweep(in_rocket, LATE)
    taken = TicketEvent.objects.filter(kind=EventKind.LADDER_STEP.value)
    counts = Counter(taken.values_list("ticket_id", flat=True))
    assert len(counts) == 3 * BATCH
    assert set(counts.values()) == {1}
    assert Replan.objects.get().moved == 3 * BATCH


def test_the_number_of_queries_of_a_preview_does_not_grow_with_the_tickets(
    in_rocket: Cast,
) -> None:
    add_ladder(in_rocket)
    asked = []
    for _round in range(2):
        for _ in range(5):
            in_rocket.open_ticket()
        first = LadderStep.objects.filter(action=Action.ASSIGNEE)
        first.update(minutes=40 + len(asked))  # a new version: the settings are read again
        with CaptureQueriesContext(connection) as queries:
            tickets = list(list_tickets(in_rocket.desk.pk))
            assert not any(is_settled(ticket, NOON) for ticket in tickets)
        asked.append(len(queries))
    assert asked[1] <= asked[0]


def test_open_tickets_follow_in_the_class_for_bulk_work() -> None:
    assert replanning.APPLY.queue == Queue.BULK


def test_another_desks_tickets_do_not_follow(in_rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        other = matter.open_ticket()
    change(in_rocket, lambda: add_ladder(in_rocket), NOON)
    apply_all(in_rocket, NOON)
    with desk_scope(matter.desk):
        assert apply_replans(desk_id=matter.desk.pk, at=NOON) == 0
        assert not LadderRun.objects.filter(ticket=other).exists()


def test_a_ticket_whose_settings_were_read_before_a_deletion_is_opened_all_the_same(
    in_rocket: Cast,
) -> None:
    ladder = add_ladder(in_rocket, [(0, AFTER, Action.LEAD), (5, SILENCE, Action.LEAD)])
    in_rocket.open_ticket()  # reads the settings of this version
    ladder.delete()
    ticket = in_rocket.open_ticket()
    assert Ticket.objects.filter(pk=ticket.pk).exists()
    assert not LadderRun.objects.exists()
