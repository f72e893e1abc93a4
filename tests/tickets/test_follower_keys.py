"""Follower keys: deliveries survive a rename in the code; an unknown key is never lost silently."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOON, Cast
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.deliveries import MAX_ATTEMPTS, deliver, deliver_due
from tickets.events import EventKind, get_later_follower
from tickets.models import DeliveryState, EventDelivery, TicketEvent

HERE = __name__
called: list[str] = []


def follow_old(event: TicketEvent) -> None:
    called.append("old")


def follow_new(event: TicketEvent) -> None:
    called.append("new")


OLD = {EventKind.NOTE_ADDED: follow_old}
NEW = {EventKind.NOTE_ADDED: follow_new}


@pytest.fixture
def event(in_rocket: Cast, settings: Any) -> TicketEvent:
    called.clear()
    ticket = in_rocket.open_ticket()
    settings.LATER_FOLLOWERS = {"test": f"{HERE}.OLD"}
    return record(ticket=ticket, kind=EventKind.NOTE_ADDED, by=SYSTEM, at=NOON)


def test_a_renamed_follower_gets_the_deliveries_that_were_due(
    event: TicketEvent, settings: Any
) -> None:
    settings.LATER_FOLLOWERS = {"test": f"{HERE}.NEW"}
    assert deliver(event_ids=[event.pk], at=NOON) == 1
    assert called == ["new"]


def test_an_unknown_key_is_retried_and_given_up_with_its_name(
    event: TicketEvent, settings: Any
) -> None:
    settings.LATER_FOLLOWERS = {}
    for attempt in range(MAX_ATTEMPTS):
        assert deliver_due(desk_id=event.desk_id, at=NOON + attempt * timedelta(hours=2)) == 0
    delivery = EventDelivery.objects.get(event=event)
    assert (delivery.state, delivery.attempts) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS)
    assert delivery.last_error == "KeyError: 'test'"
    assert called == []


def test_a_key_that_is_back_in_time_gets_its_deliveries(event: TicketEvent, settings: Any) -> None:
    followers = dict(settings.LATER_FOLLOWERS)
    settings.LATER_FOLLOWERS = {}
    assert deliver(event_ids=[event.pk], at=NOON) == 0
    settings.LATER_FOLLOWERS = followers
    assert deliver_due(desk_id=event.desk_id, at=NOON + timedelta(minutes=1)) == 1
    assert called == ["old"]


def test_a_follower_is_found_by_key_and_kind(event: TicketEvent) -> None:
    assert get_later_follower("test", EventKind.NOTE_ADDED) is follow_old
    with pytest.raises(LookupError):
        get_later_follower("test", EventKind.SLA_MET)
    with pytest.raises(LookupError):
        get_later_follower("tests.tickets.test_follower_keys.OLD", EventKind.NOTE_ADDED)


def test_the_product_stores_short_keys(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    assert set(EventDelivery.objects.values_list("follower", flat=True)) == {
        "notifications",
        "mail",
    }
