"""Who should be on shift and isn't: the list, and one notification per lead and shift (M55)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Agent, Desk
from accounts.tenancy import desk_scope
from routing.models import PresenceState, Shift
from routing.presence import record_activity, set_presence
from routing.staff.missing import list_missing, report_missing
from routing.tasks import report_missing_agents
from tests.cast import NOON, Cast
from tests.staff import add_absence, give_shift
from tickets.models import Notification
from tickets.notifications import describe_notification

MINUTE = timedelta(minutes=1)
NINE = NOON.replace(hour=9)  # a Wednesday, in UTC


@pytest.fixture
def cast(in_rocket: Cast) -> Cast:
    """The analyst and the colleague work from 9 to 17 on Wednesday; all others don't."""
    Shift.objects.all().delete()
    for agent in (in_rocket.analyst, in_rocket.colleague):
        give_shift(agent, weekday=2)
    in_rocket.desk.refresh_from_db()
    return in_rocket


def list_names(cast: Cast, at: datetime) -> list[str]:
    cast.desk.refresh_from_db()
    return [missing.agent.name for missing in list_missing(cast.desk, at)]


def report(cast: Cast, at: datetime) -> list[str]:
    """Run the report; return what the lead reads, oldest first."""
    report_missing(desk_id=cast.desk.pk, at=at)
    notes = Notification.objects.filter(agent=cast.lead).order_by("pk")
    return [describe_notification(note) for note in notes]


def test_agents_on_shift_who_are_not_active_are_missing(cast: Cast) -> None:
    assert list_names(cast, NINE - MINUTE) == []
    assert list_names(cast, NINE) == ["Analyst", "Colleague"]
    record_activity(agent=cast.analyst, at=NINE)
    assert list_names(cast, NINE + 14 * MINUTE) == ["Colleague"]
    assert list_names(cast, NINE + 15 * MINUTE) == ["Analyst", "Colleague"]
    add_absence(cast.colleague, NINE)
    assert list_names(cast, NINE + 15 * MINUTE) == ["Analyst"]


def test_agents_who_are_away_are_missing_with_the_times_of_their_shift(cast: Cast) -> None:
    record_activity(agent=cast.colleague, at=NINE)
    set_presence(agent=cast.analyst, state=PresenceState.AWAY, at=NINE)
    [missing] = list_missing(cast.desk, NINE + MINUTE)
    assert missing.agent == cast.analyst
    assert (missing.is_away, missing.since, missing.until) == (True, NINE, NINE.replace(hour=17))
    assert missing.last_active_at == NINE


def test_leads_are_notified_once_per_shift(cast: Cast) -> None:
    record_activity(agent=cast.colleague, at=NINE + MINUTE)
    assert report(cast, NINE + 14 * MINUTE) == []
    told = report(cast, NINE + 15 * MINUTE)
    assert told == [
        "Analyst should have been on shift since Wed, Nov 18, 9:00 AM, but isn't active.",
    ]
    for minutes in (16, 17, 100):
        assert report(cast, NINE + minutes * MINUTE) == told
    record_activity(agent=cast.colleague, at=NINE + timedelta(days=7))
    assert len(report(cast, NINE + timedelta(days=7, minutes=20))) == 2


def test_agents_who_came_a_little_early_or_were_active_once_are_not_reported(cast: Cast) -> None:
    record_activity(agent=cast.analyst, at=NINE - 5 * MINUTE)
    record_activity(agent=cast.colleague, at=NINE + 3 * MINUTE)
    assert report(cast, NINE + 60 * MINUTE) == []


def test_a_report_after_an_outage_is_late_but_not_a_day_late(cast: Cast) -> None:
    record_activity(agent=cast.colleague, at=NINE)
    assert report(cast, NINE + 200 * MINUTE) == []
    assert len(report(cast, NINE + 119 * MINUTE)) == 1


def test_a_desk_can_turn_it_off(cast: Cast) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(missing_minutes=0)
    assert report_missing_agents() == 0
    assert not Notification.objects.filter(event__isnull=True).exists()


def test_without_leads_admins_are_notified_and_nobody_of_themselves(cast: Cast) -> None:
    Agent.objects.filter(pk=cast.lead.pk).update(is_active=False)
    Shift.objects.all().delete()
    give_shift(cast.admin, weekday=2)
    give_shift(cast.analyst, weekday=2)
    report_missing(desk_id=cast.desk.pk, at=NINE + 20 * MINUTE)
    told = Notification.objects.filter(event__isnull=True).values_list("agent", "data__agent")
    assert list(told) == [(cast.admin.pk, "Analyst")]


def test_the_job_reports_each_desk_to_its_own_leads(
    rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.tasks.timezone.now", lambda: NINE + 15 * MINUTE)
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            Shift.objects.all().delete()
            give_shift(cast.analyst, weekday=2)
    for _ in range(2):
        report_missing_agents()
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert [note.agent_id for note in Notification.objects.all()] == [cast.lead.pk]
