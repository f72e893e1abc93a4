"""A notification that team chat can't be given is tried a few times, then emailed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Agent
from helpdesk.notify import chats
from helpdesk.notify.chats import MAX_ATTEMPTS, queue_due_chats
from tests.cast import NOON, Cast
from tickets.models import Notification, NotificationChat, NotificationEmail, Topic
from tickets.notifications import STAFF_MISSING, notify_staff
from tickets.notify.choosing import Choices, Ways, get_choices, set_choices


@pytest.fixture
def due(in_rocket: Cast) -> Notification:
    """A notification of the lead that is due in team chat and comes in no other way."""
    return add_due(in_rocket, in_rocket.lead)


def add_due(cast: Cast, agent: Agent) -> Notification:
    only = Ways(in_page=False, by_email=False, by_chat=True)
    ways = {**get_choices(agent).ways, Topic.TEAM: only}
    set_choices(agent=agent, choices=Choices(ways, waits_for_shift=False))
    notify_staff(
        desk_id=cast.desk.pk,
        agents=[agent.pk],
        kind=STAFF_MISSING,
        data={"agent": "Ana", "start_at": NOON.isoformat()},
        key="one",
        at=NOON,
    )
    found = Notification.objects.get(agent=agent)
    NotificationChat.objects.get_or_create(
        desk=cast.desk, notification=found, agent=agent, defaults={"due_at": NOON}
    )
    return found


def fail(monkeypatch: Any) -> list[int]:
    tried: list[int] = []

    def find_no_way(agent: Any) -> None:
        tried.append(agent.pk)
        raise KeyError("a fault of ours")

    monkeypatch.setattr(chats, "find_direct_way", find_no_way)
    return tried


def test_after_some_tries_with_growing_pauses_it_is_emailed_and_the_log_says_why(
    in_rocket: Cast, due: Notification, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tried, minutes = fail(monkeypatch), []
    for minute in range(4 * 60):
        before = len(tried)
        queue_due_chats(desk_id=in_rocket.desk.pk, at=NOON + timedelta(minutes=minute))
        minutes += [minute] * (len(tried) - before)
    assert len(tried) == MAX_ATTEMPTS
    assert minutes == [0, 1, 2, 7, 22, 82]
    assert not NotificationChat.objects.exists()
    assert NotificationEmail.objects.get().notification == due
    assert "Team chat took none of these notifications." in caplog.text


def test_one_agents_fault_delays_no_colleague(
    in_rocket: Cast, due: Notification, monkeypatch: Any
) -> None:
    add_due(in_rocket, in_rocket.admin)

    def find_way(agent: Any) -> None:
        if agent == in_rocket.lead:
            raise KeyError("a fault of ours")

    monkeypatch.setattr(chats, "find_direct_way", find_way)
    queue_due_chats(desk_id=in_rocket.desk.pk, at=NOON)
    left = NotificationChat.objects.get()
    assert (left.agent_id, left.attempts) == (in_rocket.lead.pk, 1)
