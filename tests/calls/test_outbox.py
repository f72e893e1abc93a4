"""Calls to other systems are sent once and in order, and wait as long as the system is down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Desk
from accounts.tenancy import desk_scope
from channels_intake.calls.connectors import CONNECTORS
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.calls.history import delete_old_calls
from channels_intake.calls.queueing import queue_call
from channels_intake.calls.sending import (
    claim_call,
    list_heads,
    retry_call,
    send_due_calls,
)
from channels_intake.models import CallKind, CallState, OutgoingCall
from channels_intake.tasks import sweep_calls, sweep_urgent_calls
from tests.calls.fake_connector import FakeConnector
from tests.cast import NOON, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeConnector:
    connector = FakeConnector()
    monkeypatch.setitem(CONNECTORS, CallKind.TEAM_CHAT, connector)
    return connector


def queue(cast: Cast, key: str, **more: object) -> bool:
    given = {"kind": CallKind.TEAM_CHAT, "connection_id": 1, "body": {"text": key}, "at": NOON}
    return queue_call(desk_id=cast.desk.pk, key=key, **(given | more))  # type: ignore[arg-type] # of the test


def send(cast: Cast, at: object = NOON, *, is_urgent: bool = False) -> None:
    send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=is_urgent)  # type: ignore[arg-type] # of the test


def test_a_key_is_stored_once_per_desk(in_rocket: Cast, matter: Cast, fake: FakeConnector) -> None:
    assert queue(in_rocket, "a")
    assert not queue(in_rocket, "a")
    with desk_scope(matter.desk):
        assert queue(matter, "a")
    send(in_rocket)
    send(in_rocket)
    assert fake.sent == ["a"]
    assert fake.finished == [("a", True)]
    call = OutgoingCall.objects.get()
    assert (call.state, call.status, call.summary) == (CallState.SENT, 201, "Created")
    assert call.attempts == 1


def test_a_day_without_the_other_system_loses_nothing_and_keeps_the_order(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    for key in ("a", "b", "c"):
        queue(in_rocket, key)
    at = NOON
    while at < NOON + DAY:
        fake.answers.append(CallLaterError("No response."))
        send(in_rocket, at)
        fake.answers.clear()
        at += HOUR
    assert fake.sent == []
    assert OutgoingCall.objects.filter(state=CallState.QUEUED).count() == 3
    send(in_rocket, at)
    assert fake.sent == ["a", "b", "c"]


def test_pauses_grow_between_attempts(in_rocket: Cast, fake: FakeConnector) -> None:
    queue(in_rocket, "a")
    at, pauses = NOON, []
    for _ in range(5):
        fake.answers.append(CallLaterError("No response."))
        send(in_rocket, at)
        before, at = at, OutgoingCall.objects.get().next_try_at
        pauses.append(int((at - before).total_seconds()))
    assert pauses == [15, 60, 300, 900, 900]


def test_a_refused_call_fails_and_the_next_one_is_sent(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "a")
    queue(in_rocket, "b")
    fake.answers.append(CallRefusedError("No such channel.", status=404))
    send(in_rocket)
    assert fake.sent == ["b"]
    assert fake.finished == [("a", False), ("b", True)]
    failed = OutgoingCall.objects.get(key="a")
    assert (failed.state, failed.status) == (CallState.FAILED, 404)
    assert failed.summary == "No such channel."


def test_lanes_do_not_wait_for_one_another(in_rocket: Cast, fake: FakeConnector) -> None:
    queue(in_rocket, "a1", lane="a")
    queue(in_rocket, "a2", lane="a")
    queue(in_rocket, "b1", lane="b")
    fake.answers.append(CallLaterError("Try later."))
    send(in_rocket)
    assert fake.sent == ["b1"]


def test_a_rate_limit_holds_the_whole_connection_and_no_other(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "a", lane="a")
    send(in_rocket, NOON - HOUR)  # not due yet
    queue(in_rocket, "b", lane="b")
    queue(in_rocket, "other", connection_id=2)
    fake.answers.append(CallLaterError("Limit.", seconds=120, is_for_all=True, status=429))
    first, *_ = list_heads(desk_id=in_rocket.desk.pk, at=NOON, is_urgent=False)
    assert OutgoingCall.objects.get(pk=first).key == "a"
    send(in_rocket)
    waiting = OutgoingCall.objects.filter(connection_id=1)
    assert {call.next_try_at for call in waiting} == {NOON + timedelta(seconds=120)}
    assert OutgoingCall.objects.get(key="other").state == CallState.SENT


def test_a_claimed_call_is_left_to_its_worker_until_the_claim_ends(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "a")
    [call_id] = list_heads(desk_id=in_rocket.desk.pk, at=NOON, is_urgent=False)
    claimed = claim_call(call_id, at=NOON)
    assert claimed is not None
    assert claimed.claimed_until is not None
    assert claim_call(call_id, at=NOON) is None
    again = claim_call(call_id, at=claimed.claimed_until + timedelta(seconds=1))
    assert again is not None
    assert again.attempts == 2  # so its connector asks first whether the first one arrived


def test_a_call_is_claimed_when_its_turn_comes_and_not_with_those_before_it(
    in_rocket: Cast, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that waited for slow calls of other lanes would end before its call is sent."""
    claimed: list[str] = []
    real = fake.send

    def send_slowly(call: OutgoingCall, *, at: datetime) -> Sent:
        held = OutgoingCall.objects.filter(claimed_until__isnull=False).order_by("pk")
        claimed.append(" ".join(held.values_list("key", flat=True)))
        return real(call, at=at)

    monkeypatch.setattr(fake, "send", send_slowly)
    queue(in_rocket, "a", lane="a")
    queue(in_rocket, "b", lane="b")
    send(in_rocket)
    assert claimed == ["a", "b"]


def test_a_pause_ends_no_call_of_its_connection_and_leaves_them_their_full_time(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "a", lane="a")
    queue(in_rocket, "b", lane="b")
    queue(in_rocket, "other", connection_id=2)
    given_up = OutgoingCall.objects.get(key="a").gives_up_at
    fake.answers.append(CallLaterError("Paused.", seconds=900, is_for_all=True, is_paused=True))
    send(in_rocket)
    later = timedelta(seconds=900)
    for call in OutgoingCall.objects.filter(connection_id=1):
        assert (call.next_try_at, call.gives_up_at) == (NOON + later, given_up + later)
        assert call.attempts == 0  # nothing was sent
    assert OutgoingCall.objects.get(key="other").state == CallState.SENT
    # A pause ends no call, however long it lasts.
    fake.answers.append(CallLaterError("Paused.", seconds=900, is_for_all=True, is_paused=True))
    send(in_rocket, given_up + DAY)
    assert OutgoingCall.objects.filter(state=CallState.QUEUED).count() == 2


def test_growing_pauses_can_have_a_least_length(in_rocket: Cast, fake: FakeConnector) -> None:
    queue(in_rocket, "a")
    at, pauses = NOON, []
    for _ in range(3):
        fake.answers.append(CallLaterError("Limit.", at_least=60))
        send(in_rocket, at)
        before, at = at, OutgoingCall.objects.get().next_try_at
        pauses.append(int((at - before).total_seconds()))
    assert pauses == [60, 60, 300]


def test_an_urgent_call_passes_all_others(in_rocket: Cast, fake: FakeConnector) -> None:
    queue(in_rocket, "slow")
    queue(in_rocket, "page", is_urgent=True)
    send(in_rocket, is_urgent=True)
    assert fake.sent == ["page"]


def test_a_call_is_given_up_in_the_end_and_can_be_tried_again(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "a")
    fake.answers.append(CallLaterError("No response."))
    send(in_rocket, NOON + 4 * DAY)
    call = OutgoingCall.objects.get()
    assert call.state == CallState.FAILED
    assert retry_call(call.pk, at=NOON + 5 * DAY)
    assert not retry_call(call.pk, at=NOON + 5 * DAY)
    send(in_rocket, NOON + 5 * DAY)
    assert fake.sent == ["a"]


def test_an_error_of_a_connector_delays_only_its_own_call(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "a", lane="a")
    queue(in_rocket, "b", lane="b")
    fake.answers.append(ZeroDivisionError("a bug"))
    send(in_rocket)
    assert fake.sent == ["b"]
    assert "ZeroDivisionError" in OutgoingCall.objects.get(key="a").summary


def test_sweeps_find_the_calls_of_their_class_at_every_desk(
    rocket: Cast, matter: Cast, fake: FakeConnector
) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            queue(cast, "a")
    with desk_scope(matter.desk):
        queue(matter, "b", is_urgent=True)
    assert (sweep_calls(), sweep_urgent_calls()) == (2, 1)


def test_finished_calls_are_deleted_after_ninety_days_or_as_the_desk_says(
    in_rocket: Cast, fake: FakeConnector
) -> None:
    queue(in_rocket, "sent")
    send(in_rocket)
    queue(in_rocket, "queued")
    desk_id = in_rocket.desk.pk
    assert delete_old_calls(desk_id=desk_id, at=NOON + 90 * DAY) == 0
    Desk.objects.update(webhook_days=120)
    assert delete_old_calls(desk_id=desk_id, at=NOON + 119 * DAY) == 0
    Desk.objects.update(webhook_days=90)
    assert delete_old_calls(desk_id=desk_id, at=NOON + 91 * DAY) == 1
    assert OutgoingCall.objects.get().key == "queued"
