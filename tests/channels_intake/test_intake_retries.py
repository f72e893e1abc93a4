"""Failed processing is retried with backoff, then fails; other emails continue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming import mail, reading
from channels_intake.incoming.reading import list_due, process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState
from channels_intake.reasons import InboundReason
from helpdesk.worker.timetable import TIMETABLE
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail, reload
from tickets.models import Ticket


def store(text: str = "x") -> InboundMessage:
    return store_inbound(
        provider="raw",
        raw=make_mail(text=text),
        content_type="message/rfc822",
        at=NOON,
        enqueue=False,
    )


def test_a_poison_mail_is_tried_five_times_with_growing_pauses_then_fails(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("poison")

    monkeypatch.setattr(reading, "accept_mail", fail)
    row, at, pauses = store(), NOON, []
    while row.state == InboundState.RECEIVED:
        process_inbound(inbound_id=row.pk, at=at)
        row = reload(row)
        pauses.append((row.next_try_at - at).total_seconds())
        at = row.next_try_at

    assert row.state == InboundState.FAILED
    assert row.attempts == 5
    assert pauses[:4] == [15, 120, 600, 3600]
    assert row.explanation == "Processing failed: RuntimeError: poison"
    assert row.pk not in list_due(at + timedelta(days=1), 10)


def test_a_mail_whose_worker_dies_is_counted_and_fails_at_last(rocket: Cast) -> None:
    row = store()
    with system_scope("make a row that ended its worker five times"):
        InboundMessage.objects.filter(pk=row.pk).update(attempts=5)

    process_inbound(inbound_id=row.pk, at=NOON)

    row = reload(row)
    assert row.state == InboundState.FAILED
    assert row.reason == InboundReason.WORKER_DIED
    assert "stopped unexpectedly" in row.explanation


def test_two_workers_that_found_an_email_try_it_once_and_a_killed_one_is_soon_replaced(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise each slice is parsed twice, and its emails lose an attempt."""
    row = store()
    with monkeypatch.context() as patched:
        patched.setattr(reading, "_process_or_fail", lambda inbound, *, at: None)  # it is killed
        assert process_inbound(inbound_id=row.pk, at=NOON)
    assert not process_inbound(inbound_id=row.pk, at=NOON)
    assert reload(row).attempts == 1

    soon = NOON + reading.PAUSES[0]
    assert list_due(soon, 10) == [row.pk]
    process_inbound(inbound_id=row.pk, at=soon)
    assert reload(row).state == InboundState.PROCESSED


def test_what_a_killed_worker_leaves_is_picked_up_within_a_minute() -> None:
    """The pause after its try, and the next sweep."""
    sweep = next(job for job in TIMETABLE if job.task == "channels_intake.tasks.sweep_unread")
    assert reading.PAUSES[0].total_seconds() + sweep.period < 60


def test_a_failure_leaves_nothing_half_done(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    true_open = mail.open_with_message

    def open_and_fail(**kwargs: object) -> None:
        true_open(**kwargs)  # type: ignore[arg-type]
        raise RuntimeError("after the ticket")

    monkeypatch.setattr(mail, "open_with_message", open_and_fail)
    row = store()
    process_inbound(inbound_id=row.pk, at=NOON)

    row = reload(row)
    assert row.state == InboundState.RECEIVED
    assert row.desk_id is None
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()
    monkeypatch.setattr(mail, "open_with_message", true_open)
    process_inbound(inbound_id=row.pk, at=NOON + timedelta(minutes=1))
    assert reload(row).state == InboundState.PROCESSED


def test_what_the_queue_lost_is_found_due(rocket: Cast) -> None:
    first, second = store("a"), store("b")

    assert list_due(NOON, 10) == [first.pk, second.pk]
    assert list_due(NOON - timedelta(seconds=1), 10) == []
