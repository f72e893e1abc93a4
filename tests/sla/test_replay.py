"""A clock recomputed from its entries: equal, or which fact differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sla.calendar import Window, WorkingHours
from sla.explaining.history import UnreadableEntryError, VersionNotKeptError, read_history
from sla.explaining.replay import Field, Terms, replay

WEEKDAYS = WorkingHours("UTC", tuple(Window(day, 480, 1200) for day in range(5)))
SHORTER = WorkingHours("UTC", tuple(Window(day, 480, 960) for day in range(5)))
VERSIONS = {(7, 1): WEEKDAYS, (7, 2): SHORTER, (None, None): WorkingHours.always("UTC")}
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)


def get_hours(calendar_id: int | None, version: int | None) -> WorkingHours:
    return VERSIONS[calendar_id, version]


@dataclass
class Entry:
    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class StoredClock:
    run: int = 1
    started_at: datetime = MONDAY
    due_at: datetime = MONDAY + 8 * HOUR
    target_seconds: int = 8 * 3600
    calendar_id: int | None = 7
    calendar_version: int | None = 1
    kind: str = "first_response"
    pauses: list[list[Any]] = field(default_factory=list)
    paused_at: datetime | None = None
    warn_points: list[int] = field(default_factory=list)
    warn_times: list[datetime] = field(default_factory=list)
    breached_at: datetime | None = None
    met_at: datetime | None = None
    stopped_at: datetime | None = None


def plan(kind: str = "started", at: datetime = MONDAY, **changes: Any) -> Entry:
    """Return an entry that plans a run of eight hours from Monday 10:00, due at 18:00."""
    data: dict[str, Any] = {
        "run": 1,
        "started_at": MONDAY.isoformat(),
        "due_at": (MONDAY + 8 * HOUR).isoformat(),
        "seconds": 8 * 3600,
        "target": {"id": 3, "unit": "minutes", "amount": 480, "by_minute": None},
        "calendar": 7,
        "calendar_name": "12x5",
        "version": 1,
        "pauses": [],
    }
    return Entry(kind, at, data | changes)


def pause(at: datetime, reason: str = "waiting_for_customer") -> Entry:
    return Entry("paused", at, {"reason": reason, "pauses": [[at.isoformat(), None, reason]]})


def get_terms(name: str, version: int) -> set[Terms]:
    known: dict[tuple[str, int], set[Terms]] = {
        ("Gold", 3): {("first_response", "minutes", 480, None), ("update", "minutes", 60, None)}
    }
    return known.get((name, version), set())


def list_fields(clock: StoredClock, *entries: Entry) -> list[Field]:
    return [difference.field for difference in replay(clock, entries, get_hours, get_terms)[0]]


def test_a_started_clock_is_equal() -> None:
    assert list_fields(StoredClock(), plan()) == []


def test_a_whole_life_is_equal() -> None:
    paused, resumed = MONDAY + HOUR, MONDAY + 3 * HOUR
    pauses = [[paused.isoformat(), resumed.isoformat(), "waiting_for_customer"]]
    # In the new hours Monday ends at 16:00 with four hours counted; the rest is on Tuesday.
    due = MONDAY + 26 * HOUR
    entries = [
        plan(),
        Entry("warned", MONDAY + HOUR / 2, {"percent": 50}),
        pause(paused),
        plan("resumed", resumed, pauses=pauses, due_at=(MONDAY + 10 * HOUR).isoformat()),
        plan(
            "replanned",
            MONDAY + 4 * HOUR,
            pauses=pauses,
            version=2,
            due_at=due.isoformat(),
        ),
        Entry("breached", due, {"due_at": due.isoformat()}),
        Entry("met", due + HOUR, {"due_at": due.isoformat(), "in_time": False}),
    ]
    clock = StoredClock(
        due_at=due, calendar_version=2, pauses=pauses, breached_at=due, met_at=due + HOUR
    )
    assert list_fields(clock, *entries) == []
    (history,) = read_history(entries)
    assert [each.kind for each in history.plans] == ["started", "resumed", "replanned"]
    assert history.ended_at == due + HOUR


def test_a_paused_clock_is_due_as_of_the_start_of_its_pause() -> None:
    paused = MONDAY + HOUR
    clock = StoredClock(pauses=[[paused.isoformat(), None, "hold"]], paused_at=paused)
    assert list_fields(clock, plan(), pause(paused, "hold")) == []


def test_each_run_is_recomputed() -> None:
    second = MONDAY + 24 * HOUR
    entries = [
        plan(due_at=(MONDAY + 9 * HOUR).isoformat()),
        Entry("met", MONDAY + HOUR),
        plan(
            at=second, run=2, started_at=second.isoformat(), due_at=(second + 8 * HOUR).isoformat()
        ),
    ]
    clock = StoredClock(run=2, started_at=second, due_at=second + 8 * HOUR)
    ((difference,), _is_complete) = replay(clock, entries, get_hours, get_terms)
    assert difference.field == Field.DUE
    assert difference.at == MONDAY
    assert difference.recorded == (MONDAY + 9 * HOUR).isoformat()
    assert difference.computed == (MONDAY + 8 * HOUR).isoformat()


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"due_at": MONDAY}, Field.DUE),
        ({"run": 2}, Field.RUN),
        ({"started_at": MONDAY + HOUR}, Field.STARTED),
        ({"target_seconds": 60}, Field.SECONDS),
        ({"calendar_version": 2}, Field.CALENDAR),
        ({"pauses": [[MONDAY.isoformat(), None, "hold"]]}, Field.PAUSES),
        ({"paused_at": MONDAY}, Field.PAUSES),
        ({"warn_points": [50], "warn_times": [MONDAY]}, Field.WARNINGS),
        ({"breached_at": MONDAY}, Field.BREACHED),
        ({"met_at": MONDAY}, Field.MET),
        ({"stopped_at": MONDAY}, Field.STOPPED),
    ],
)
def test_a_changed_clock_is_found(changes: dict[str, Any], field_name: Field) -> None:
    assert list_fields(StoredClock(**changes), plan()) == [field_name]


def test_another_version_of_the_calendar_is_found_by_its_deadline() -> None:
    clock = StoredClock(calendar_version=2)
    assert list_fields(clock, plan(version=2)) == [Field.DUE]


def test_an_amount_that_its_target_does_not_lead_to_is_found() -> None:
    target = {"id": 3, "unit": "minutes", "amount": 60, "by_minute": None}
    assert list_fields(StoredClock(), plan(target=target)) == [Field.TARGET]


def test_warnings_are_at_their_points_of_the_working_time() -> None:
    clock = StoredClock(warn_points=[50, 75], warn_times=[MONDAY + 4 * HOUR, MONDAY + 6 * HOUR])
    assert list_fields(clock, plan()) == []


def test_a_policys_version_must_have_the_target() -> None:
    assert list_fields(StoredClock(), plan(policy="Gold", policy_version=3)) == []
    assert list_fields(StoredClock(), plan(policy="Gold", policy_version=4)) == [Field.POLICY]
    other = StoredClock(kind="next_response")
    assert list_fields(other, plan(policy="Gold", policy_version=3)) == [Field.POLICY]


def test_an_open_pause_ends_with_the_clock() -> None:
    paused, met = MONDAY + HOUR, MONDAY + 2 * HOUR + timedelta(microseconds=7)
    pauses = [[paused.isoformat(), met.isoformat(), "hold"]]
    clock = StoredClock(pauses=pauses, met_at=met)
    assert list_fields(clock, plan(), pause(paused, "hold"), Entry("met", met)) == []


def test_a_late_first_response_meets_a_clock_that_the_closing_stopped() -> None:
    met = MONDAY + 2 * HOUR
    entries = [plan(), Entry("stopped", MONDAY + HOUR, {"reason": "solved"}), Entry("met", met)]
    assert list_fields(StoredClock(met_at=met), *entries) == []


def test_a_resumed_run_keeps_the_terms_of_its_plan() -> None:
    paused, resumed = MONDAY + HOUR, MONDAY + 2 * HOUR
    times = {
        "run": 1,
        "started_at": MONDAY.isoformat(),
        "due_at": (MONDAY + 9 * HOUR).isoformat(),
        "seconds": 8 * 3600,
        "calendar": 7,
        "version": 1,
        "pauses": [[paused.isoformat(), resumed.isoformat(), "hold"]],
    }
    entries = [plan(), pause(paused, "hold"), Entry("resumed", resumed, times)]
    (history,) = read_history(entries)
    assert history.plan.facts["target"]["amount"] == 480
    assert history.plan.calendar_name == "12x5"
    clock = StoredClock(due_at=MONDAY + 9 * HOUR, pauses=times["pauses"])
    assert list_fields(clock, *entries) == []


def test_a_target_in_business_days_is_recomputed() -> None:
    due = datetime(2026, 11, 17, 18, tzinfo=UTC)
    target = {"id": 3, "unit": "business_days", "amount": 1, "by_minute": 1080}
    entry = plan(target=target, seconds=20 * 3600, due_at=due.isoformat())
    clock = StoredClock(due_at=due, target_seconds=20 * 3600)
    assert list_fields(clock, entry) == []
    assert list_fields(clock, plan(**entry.data | {"seconds": 3600})) == [
        Field.DUE,
        Field.TARGET,
        Field.SECONDS,
    ]


def test_a_promised_time_needs_no_calendar() -> None:
    due = MONDAY + 60 * HOUR
    entry = plan(
        target=None, calendar=None, version=None, seconds=60 * 3600, due_at=due.isoformat()
    )
    clock = StoredClock(
        due_at=due, target_seconds=60 * 3600, calendar_id=None, calendar_version=None
    )
    assert list_fields(clock, entry) == []


def test_entries_from_before_versions_are_read() -> None:
    assert list_fields(StoredClock(), plan_of_old(1)) == []


def plan_of_old(version: int, calendar: str = "12x5") -> Entry:
    """Return an entry from before calendars had versions, which has only the calendar's name."""
    data = {
        "due_at": (MONDAY + 8 * HOUR).isoformat(),
        "started_at": MONDAY.isoformat(),
        "minutes": 480,
        "calendar": calendar,
        "version": version,
    }
    return Entry("started", MONDAY, data)


def test_an_old_entry_is_recomputed_with_the_calendar_it_names() -> None:
    later = plan("replanned", MONDAY + HOUR, calendar=7, version=2, seconds=6 * 3600)
    later.data["due_at"] = (MONDAY + 6 * HOUR).isoformat()
    later.data["target"] = {"unit": "minutes", "amount": 360, "by_minute": None}
    old = plan_of_old(1, calendar="24x7")
    clock = StoredClock(
        due_at=MONDAY + 6 * HOUR, target_seconds=6 * 3600, calendar_version=2
    )  # it has another calendar now
    asked: list[int | None] = []

    def note_calendar(calendar_id: int | None, version: int | None) -> WorkingHours:
        asked.append(calendar_id)
        return VERSIONS[7, version]

    found = replay(clock, [old, later], note_calendar, get_terms, {"24x7": 9})
    assert (found.differences, asked[:2]) == ([], [9, 7])


def test_a_version_that_was_not_kept_is_no_difference_but_said() -> None:
    def get_kept(calendar_id: int | None, version: int | None) -> WorkingHours:
        if version == 1:
            raise VersionNotKeptError
        return VERSIONS[calendar_id, version]

    clock = StoredClock()
    assert replay(clock, [plan_of_old(1)], get_kept, get_terms) == ([], False)
    clock.due_at = MONDAY
    found = replay(clock, [plan_of_old(1)], get_kept, get_terms)
    assert [each.field for each in found.differences] == [Field.DUE]
    assert replay(StoredClock(), [plan()], get_hours, get_terms).is_complete


def test_a_reopened_ticket_goes_on() -> None:
    closed, reopened = MONDAY + HOUR, MONDAY + 2 * HOUR
    pauses = [[closed.isoformat(), reopened.isoformat(), "ticket_closed"]]
    due = (MONDAY + 9 * HOUR).isoformat()
    entries = [
        plan(),
        Entry("stopped", closed, {"reason": "closed"}),
        plan("resumed", reopened, pauses=pauses, due_at=due),
    ]
    clock = StoredClock(due_at=MONDAY + 9 * HOUR, pauses=pauses)
    assert list_fields(clock, *entries) == []


@pytest.mark.parametrize(
    "entries",
    [
        [Entry("met", MONDAY)],
        [Entry("started", MONDAY, {"run": 1})],
        [plan(started_at="soon")],
        [plan(), Entry("unknown", MONDAY)],
        [plan(pauses=[["soon"]])],
    ],
)
def test_unreadable_entries_are_a_difference_not_an_error(entries: list[Entry]) -> None:
    with pytest.raises(UnreadableEntryError):
        read_history(entries)
    assert list_fields(StoredClock(), *entries) == [Field.ENTRIES]


def test_a_clock_without_entries_differs() -> None:
    assert list_fields(StoredClock()) == [Field.ENTRIES]
