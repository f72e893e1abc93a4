"""A clock's history, read from its append-only entries. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from sla.runs import Pause, Run, read_pauses

CalendarIds = Mapping[str, int]
NO_NAMES: CalendarIds = MappingProxyType({})


class UnreadableEntryError(ValueError):
    """An entry lacks facts, names an unknown version, or comes before the first start."""


class VersionNotKeptError(UnreadableEntryError):
    """An entry names a version of a calendar from before versions were kept."""


class Recorded(Protocol):
    """An entry of a clock. ClockEntry has these fields."""

    kind: Any
    at: Any
    data: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """The basis of a run's deadline, as an entry recorded it. `facts` are all of the entry's."""

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
    """One run of a clock: its plans in order (the last one is valid), and how it ended."""

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
        """The valid plan's run with all pauses until now."""
        return replace(self.plan.run, pauses=tuple(self.pauses))

    @property
    def ended_at(self) -> datetime | None:
        return self.met_at or self.stopped_at

    @property
    def paused_at(self) -> datetime | None:
        """The start of the open pause, or None."""
        is_open = bool(self.pauses) and self.pauses[-1].end is None
        return self.pauses[-1].start if is_open else None


def is_old(entry: Recorded) -> bool:
    """Return True if an entry that plans a run is from before calendars had versions.

    It holds only the name of its calendar.
    """
    return entry.kind in ("started", "replanned") and "seconds" not in entry.data


def read_history(
    entries: Iterable[Recorded], *, calendar_id: int | None = None, names: CalendarIds = NO_NAMES
) -> list[History]:
    """Return the runs of a clock, oldest first. Raises UnreadableEntryError.

    names: the IDs of calendars by name, for old entries. calendar_id: that of the clock, for old
    entries whose calendar has another name now.
    """
    histories: list[History] = []
    for entry in entries:
        if entry.kind == "started":
            number = entry.data.get("run") or len(histories) + 1
            histories.append(History(number))
        try:
            named = names.get(entry.data.get("calendar"), calendar_id) if is_old(entry) else None
            _READERS[entry.kind](histories[-1], entry, named)
        except (LookupError, TypeError, ValueError) as error:
            raise UnreadableEntryError(f"{entry.kind} {entry.at}: {error!r}") from error
    return histories


def _read_plan(history: History, entry: Recorded, calendar_id: int | None) -> None:
    data = entry.data
    pauses = read_pauses(data.get("pauses", ()))
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
            facts=(history.plan.facts | data) if history.plans else data,
        )
    )
    history.pauses = list(pauses)
    # A reopened ticket goes on where it ended.
    history.met_at, history.stopped_at, history.stop_reason = None, None, ""


def _read_pause(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.pauses = list(read_pauses(entry.data["pauses"]))


def _read_warning(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.warned.append(entry.at)


def _read_breach(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.breached_at = entry.at


def _read_met(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    # A first response on a closed ticket meets a clock that the closing stopped.
    history.met_at, history.stopped_at, history.stop_reason = entry.at, None, ""
    _close_pause(history)


def _read_stop(history: History, entry: Recorded, _calendar_id: int | None) -> None:
    history.stopped_at, history.stop_reason = entry.at, entry.data.get("reason", "")
    _close_pause(history)


def _close_pause(history: History) -> None:
    """End an open pause with the clock."""
    if history.pauses and history.pauses[-1].end is None:
        history.pauses[-1] = history.pauses[-1]._replace(end=history.ended_at)


_READERS: dict[str, Callable[[History, Recorded, int | None], None]] = {
    "started": _read_plan,
    "replanned": _read_plan,
    "resumed": _read_plan,
    "overridden": _read_plan,
    "paused": _read_pause,
    "warned": _read_warning,
    "breached": _read_breach,
    "met": _read_met,
    "stopped": _read_stop,
}
