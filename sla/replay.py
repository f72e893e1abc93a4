"""A clock's history, read from its append-only entries, and recomputed from them. Pure.

Each entry that plans a run holds all that its deadline was calculated from: start, amount, pauses,
and the version of the calendar. Versions never change, so every past deadline can be calculated
again, and must come out the same. The caller passes the entries and the hours of each version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from sla.business_days import find_business_day_deadline
from sla.calendar import NeverOpensError, WorkingHours, working_time_between
from sla.runs import Pause, Run, find_due

# The hours of a calendar's version; both are None for a clock without a calendar.
GetHours = Callable[[int | None, int | None], WorkingHours]
AROUND_THE_CLOCK = WorkingHours.always("UTC")


class UnreadableEntryError(ValueError):
    """An entry lacks facts, names an unknown version, or comes before the first start."""


class Recorded(Protocol):
    """An entry of a clock. ClockEntry has these fields."""

    kind: Any
    at: Any
    data: Any


class Stored(Protocol):
    """A clock as stored. Clock has these fields."""

    run: Any
    started_at: Any
    due_at: Any
    target_seconds: Any
    calendar_id: Any
    calendar_version: Any
    pauses: Any
    paused_at: Any
    breached_at: Any
    met_at: Any
    stopped_at: Any


class Field(StrEnum):
    """What can differ between records and their recomputation."""

    ENTRIES = "entries"
    TARGET = "target"
    DUE = "due_at"
    RUN = "run"
    STARTED = "started_at"
    SECONDS = "seconds"
    CALENDAR = "calendar"
    POLICY = "policy"
    PAUSES = "pauses"
    BREACHED = "breached_at"
    MET = "met_at"
    STOPPED = "stopped_at"


class Difference(NamedTuple):
    """A fact whose recorded and computed values differ. `at`: of the entry; None: of the clock."""

    field: Field
    at: datetime | None
    recorded: str
    computed: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run was planned by, as an entry recorded it. `facts` are all of the entry's."""

    kind: str
    at: datetime
    run: Run
    due_at: datetime
    calendar_id: int | None
    version: int | None
    facts: Mapping[str, Any]

    @property
    def calendar_name(self) -> str:
        """The calendar's name at that time; entries from before there were versions hold it."""
        name = self.facts.get("calendar_name") or self.facts.get("calendar")
        return name if isinstance(name, str) else ""


@dataclass(slots=True)
class History:
    """One run of a clock: its plans in order, of which the last is valid, and what ended it."""

    number: int
    plans: list[Plan] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    warned: list[datetime] = field(default_factory=list)
    breached_at: datetime | None = None
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_reason: str = ""

    @property
    def plan(self) -> Plan:
        return self.plans[-1]

    @property
    def run(self) -> Run:
        """The valid plan's run with all pauses until now; one that is open ends with the clock."""
        pauses = tuple(
            pause._replace(end=pause.end or self.ended_at, reason=pause.reason)
            for pause in self.pauses
        )
        return replace(self.plan.run, pauses=pauses)

    @property
    def ended_at(self) -> datetime | None:
        return self.met_at or self.stopped_at

    @property
    def paused_at(self) -> datetime | None:
        """When the open pause of a clock that hasn't ended began."""
        is_open = bool(self.pauses) and self.pauses[-1].end is None and self.ended_at is None
        return self.pauses[-1].start if is_open else None


def read_history(entries: Iterable[Recorded], *, calendar_id: int | None = None) -> list[History]:
    """Return the runs of a clock, oldest first. Raises UnreadableEntryError.

    calendar_id: that of the clock. Entries from before there were versions don't name theirs.
    """
    histories: list[History] = []
    for entry in entries:
        if entry.kind == "started":
            number = entry.data.get("run") or len(histories) + 1
            histories.append(History(number))
        if not histories:
            raise UnreadableEntryError(f"{entry.kind} before the first start")
        try:
            _READERS[entry.kind](histories[-1], entry, calendar_id)
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableEntryError(f"{entry.kind} of {entry.at}: {error!r}") from error
    return histories


def _read_plan(history: History, entry: Recorded, calendar_id: int | None) -> None:
    data = entry.data
    pauses = tuple(read_pause(*pause) for pause in data.get("pauses", ()))
    seconds = data["seconds"] if "seconds" in data else data["minutes"] * 60
    run = Run(datetime.fromisoformat(data["started_at"]), seconds, pauses)
    history.plans.append(
        Plan(
            kind=str(entry.kind),
            at=entry.at,
            run=run,
            due_at=datetime.fromisoformat(data["due_at"]),
            calendar_id=data["calendar"] if "seconds" in data else calendar_id,
            version=data.get("version"),
            facts=data,
        )
    )
    history.pauses = list(pauses)
    if entry.kind == "resumed":  # also after a stop: a reopened ticket goes on where it ended
        history.stopped_at, history.stop_reason = None, ""


def read_pause(start: str, end: str | None, reason: str) -> Pause:
    """Return a pause from its form in JSON."""
    return Pause(
        datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None, reason
    )


def _read_pause(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.pauses.append(Pause(entry.at, None, entry.data["reason"]))


def _read_warning(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.warned.append(entry.at)


def _read_breach(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.breached_at = entry.at


def _read_met(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.met_at = entry.at


def _read_stop(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.stopped_at, history.stop_reason = entry.at, entry.data.get("reason", "")


_READERS: dict[str, Callable[[History, Recorded, int | None], None]] = {
    "started": _read_plan,
    "replanned": _read_plan,
    "resumed": _read_plan,
    "paused": _read_pause,
    "warned": _read_warning,
    "breached": _read_breach,
    "met": _read_met,
    "stopped": _read_stop,
}


def replay(clock: Stored, entries: Iterable[Recorded], get_hours: GetHours) -> list[Difference]:
    """Recompute a clock from its entries. Return what differs; nothing means equal."""
    try:
        histories = read_history(entries, calendar_id=clock.calendar_id)
    except UnreadableEntryError as error:
        return [Difference(Field.ENTRIES, None, str(error), "")]
    if not histories:
        return [Difference(Field.ENTRIES, None, "0", "1")]
    found = [
        difference
        for history in histories
        for plan in history.plans
        for difference in _recompute(plan, get_hours)
    ]
    return [*found, *_compare(clock, histories[-1])]


def _recompute(plan: Plan, get_hours: GetHours) -> Iterator[Difference]:
    """Yield how a plan's deadline and amount differ from what its own facts lead to."""
    try:
        hours = get_hours(plan.calendar_id, plan.version)
    except UnreadableEntryError as error:
        yield Difference(Field.CALENDAR, plan.at, str(error), "")
        return
    closed = tuple(pause for pause in plan.run.pauses if pause.end is not None)
    try:
        due: datetime | None = find_due(replace(plan.run, pauses=closed), hours)
        seconds = _find_amount(plan, hours)
    except NeverOpensError:
        due, seconds = None, plan.run.seconds
    if due != plan.due_at:
        yield Difference(Field.DUE, plan.at, _show(plan.due_at), _show(due))
    if seconds != plan.run.seconds:
        yield Difference(Field.TARGET, plan.at, f"{plan.run.seconds} s", f"{seconds} s")


def _find_amount(plan: Plan, hours: WorkingHours) -> float:
    """Return the seconds that the recorded target leads to: its own, or those until its day."""
    target = plan.facts.get("target") or {}
    if target.get("unit") == "minutes":
        return int(target["amount"]) * 60
    if target.get("unit") != "business_days":
        return plan.run.seconds
    due = find_business_day_deadline(
        hours, plan.run.started_at, target["amount"], target["by_minute"]
    )
    return working_time_between(hours, plan.run.started_at, due) // timedelta(seconds=1)


def _compare(clock: Stored, history: History) -> Iterator[Difference]:
    """Yield how the stored clock differs from the state that its entries lead to."""
    plan = history.plan
    pairs: tuple[tuple[Field, Any, Any], ...] = (
        (Field.RUN, clock.run, history.number),
        (Field.STARTED, clock.started_at, plan.run.started_at),
        (Field.DUE, clock.due_at, plan.due_at),
        (Field.SECONDS, clock.target_seconds, plan.run.seconds),
        (
            Field.CALENDAR,
            (clock.calendar_id, clock.calendar_version),
            (plan.calendar_id, plan.version),
        ),
        (Field.PAUSES, [read_pause(*pause) for pause in clock.pauses], history.pauses),
        (Field.BREACHED, clock.breached_at, history.breached_at),
        (Field.MET, clock.met_at, history.met_at),
        (Field.STOPPED, clock.stopped_at, history.stopped_at),
    )
    for name, recorded, computed in pairs:
        if recorded != computed:
            yield Difference(name, None, _show(recorded), _show(computed))


def _show(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
