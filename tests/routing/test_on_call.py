"""On-call rotas: planned turns, who is on call, and swaps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Agent, AuditEntry
from accounts.places.local_times import find_instant
from accounts.tenancy import desk_scope
from routing import tasks
from routing.models import OnCallRota, OnCallSwap, OnCallTurn, TurnLength
from routing.staff.on_call import (
    decide_swap,
    list_on_call,
    offer_swap,
    plan_rota,
    replan_rota,
    withdraw_swap,
)
from routing.staff.rotas import RotaFacts, list_turns, order_from
from routing.tasks import plan_on_call
from tests.cast import NOON, Cast
from tests.races.threads import at_once
from tests.staff import add_absence, add_turn, make_rota
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import Notification
from tickets.notifications import describe_notification

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@given(
    st.sampled_from(["America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
    st.integers(0, 1439),
    st.one_of(st.none(), st.integers(0, 6)),
    st.integers(0, 400 * 24),
)
@settings(max_examples=80, deadline=None)
def test_turns_follow_each_other_at_one_time_of_day(
    zone: str, minute: int, weekday: int | None, hours: int
) -> None:
    at = datetime.fromisoformat("2026-01-01T00:30:00+00:00") + timedelta(hours=hours)
    turns = list(list_turns(RotaFacts(zone, minute, weekday), at, at + 8 * WEEK))
    assert turns[0].covers(at)
    assert turns[-1].covers(at + 8 * WEEK - timedelta(microseconds=1))
    assert all(one.end == other.start for one, other in pairwise(turns))
    length = 1 if weekday is None else 7
    first = next(
        day
        for step in range(-8, 2)
        if find_instant(day := at.date() + step * DAY, minute, zone) == turns[0].start
    )
    assert weekday in (None, first.weekday())
    days = [first + place * length * DAY for place in range(len(turns))]
    assert [turn.start for turn in turns] == [find_instant(day, minute, zone) for day in days]


def test_the_member_after_the_last_one_is_next() -> None:
    assert order_from([1, 2, 3], 1) == [2, 3, 1]
    assert order_from([1, 2, 3], 3) == [1, 2, 3]
    assert order_from([1, 2, 3], None) == [1, 2, 3]
    assert order_from([1, 2], 9) == [1, 2]


@pytest.fixture
def rota(in_rocket: Cast) -> OnCallRota:
    return make_rota(in_rocket, in_rocket.analyst, in_rocket.colleague, in_rocket.level_two)


def list_names(rota: OnCallRota) -> list[str]:
    return [turn.agent.name for turn in rota.turns.select_related("agent")]


def test_turns_are_planned_eight_weeks_ahead_in_order(in_rocket: Cast, rota: OnCallRota) -> None:
    assert plan_rota(rota_id=rota.pk, at=NOON) == 9
    assert list_names(rota) == ["Analyst", "Colleague", "Level Two"] * 3
    first = rota.turns.first()
    assert first is not None
    assert first.start_at.date() == date(2026, 11, 16)
    assert plan_rota(rota_id=rota.pk, at=NOON) == 0
    assert plan_rota(rota_id=rota.pk, at=NOON + WEEK) == 1
    assert list_names(rota)[-1] == "Analyst"


def test_agents_who_left_are_not_planned(in_rocket: Cast, rota: OnCallRota) -> None:
    Agent.objects.filter(pk=in_rocket.colleague.pk).update(is_active=False)
    Agent.objects.filter(pk=in_rocket.level_two.pk).update(role="observer")
    plan_rota(rota_id=rota.pk, at=NOON)
    assert set(list_names(rota)) == {"Analyst"}


def test_a_rota_without_members_or_turned_off_plans_nothing(in_rocket: Cast) -> None:
    empty = make_rota(in_rocket)
    assert plan_rota(rota_id=empty.pk, at=NOON) == 0
    OnCallRota.objects.update(is_active=False)
    assert plan_rota(rota_id=empty.pk, at=NOON) == 0


def test_a_changed_order_keeps_the_running_turn_and_agreed_swaps(
    in_rocket: Cast, rota: OnCallRota
) -> None:
    plan_rota(rota_id=rota.pk, at=NOON)
    running, swapped, *_ = rota.turns.all()
    swap = offer_swap(turn=swapped, to=in_rocket.level_two, by=in_rocket.colleague, at=NOON)
    decide_swap(swap=swap, by=in_rocket.level_two, is_accepted=True, at=NOON)
    rota.members.filter(agent=in_rocket.analyst).delete()
    replan_rota(rota_id=rota.pk, at=NOON)
    names = list_names(rota)
    assert names[:2] == ["Analyst", "Level Two"]
    assert set(names[2:]) == {"Colleague", "Level Two"}
    assert rota.turns.filter(pk__in=[running.pk, swapped.pk]).count() == 2
    assert len(names) == 9


def list_gaps(rota: OnCallRota) -> list[datetime]:
    """Return the ends of turns that no other one follows at once, without the last one."""
    return [one.end_at for one, other in pairwise(rota.turns.all()) if one.end_at != other.start_at]


@pytest.mark.parametrize(
    "changes",
    [
        {"change_weekday": 2},
        {"change_minute": 17 * 60},
        {"turn_length": TurnLength.DAY},
        {"time_zone": "Asia/Tokyo"},
    ],
)
def test_other_times_of_a_rota_leave_no_time_without_an_agent(
    in_rocket: Cast, rota: OnCallRota, changes: dict[str, object]
) -> None:
    plan_rota(rota_id=rota.pk, at=NOON)
    running, _second, swapped, *_ = rota.turns.all()
    offer_swap(turn=swapped, to=in_rocket.analyst, by=in_rocket.level_two, at=NOON)
    OnCallRota.objects.filter(pk=rota.pk).update(**changes)
    replan_rota(rota_id=rota.pk, at=NOON)
    assert rota.turns.filter(pk__in=[running.pk, swapped.pk]).count() == 2
    assert list_gaps(rota) == []
    assert plan_rota(rota_id=rota.pk, at=NOON) == 0


def test_a_longer_turn_does_not_cover_the_days_that_are_over(
    in_rocket: Cast, rota: OnCallRota
) -> None:
    OnCallRota.objects.filter(pk=rota.pk).update(turn_length=TurnLength.DAY)
    plan_rota(rota_id=rota.pk, at=NOON - 2 * DAY)
    OnCallRota.objects.filter(pk=rota.pk).update(turn_length=TurnLength.WEEK)
    replan_rota(rota_id=rota.pk, at=NOON)
    assert list_gaps(rota) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_plan_each_turn_once(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        rota = make_rota(rocket, rocket.analyst, rocket.colleague)
    planned = at_once(rocket, *[lambda: plan_rota(rota_id=rota.pk, at=NOON)] * 2)
    assert sorted(planned) == [0, 9]


def test_the_job_plans_the_rotas_of_each_desk(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            make_rota(cast, cast.analyst)
    plan_on_call()
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert set(OnCallTurn.objects.values_list("agent", flat=True)) == {cast.analyst.pk}


def test_who_is_on_call_now_without_who_is_absent(in_rocket: Cast, rota: OnCallRota) -> None:
    turn = add_turn(rota, in_rocket.analyst, NOON)
    assert list(list_on_call(in_rocket.desk, NOON)) == [turn]
    assert list(list_on_call(in_rocket.desk, NOON + WEEK)) == []
    add_absence(in_rocket.analyst, NOON + DAY)
    assert list(list_on_call(in_rocket.desk, NOON + DAY)) == []
    assert list(list_on_call(in_rocket.desk, NOON + 2 * DAY)) == [turn]


class Turns:
    """A turn of the analyst, and the next one of the colleague."""

    def __init__(self, cast: Cast) -> None:
        self.cast, rota = cast, make_rota(cast, cast.analyst, cast.colleague)
        self.mine = add_turn(rota, cast.analyst, NOON + DAY)
        self.theirs = add_turn(rota, cast.colleague, NOON + DAY + WEEK)

    def offer(self, **changes: object) -> OnCallSwap:
        usual = {"turn": self.mine, "to": self.cast.colleague, "by": self.cast.analyst, "at": NOON}
        return offer_swap(**{**usual, **changes})  # type: ignore[arg-type]  # of the service

    def list_agents(self) -> list[Agent]:
        return [turn.agent for turn in OnCallTurn.objects.select_related("agent")]


@pytest.fixture
def turns(in_rocket: Cast) -> Turns:
    return Turns(in_rocket)


def test_an_accepted_swap_exchanges_two_turns(in_rocket: Cast, turns: Turns) -> None:
    swap = turns.offer(in_return=turns.theirs)
    assert turns.list_agents() == [in_rocket.analyst, in_rocket.colleague]
    decide_swap(swap=swap, by=in_rocket.colleague, is_accepted=True, at=NOON)
    assert turns.list_agents() == [in_rocket.colleague, in_rocket.analyst]
    assert [turn.planned_agent for turn in OnCallTurn.objects.all()] == [
        in_rocket.analyst,
        in_rocket.colleague,
    ]
    assert AuditEntry.objects.filter(detail__model="routing.oncallturn").count() == 2


def test_a_turn_can_be_given_away(in_rocket: Cast, turns: Turns) -> None:
    decide_swap(swap=turns.offer(), by=in_rocket.colleague, is_accepted=True, at=NOON)
    assert turns.list_agents() == [in_rocket.colleague, in_rocket.colleague]


def test_both_are_notified(in_rocket: Cast, turns: Turns) -> None:
    decide_swap(swap=turns.offer(), by=in_rocket.colleague, is_accepted=False, at=NOON)
    told = {note.agent: describe_notification(note) for note in Notification.objects.all()}
    assert told == {
        in_rocket.colleague: "Analyst asks you to be on call from Thu, Nov 19, 1:00 PM.",
        in_rocket.analyst: (
            "Colleague responded to your on-call swap request for Thu, Nov 19, 1:00 PM."
        ),
    }
    assert turns.list_agents() == [in_rocket.analyst, in_rocket.colleague]


def test_only_who_was_asked_decides(in_rocket: Cast, turns: Turns) -> None:
    swap = turns.offer()
    for other in (in_rocket.analyst, in_rocket.lead, in_rocket.level_two):
        with pytest.raises(NotAllowedError):
            decide_swap(swap=swap, by=other, is_accepted=True, at=NOON)


def test_a_withdrawn_swap_is_not_accepted_and_a_new_one_may_be_offered(
    in_rocket: Cast, turns: Turns
) -> None:
    swap = turns.offer()
    with pytest.raises(ConflictError, match="already offered"):
        turns.offer(to=in_rocket.level_two)
    with pytest.raises(NotAllowedError):
        withdraw_swap(swap=swap, by=in_rocket.colleague, at=NOON)
    withdraw_swap(swap=swap, by=in_rocket.analyst, at=NOON)
    with pytest.raises(ConflictError, match="withdrawn or answered"):
        decide_swap(swap=swap, by=in_rocket.colleague, is_accepted=True, at=NOON)
    assert turns.offer(to=in_rocket.level_two).state == "offered"


def test_impossible_offers_are_refused(in_rocket: Cast, matter: Cast, turns: Turns) -> None:
    for wrong, error in [
        ({"by": in_rocket.colleague}, NotAllowedError),
        ({"at": NOON + 9 * DAY}, InvalidValueError),
        ({"to": in_rocket.analyst}, InvalidValueError),
        ({"to": in_rocket.observer}, InvalidValueError),
        ({"to": matter.analyst}, InvalidValueError),
        ({"to": in_rocket.level_two, "in_return": turns.theirs}, InvalidValueError),
    ]:
        with pytest.raises(error):
            turns.offer(**wrong)
    assert not OnCallSwap.objects.exists()


def test_a_swap_of_turns_that_changed_hands_is_refused(in_rocket: Cast, turns: Turns) -> None:
    swap = turns.offer(in_return=turns.theirs)
    OnCallTurn.objects.filter(pk=turns.theirs.pk).update(agent=in_rocket.level_two)
    with pytest.raises(ConflictError, match="changed in the meantime"):
        decide_swap(swap=swap, by=in_rocket.colleague, is_accepted=True, at=NOON)
    swap.refresh_from_db()
    assert swap.state == "offered"


def test_a_turn_that_has_begun_is_not_given_in_return(in_rocket: Cast) -> None:
    """The one who takes the later turn would have served the earlier one, too."""
    rota = make_rota(in_rocket, in_rocket.analyst, in_rocket.colleague)
    mine = add_turn(rota, in_rocket.analyst, NOON + 2 * WEEK)
    theirs = add_turn(rota, in_rocket.colleague, NOON + WEEK)
    given = {"turn": mine, "in_return": theirs, "to": in_rocket.colleague}
    swap = offer_swap(by=in_rocket.analyst, at=NOON, **given)
    with pytest.raises(ConflictError, match="changed in the meantime"):
        decide_swap(swap=swap, by=in_rocket.colleague, is_accepted=True, at=NOON + WEEK)
    mine.refresh_from_db()
    assert mine.agent == in_rocket.analyst


@pytest.mark.django_db(transaction=True)
def test_a_swap_is_decided_once(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        turns = Turns(rocket)
        swap = turns.offer()
    results = at_once(
        rocket,
        lambda: decide_swap(swap=swap, by=rocket.colleague, is_accepted=True, at=NOON).state,
        lambda: withdraw_swap(swap=swap, by=rocket.analyst, at=NOON).state,
    )
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    with desk_scope(rocket.desk):
        swap.refresh_from_db()
        expected = rocket.colleague if swap.state == "accepted" else rocket.analyst
        assert turns.list_agents()[0] == expected


def test_others_get_the_turns_of_who_leaves(in_rocket: Cast, rota: OnCallRota) -> None:
    plan_rota(rota_id=rota.pk, at=NOON)
    assert list_names(rota)[0] == "Analyst"
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    assert list(list_on_call(in_rocket.desk, NOON)) == []
    plan_rota(rota_id=rota.pk, at=NOON)
    turns = list(rota.turns.order_by("start_at").select_related("agent"))
    assert {turn.agent.name for turn in turns} == {"Colleague", "Level Two"}
    assert all(one.end_at == other.start_at for one, other in pairwise(turns))
    assert list(list_on_call(in_rocket.desk, NOON)) == turns[:1]


def test_who_left_gets_no_turn_in_return(in_rocket: Cast, turns: Turns) -> None:
    swap = turns.offer(in_return=turns.theirs)
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    with pytest.raises(ConflictError):
        decide_swap(swap=swap, by=in_rocket.colleague, is_accepted=True, at=NOON)
    assert turns.list_agents() == [in_rocket.analyst, in_rocket.colleague]


def test_a_rota_that_fails_does_not_stop_the_others(
    in_rocket: Cast, rota: OnCallRota, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_rota(in_rocket, in_rocket.lead, level="l2")

    def fail(*, rota_id: int, at: datetime) -> int:
        if rota_id == rota.pk:
            raise ZeroDivisionError
        return plan_rota(rota_id=rota_id, at=at)

    monkeypatch.setattr(tasks, "plan_rota", fail)
    tasks.plan_desk_once(desk_id=in_rocket.desk.pk, at=NOON)
    assert (rota.turns.count(), other.turns.count()) == (0, 9)
