"""The same email twice is one message; two texts under one Message-ID are two."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState
from tests.cast import Cast
from tests.channels_intake.conftest import all_inbound, make_mail, reload
from tickets.models import Message, Ticket

TakeIn = Callable[..., InboundMessage]


def test_the_same_mail_ten_times_is_one_ticket_and_nine_duplicates(
    rocket: Cast, take_in: TakeIn
) -> None:
    rows = [take_in(make_mail()) for _ in range(10)]

    states = [row.state for row in rows]
    assert states == [InboundState.PROCESSED] + [InboundState.DUPLICATE] * 9
    assert {row.ticket_id for row in rows} == {rows[0].ticket_id}
    assert {row.message_id for row in rows} == {rows[0].message_id}
    with desk_scope(rocket.desk):
        assert Message.objects.count() == 1


def test_one_message_id_with_two_texts_is_two_messages(rocket: Cast, take_in: TakeIn) -> None:
    take_in(make_mail("evil@nowhere.example", text="forged before the true one arrives"))
    take_in(make_mail(text="the true one"))

    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 2


def test_mails_without_a_message_id_differ_by_content(rocket: Cast, take_in: TakeIn) -> None:
    for text in ("one", "two", "two"):
        take_in(make_mail(message_id="", text=text))

    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 2


def test_a_quarantined_mail_that_comes_again_is_a_duplicate_too(
    rocket: Cast, take_in: TakeIn
) -> None:
    first = take_in(make_mail(Auto_Submitted="auto-replied"))
    second = take_in(make_mail(Auto_Submitted="auto-replied"))

    assert (first.state, second.state) == (InboundState.QUARANTINED, InboundState.DUPLICATE)


def test_one_mail_for_mailboxes_of_two_desks_reaches_both_once(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    raw = make_mail(to="support@rocket.example, support@matter.example")
    for _ in range(2):  # each mailbox's delivery brings the whole email
        take_in(raw)
    while waiting := [row for row in all_inbound() if row.state == InboundState.RECEIVED]:
        for row in waiting:
            process_inbound(inbound_id=row.pk, at=timezone.now())

    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert Ticket.objects.count() == 1
    assert all(
        row.state in {InboundState.PROCESSED, InboundState.DUPLICATE} for row in all_inbound()
    )


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_make_one_message_of_ten_postings(rocket: Cast) -> None:
    body = make_mail()
    rows = [store(body) for _ in range(10)]
    barrier = threading.Barrier(10)

    def work(inbound_id: int) -> None:
        barrier.wait()
        try:
            process_inbound(inbound_id=inbound_id, at=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    states = sorted(row.state for row in all_inbound())
    assert states == [InboundState.DUPLICATE] * 9 + [InboundState.PROCESSED]
    with desk_scope(rocket.desk):
        assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_row_read_it_once(rocket: Cast) -> None:
    inbound_id = store(make_mail())
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        try:
            process_inbound(inbound_id=inbound_id, at=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    (row,) = all_inbound()
    assert reload(row).state == InboundState.PROCESSED
    with desk_scope(rocket.desk):
        assert Message.objects.count() == 1


def store(body: bytes) -> int:
    return store_inbound(
        provider="raw", raw=body, content_type="message/rfc822", at=timezone.now(), enqueue=False
    ).pk
