"""A team's standup is posted once a day at its local time, with true figures, also when late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Visibility
from channels_intake.models import ChatConnection, ChatStandup, OutgoingCall
from channels_intake.team_chat.standups import find_current_day, find_next
from helpdesk.agent.lists.queue_queries import read_sidebar
from helpdesk.team_chat.standups import collect_facts, post_due_standups
from routing.models import Shift
from tests.cast import NOON, Cast
from tests.team_chat.conftest import connect
from tests.team_chat.fakes import ChatFake
from tickets.actors import Actor
from tickets.services import close, escalate

Run = Callable[..., None]
DAY = timedelta(days=1)
BERLIN = {"time_zone": "Europe/Berlin", "minute": 9 * 60, "weekdays": [0, 1, 2, 3, 4]}


def make_standup(connection: ChatConnection, **fields: Any) -> ChatStandup:
    given = {"time_zone": "America/Sao_Paulo", "minute": 9 * 60, "weekdays": [0, 1, 2, 3, 4]}
    standup = ChatStandup(desk=connection.desk, connection=connection, **(given | fields))
    standup.next_at = standup.next_at or NOON
    standup.save()
    return standup


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (datetime(2026, 11, 18, 7, 59, tzinfo=UTC), datetime(2026, 11, 18, 8, tzinfo=UTC)),
        (datetime(2026, 11, 18, 8, 0, tzinfo=UTC), datetime(2026, 11, 19, 8, tzinfo=UTC)),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (datetime(2026, 3, 27, 8, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),  # summer
    ],
)
def test_the_next_time_is_local_and_on_a_weekday(after: datetime, expected: datetime) -> None:
    assert find_next(ChatStandup(**BERLIN), after) == expected


@pytest.mark.parametrize(
    ("minute", "after", "expected"),
    [  # Berlin leaves out 02:00 to 03:00 on March 29, and has it twice on October 25, 2026.
        (150, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (150, datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
        (150, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (150, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_each_day_has_one_time_when_the_clocks_change(
    minute: int, after: datetime, expected: datetime
) -> None:
    standup = ChatStandup(**BERLIN | {"weekdays": list(range(7)), "minute": minute})
    assert find_next(standup, after) == expected


def test_the_second_half_past_two_of_a_night_posts_nothing_again(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    every_day = BERLIN | {"weekdays": list(range(7)), "minute": 150}
    make_standup(connect(in_rocket, chat), **every_day, next_at=first)
    for at in (first, first + timedelta(hours=1)):
        ChatStandup.objects.update(next_at=first)
        post_due_standups(desk_id=in_rocket.desk.pk, at=at)
    assert OutgoingCall.objects.count() == 1


def test_a_standup_without_weekdays_has_no_next_time() -> None:
    assert find_next(ChatStandup(**BERLIN | {"weekdays": []}), NOON) is None


@pytest.mark.parametrize(("hours", "is_posted"), [(0, True), (11, True), (13, False), (23, False)])
def test_a_late_standup_is_posted_for_half_a_day(hours: int, is_posted: bool) -> None:
    start = datetime(2026, 11, 18, 8, tzinfo=UTC)
    day = find_current_day(ChatStandup(**BERLIN), start + timedelta(hours=hours))
    assert (day is not None) is is_posted


def test_it_is_posted_once_a_day_however_often_the_job_runs(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    standup = make_standup(connect(in_rocket, chat))
    for _ in range(3):
        post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
        ChatStandup.objects.update(next_at=NOON)
    run_chat(in_rocket)
    assert len(chat.posts) == 1
    ChatStandup.objects.filter(pk=standup.pk).update(next_at=NOON + DAY)
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON + DAY)
    run_chat(in_rocket, at=NOON + DAY)
    assert len(chat.posts) == 2


def test_a_worker_that_dies_in_between_posts_nothing_and_the_next_one_does(
    in_rocket: Cast, chat: ChatFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_standup(connect(in_rocket, chat))

    def die(*args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr("helpdesk.team_chat.standups.find_next", die)
    with pytest.raises(SystemExit):
        post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    monkeypatch.undo()
    assert not OutgoingCall.objects.exists()
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON + timedelta(minutes=1))
    assert OutgoingCall.objects.count() == 1


def test_a_day_that_is_over_is_skipped(in_rocket: Cast, chat: ChatFake) -> None:
    standup = make_standup(connect(in_rocket, chat), next_at=NOON)
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON + timedelta(hours=13))
    assert not OutgoingCall.objects.exists()
    standup.refresh_from_db()
    assert standup.next_at == datetime(2026, 11, 19, 12, tzinfo=UTC)


def test_a_day_without_a_shift_says_so(in_rocket: Cast, chat: ChatFake, run_chat: Run) -> None:
    Shift.objects.all().delete()
    make_standup(connect(in_rocket, chat))
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    run_chat(in_rocket)
    assert chat.texts()[0].endswith("Nobody is on shift.")


def test_the_figures_are_those_of_the_queue(in_rocket: Cast, chat: ChatFake) -> None:
    for hours in (1, 30, 60, 90):
        in_rocket.open_ticket(at=NOON - timedelta(hours=hours))
    closed = in_rocket.open_ticket(at=NOON - timedelta(hours=70))
    close(ticket_id=closed.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    facts = collect_facts(make_standup(connect(in_rocket, chat)), NOON)
    queue = read_sidebar(in_rocket.admin, at=NOON)
    assert (facts.open_tickets, facts.breached) == (queue.open_tickets, queue.counts.overdue)
    assert facts.breached > 0


def test_after_an_outage_of_days_only_todays_is_posted(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    standup = make_standup(connect(in_rocket, chat), next_at=NOON - 2 * DAY)
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    run_chat(in_rocket)
    assert len(chat.posts) == 1
    standup.refresh_from_db()
    assert standup.next_at == datetime(2026, 11, 19, 12, tzinfo=UTC)


def test_it_says_what_is_open_due_overdue_escalated_and_who_is_on_shift(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    early = NOON - timedelta(days=3)
    late, second = in_rocket.open_ticket(at=early), in_rocket.open_ticket(at=early)
    in_rocket.open_ticket(at=NOON - timedelta(minutes=30))
    escalate(ticket_id=second.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    standup = make_standup(connect(in_rocket, chat))
    facts = collect_facts(standup, NOON)
    assert (facts.open_tickets, facts.due_today, facts.breached, facts.escalated) == (3, 1, 2, 1)
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert "3 open tickets" in text
    assert "1 is due today" in text
    assert "2 are overdue" in text
    assert "1 is escalated" in text
    assert f"Most overdue: [{late.reference}](" in text
    assert "On shift: Admin, Analyst" in text


def test_a_team_is_a_department_a_level_and_a_region(in_rocket: Cast, chat: ChatFake) -> None:
    in_rocket.open_ticket()
    paid, trials = in_rocket.departments["paid"], in_rocket.departments["trials"]
    connection = connect(in_rocket, chat)
    assert collect_facts(make_standup(connection, department=paid), NOON).open_tickets == 1
    assert collect_facts(make_standup(connection, department=trials), NOON).open_tickets == 0
    second_level = collect_facts(make_standup(connection, level="l2"), NOON)
    assert second_level.open_tickets == 0
    assert in_rocket.level_two.pk in second_level.on_shift
    assert in_rocket.analyst.pk not in second_level.on_shift


def test_members_only_tickets_count_only_for_their_own_team(
    in_rocket: Cast, chat: ChatFake
) -> None:
    in_rocket.open_ticket()
    paid = in_rocket.departments["paid"]
    paid.visibility = Visibility.MEMBERS
    paid.save()
    connection = connect(in_rocket, chat)
    assert collect_facts(make_standup(connection), NOON).open_tickets == 0
    assert collect_facts(make_standup(connection, department=paid), NOON).open_tickets == 1


def test_a_public_channel_gets_figures_without_names(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    in_rocket.open_ticket(at=NOON - timedelta(days=3))
    make_standup(connect(in_rocket, chat, is_public=True))
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert "1 is overdue" in text
    assert "Analyst" not in text
    assert "RC-" not in text


def test_a_paused_channel_gets_none(in_rocket: Cast, chat: ChatFake) -> None:
    make_standup(connect(in_rocket, chat, is_active=False))
    assert post_due_standups(desk_id=in_rocket.desk.pk, at=NOON) == 0
    assert not OutgoingCall.objects.exists()


def test_no_name_is_stored_with_the_call(in_rocket: Cast, chat: ChatFake) -> None:
    make_standup(connect(in_rocket, chat))
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    assert "Analyst" not in str(OutgoingCall.objects.get().body)
