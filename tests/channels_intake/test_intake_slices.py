"""Fair shares: one desk's flood delays no other desk's email, nor does an email that fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import desk_scope, owner_scope, system_scope
from channels_intake.incoming import reading, slices
from channels_intake.incoming.reading import list_due, process_inbound
from channels_intake.incoming.slices import PER_DESK, read_slice
from channels_intake.incoming.sql import DUE, READ_ARRIVAL
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState, OutgoingEmail
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import all_inbound, make_mail, reload
from tickets.models import DeliveryState, EventDelivery, Notification, Ticket


def store(number: int, to: str = "support@rocket.example", *, is_known: bool = True) -> int:
    raw = make_mail(to=to, message_id=f"<{number}@acme.example>", subject=f"Mail {number}")
    return store_inbound(
        provider="raw",
        raw=raw,
        content_type="message/rfc822",
        at=timezone.now(),
        recipients=[to] if is_known else [],
        enqueue=False,
    ).pk


def flood(amount: int, to: str = "support@rocket.example") -> list[int]:
    return [store(number, to) for number in range(amount)]


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Return the tasks that were queued, in order."""
    queued: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "tickets.queueing._send", lambda name, kwargs, **options: not queued.append((name, kwargs))
    )
    return queued


@pytest.fixture(autouse=True)
def _long_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices end because all email is processed, however busy the machine is."""
    monkeypatch.setattr(slices, "SLICE_SECONDS", 600)


def test_a_flood_at_one_desk_does_not_delay_email_of_others(rocket: Cast, matter: Cast) -> None:
    first = flood(PER_DESK * 3)
    other = store(900, "support@matter.example")
    stray = store(901, "support@rocket.example", is_known=False)

    due = list_due(timezone.now(), 40, per_desk=PER_DESK)

    assert sorted(due) == sorted([*first[:PER_DESK], other, stray])
    assert {first[0], other, stray} == set(due[:3])  # one of each share, then the next
    assert due[3:] == first[1:PER_DESK]


def test_email_of_one_desk_is_read_in_the_order_in_which_it_came(rocket: Cast) -> None:
    ids = flood(5)

    assert read_slice() is False

    with desk_scope(rocket.desk):
        subjects = Ticket.objects.order_by("number").values_list("subject", flat=True)
        assert list(subjects) == [f"Mail {number}" for number in range(5)]
    assert [row.pk for row in all_inbound()] == ids


def test_a_slice_ends_when_its_time_is_over_and_says_that_there_is_more(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood(3)
    now = iter(range(100))
    monkeypatch.setattr(slices.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(slices, "SLICE_SECONDS", 2)

    assert read_slice() is True

    states = [row.state for row in all_inbound()]
    assert states == [InboundState.PROCESSED, InboundState.RECEIVED, InboundState.RECEIVED]


@pytest.mark.django_db(transaction=True)
def test_follow_up_of_a_pass_runs_at_once_and_one_task_per_desk_sends_its_emails(
    rocket: Cast, matter: Cast, queued: list[tuple[str, dict[str, Any]]]
) -> None:
    flood(3)
    store(800, "support@matter.example")

    assert read_slice() is False

    mails = {}
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert not EventDelivery.objects.filter(state=DeliveryState.DUE).exists()
            assert Notification.objects.exists()
            mails[cast.desk.pk] = list(OutgoingEmail.objects.values_list("pk", flat=True))
    assert len(mails[rocket.desk.pk]) == 3
    sending = {kwargs["desk_id"]: sorted(kwargs["mail_ids"]) for _, kwargs in queued}
    assert len(queued) == 2
    assert sending == mails


def test_an_email_that_fails_is_passed_over_by_the_others_and_waits(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = flood(3)
    true_accept = reading.accept_mail

    def accept(inbound: InboundMessage, *args: Any, **options: Any) -> None:
        if inbound.pk == ids[0]:
            raise RuntimeError("poison")
        true_accept(inbound, *args, **options)

    monkeypatch.setattr(reading, "accept_mail", accept)

    assert read_slice() is False

    rows = all_inbound()
    assert [row.state for row in rows] == ["received", "processed", "processed"]
    assert rows[0].attempts == 1
    assert list_due(timezone.now(), 10) == []
    assert list_due(timezone.now() + timedelta(minutes=1), 10) == [ids[0]]


@pytest.mark.django_db(transaction=True)
def test_a_stopped_task_queues_its_follow_up(
    rocket: Cast, queued: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = flood(2)
    true_process = slices.process_inbound

    def process(*, inbound_id: int, at: datetime) -> bool:
        if inbound_id == ids[1]:
            raise SoftTimeLimitExceeded
        return true_process(inbound_id=inbound_id, at=at)

    monkeypatch.setattr(slices, "process_inbound", process)

    with pytest.raises(SoftTimeLimitExceeded):
        read_slice()

    [(task, kwargs)] = queued
    assert task == "tickets.tasks.deliver_events"
    with desk_scope(rocket.desk):
        due = EventDelivery.objects.filter(state=DeliveryState.DUE)
        assert set(due.values_list("event_id", flat=True)) <= set(kwargs["event_ids"])


def test_an_attempt_changes_no_index_entry(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("after the try was counted")

    def count_hot() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_stat_get_xact_tuples_hot_updated("
                "'channels_intake_inboundmessage'::regclass)"
            )
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(reading, "accept_mail", fail)
    row, before = store(1), count_hot()
    process_inbound(inbound_id=row, at=timezone.now())

    assert count_hot() - before == 2  # the try, and the failure's reason


def test_email_for_a_suspended_desk_waits_apart_from_what_is_unread(
    rocket: Cast, matter: Cast
) -> None:
    rocket.desk.is_suspended = True
    rocket.desk.save()
    held = store(1)
    assert read_slice() is False
    assert reload(InboundMessage(pk=held)).state == InboundState.RECEIVED
    assert list_due(timezone.now(), 10) == []
    rocket.desk.is_suspended = False
    rocket.desk.save()

    assert list_due(timezone.now(), 10) == [held]


def test_a_new_email_takes_few_statements(rocket: Cast) -> None:
    for number in range(2):  # warm
        process_inbound(inbound_id=store(number), at=timezone.now())
    row = store(5)
    with (
        system_scope("as a slice does"),
        CaptureQueriesContext(
            connection,
        ) as seen,
    ):
        process_inbound(inbound_id=row, at=timezone.now())
    own = [
        query["sql"]
        for query in seen
        if "channels_intake_" in query["sql"]
        and "SAVEPOINT" not in query["sql"]
        and "INTO tickets_ticketevent" not in query["sql"]  # asks whether the desk has chat rules
    ]
    assert len(own) == 4, own  # claim; lock and mailboxes; all look-ups; result
    assert len(seen) <= 22


@pytest.mark.usefixtures("unmeasured")
def test_the_look_ups_of_an_email_use_their_indexes_as_the_application(rocket: Cast) -> None:
    asked = {
        "desk": rocket.desk.pk,
        "email": "customer@acme.example",
        "forms": ["customer@acme.example"],
        "domains": ["acme.example"],
        "senders": ["customer@acme.example", "acme.example"],
        "tokens": ["a" * 26],
        "ids": ["one@acme.example"],
        "message_id": "two@acme.example",
        "content_hash": "x",
    }
    with desk_scope(rocket.desk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {READ_ARRIVAL}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert plan.count("inbound_once_per_desk") == 2  # the thread and the duplicate


@pytest.fixture
def fresh(unmeasured: None) -> None:
    """An inbox of no size until the test ends, whatever other tests left in its files."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE channels_intake_inboundmessage CASCADE")


@pytest.mark.usefixtures("fresh")
def test_finding_due_email_reads_as_few_blocks_with_a_flood_as_without(
    rocket: Cast, matter: Cast
) -> None:
    def count_blocks() -> int:
        with system_scope("test"), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            asked = {"at": timezone.now(), "most": 40, "share": 10}
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {DUE}", asked)
            plan = cursor.fetchone()[0][0]["Plan"]
            return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

    flood(20)
    store(600, "support@matter.example")
    few = count_blocks()
    with system_scope("test"):
        InboundMessage.objects.bulk_create(
            InboundMessage(
                desk=rocket.desk, provider="raw", raw=b"x", received_at=NOON, next_try_at=NOON
            )
            for _ in range(3000)
        )
    assert count_blocks() <= few * 1.5 + 20
