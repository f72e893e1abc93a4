"""Presence: what an agent has chosen, their activity, and who is assigned tickets by it (M55)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from routing import presence as services
from routing.availability import PresenceFacts
from routing.models import Presence, PresenceState
from routing.presence import read_presence, record_activity, set_presence
from routing.services import assign_waiting_tickets
from routing.tasks import assign_waiting_of_desk
from tests.cast import NOON, Cast
from tickets.errors import InvalidValueError
from tickets.models import Ticket

MINUTE = timedelta(minutes=1)


def choose(cast: Cast, state: PresenceState, who: str = "colleague", **more: object) -> Presence:
    return set_presence(agent=getattr(cast, who), state=state, at=NOON, **more)  # type: ignore[arg-type]  # of the service


def open_two(cast: Cast, *, minutes: int = 0) -> set[str]:
    start = NOON + minutes * MINUTE
    tickets = [cast.open_ticket(at=start + timedelta(seconds=place)) for place in range(2)]
    return {str(ticket.assignee) for ticket in tickets}


def limit_idleness(cast: Cast) -> None:
    cast.desk.idle_minutes = 20
    cast.desk.save(update_fields=["idle_minutes"])
    cast.desk.refresh_from_db()


@pytest.mark.parametrize(
    "state", [PresenceState.AWAY, PresenceState.OWN_TICKETS, PresenceState.ON_CALL]
)
def test_only_available_agents_get_new_tickets(in_rocket: Cast, state: PresenceState) -> None:
    assert open_two(in_rocket) == {"Analyst", "Colleague"}
    choose(in_rocket, state)
    assert open_two(in_rocket, minutes=1) == {"Analyst"}
    choose(in_rocket, PresenceState.AVAILABLE)
    assert "Colleague" in open_two(in_rocket, minutes=2)


def test_a_presence_with_an_end_is_over_by_itself(in_rocket: Cast) -> None:
    choose(in_rocket, PresenceState.AWAY, until=NOON + 30 * MINUTE, reason="Lunch")
    assert open_two(in_rocket, minutes=29) == {"Analyst"}
    assert "Colleague" in open_two(in_rocket, minutes=30)


def test_a_presence_that_ends_before_it_begins_is_refused(in_rocket: Cast) -> None:
    with pytest.raises(InvalidValueError, match="in the future"):
        choose(in_rocket, PresenceState.AWAY, until=NOON)


def test_coming_back_drops_reason_and_end_and_takes_waiting_tickets(in_rocket: Cast) -> None:
    for who in ("analyst", "colleague"):
        choose(in_rocket, PresenceState.AWAY, who, until=NOON + MINUTE, reason="Fire drill")
    ticket = in_rocket.open_ticket()
    assert ticket.assignee is None
    presence = choose(in_rocket, PresenceState.AVAILABLE)
    assert (presence.reason, presence.until) == ("", None)
    assert assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.colleague


def test_an_idle_agent_gets_none_until_they_are_active(in_rocket: Cast) -> None:
    limit_idleness(in_rocket)
    record_activity(agent=in_rocket.analyst, at=NOON)
    record_activity(agent=in_rocket.colleague, at=NOON + 5 * MINUTE)
    assert open_two(in_rocket, minutes=19) == {"Analyst", "Colleague"}
    assert open_two(in_rocket, minutes=21) == {"Colleague"}
    assert open_two(in_rocket, minutes=25) == {"None"}
    record_activity(agent=in_rocket.analyst, at=NOON + 26 * MINUTE)
    assert open_two(in_rocket, minutes=26) == {"Analyst"}


def test_an_agent_who_was_never_active_counts_as_idle(in_rocket: Cast) -> None:
    limit_idleness(in_rocket)
    assert open_two(in_rocket) == {"None"}


def test_coming_back_queues_the_assignment_and_assigns_nothing_itself(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(
        services,
        "queue_once_after_commit",
        lambda task, *, desk_id: queued.append((task, desk_id)),
    )
    for who in ("analyst", "colleague"):
        choose(in_rocket, PresenceState.AWAY, who)
    ticket = in_rocket.open_ticket()
    choose(in_rocket, PresenceState.OWN_TICKETS)
    assert queued == []
    choose(in_rocket, PresenceState.AVAILABLE)
    assert queued == [(services.ASSIGN, in_rocket.desk.pk)]
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    for count in (1, 0):  # safe to run twice
        assert assign_waiting_of_desk(desk_id=in_rocket.desk.pk) == count
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.colleague


def test_activity_after_a_while_queues_the_assignment(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_idleness(in_rocket)
    in_rocket.analyst.desk.refresh_from_db()
    queued: list[int] = []
    monkeypatch.setattr(
        services, "queue_once_after_commit", lambda task, *, desk_id: queued.append(desk_id)
    )
    counts = []
    for minutes in (0, 2, 21, 42):  # the first time, still active, 19 minutes, 21 minutes
        record_activity(agent=in_rocket.analyst, at=NOON + minutes * MINUTE)
        counts.append(len(queued))
    assert counts == [1, 1, 1, 2]


def test_activity_is_recorded_once_a_minute(in_rocket: Cast) -> None:
    times = []
    for seconds in (0, 59, 60, 61, 130):
        record_activity(agent=in_rocket.analyst, at=NOON + timedelta(seconds=seconds))
        times.append(read_presence(in_rocket.desk)[in_rocket.analyst.pk].last_active_at)
    assert [int((time - NOON).total_seconds()) for time in times if time] == [0, 0, 60, 60, 130]


def test_activity_keeps_what_was_chosen(in_rocket: Cast) -> None:
    choose(in_rocket, PresenceState.OWN_TICKETS, reason="Migration")
    record_activity(agent=in_rocket.colleague, at=NOON + 2 * MINUTE)
    presence = Presence.objects.get(agent=in_rocket.colleague)
    assert (presence.state, presence.reason) == (PresenceState.OWN_TICKETS, "Migration")


def test_presence_is_of_the_desk_that_asks(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            choose(cast, PresenceState.AWAY)
    with desk_scope(rocket.desk):
        assert list(read_presence(rocket.desk)) == [rocket.colleague.pk]
        assert read_presence(matter.desk) == {}
        assert read_presence(rocket.desk, [rocket.analyst.pk]) == {}
        found = read_presence(rocket.desk, [rocket.colleague.pk])
    assert found[rocket.colleague.pk] == PresenceFacts("away", None, NOON)
