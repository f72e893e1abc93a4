"""The clocks of one ticket in one change: locked and read once, written once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog

from accounts.database.rows import fetch_prepared
from sla.calendar import NeverOpensError
from sla.hours import get_working_hours
from sla.ladders.running import settle
from sla.models import PROMISED, Clock, ClockKind, EntryKind, Target
from sla.runs import count_used
from sla.services.book import get_book
from sla.services.facts import collect_facts, collect_times, summarize
from sla.services.planning import ALWAYS, count_seconds, cut_to_second, get_run, make_schedule
from sla.sql import CLOCK, LOCK, SAVE, WRITTEN
from sla.targets import Found
from sla.working_hours import WorkingHours
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import State
from tickets.services.properties import set_deadline
from tickets.writes import Write

logger = structlog.get_logger(__name__)

# Facts of an entry that sets a deadline by hand: it overrides those of earlier entries.
NO_TERMS = {
    "target": {"unit": "override"},
    "calendar_name": "",
    "policy": "",
    "policy_version": None,
    "cause": "override",
}
# Without an event of their own: another event of the ticket says the same, or nobody asks.
SILENT = frozenset(kind for kind in ClockKind if kind.is_of_level)


class TicketClocks:
    """Starts, pauses and ends the clocks of a ticket; the change calls ``finish`` before it writes.

    Every method leaves an entry, and those that change what was promised an event, too.
    """

    def __init__(self, change: Change) -> None:
        self.change, self.ticket, self.at = change, change.ticket, cut_to_second(change.at)
        self._clocks = {} if change.ticket._state.adding else _load(change)
        self._changed: dict[str, Clock] = {}
        self._entries: list[dict[str, Any]] = []

    @classmethod
    def of(cls, change: Change) -> TicketClocks:
        """Return the clocks that this change works on."""
        return change.before_write("sla", cls)

    def get(self, kind: ClockKind) -> Clock | None:
        """Return a clock in its latest run, ended or not."""
        return self._clocks.get(kind)

    def get_owed(self, kind: ClockKind) -> Clock | None:
        """Return a clock that is neither met nor stopped. It may be paused or breached."""
        clock = self._clocks.get(kind)
        return clock if clock is not None and clock.is_owed else None

    def list_owed(self) -> list[Clock]:
        """Return all clocks that are neither met nor stopped."""
        return [clock for clock in self._clocks.values() if clock.is_owed]

    def start(
        self,
        kind: ClockKind,
        found: Found,
        *,
        started_at: datetime,
        cause: str,
        pauses: Sequence[Any] = (),
    ) -> bool:
        """Start a new run. Return False if the calendar never opens: that blocks no ticket."""
        clock = self._make(kind)
        clock.pauses = list(pauses)
        if not self._plan(clock, found.target, started_at=cut_to_second(started_at)):
            return False
        self._clocks[kind] = clock
        facts = collect_facts(self.ticket, clock, found, cause)
        self._enter(clock, EntryKind.STARTED, facts)
        self._record(EventKind.SLA_STARTED, clock, summarize(found, facts))
        return True

    def start_promise(self, due_at: datetime) -> None:
        """Start the clock of an update that was promised by a time. It has no calendar."""
        clock = self._make(ClockKind.PROMISED_UPDATE)
        clock.started_at = self.at
        clock.target_seconds = round((cut_to_second(due_at) - self.at).total_seconds())
        self._schedule(clock, ALWAYS)
        self._clocks[ClockKind.PROMISED_UPDATE] = clock
        self._enter(clock, EntryKind.STARTED, collect_times(clock))

    def replan(self, clock: Clock, found: Found, *, cause: str) -> None:
        """Reschedule a running clock from its own start by another target or another version."""
        was = collect_times(clock) | {"target_id": clock.target_id}
        points, warnings = list(clock.warn_points), list(clock.warn_times)
        sent = clock.warned, clock.warn_at
        if not self._plan(clock, found.target, started_at=clock.started_at):
            return
        if warnings == clock.warn_times and points == clock.warn_points:
            clock.warned, clock.warn_at = sent  # those that were sent stay sent
        now = collect_times(clock) | {"target_id": clock.target_id}
        if was == now and points == clock.warn_points:
            return
        changed = {name: value for name, value in was.items() if now[name] != value}
        facts = collect_facts(self.ticket, clock, found, cause) | {"was": changed}
        facts["was_due_at"] = was["due_at"]
        self._enter(clock, EntryKind.REPLANNED, facts)
        self._record(EventKind.SLA_REPLANNED, clock, summarize(found, facts))

    def override(self, clock: Clock, due_at: datetime) -> None:
        """Set the deadline of a running clock. It counts around the clock, without its pauses."""
        was_due_at = clock.due_at.isoformat()
        used = count_used(get_run(clock), ALWAYS, cut_to_second(due_at))
        clock.target_seconds = max(1, round(used.total_seconds()))
        clock.target_id = clock.calendar_id = clock.calendar_version = None
        self._schedule(clock, ALWAYS)
        facts = collect_times(clock) | NO_TERMS | {"was_due_at": was_due_at}
        self._enter(clock, EntryKind.OVERRIDDEN, facts)

    def pause(self, clock: Clock, reason: str) -> None:
        """Pause a clock. One whose deadline has passed is breached first."""
        if clock.breached_at is None and clock.due_at <= self.change.at:
            self._breach(clock)
        # A sweep that was just ahead of this change may have breached it at a later instant.
        is_late = clock.breached_at is not None
        clock.paused_at = max(self.change.at, clock.due_at) if is_late else self.change.at
        clock.pauses = [*clock.pauses, [clock.paused_at.isoformat(), None, reason]]
        self._enter(clock, EntryKind.PAUSED, collect_times(clock) | {"reason": reason})

    def resume(self, clock: Clock) -> None:
        """End a pause: what is left of the target counts from now. A breached clock stays late."""
        reason = clock.pauses[-1][2]
        self._end_pause(clock)
        self._continue(clock, reason)

    def reopen(self, clock: Clock, found: Found) -> None:
        """Continue a clock that the closing ended; the time in between doesn't count."""
        ended_at = clock.met_at or clock.stopped_at or self.change.at
        clock.met_at = clock.stopped_at = None
        gap = [ended_at.isoformat(), self.change.at.isoformat(), "ticket_closed"]
        clock.pauses = [*clock.pauses, gap]
        self._continue(clock, "ticket_closed")
        facts = collect_facts(self.ticket, clock, found, "reopened")
        self._record(EventKind.SLA_STARTED, clock, summarize(found, facts))

    def restore(self, clock: Clock, reason: str) -> None:
        """Continue a clock that ended, as if it had run on; a pause lasts until now."""
        ended_at = clock.met_at or clock.stopped_at
        clock.met_at = clock.stopped_at = None
        last = clock.pauses[-1] if clock.pauses else None
        if last is not None and ended_at and datetime.fromisoformat(last[1]) == ended_at:
            clock.pauses = [*clock.pauses[:-1], [last[0], self.change.at.isoformat(), last[2]]]
        self._continue(clock, reason)

    def meet(self, clock: Clock) -> None:
        """Meet the target, in time or late."""
        is_paused = clock.paused_at is not None
        in_time = clock.breached_at is None and (is_paused or self.change.at <= clock.due_at)
        self._end_pause(clock)
        clock.met_at, clock.stopped_at = self.change.at, None
        facts = {"run": clock.run, "due_at": clock.due_at.isoformat(), "in_time": in_time}
        self._enter(clock, EntryKind.MET, facts)
        self._record(EventKind.SLA_MET, clock, facts)

    def stop(self, clock: Clock, reason: str) -> None:
        """Stop a clock without meeting its target: it can't be breached anymore."""
        self._end_pause(clock)
        clock.stopped_at = self.change.at
        facts = {"run": clock.run, "due_at": clock.due_at.isoformat(), "reason": reason}
        self._enter(clock, EntryKind.STOPPED, facts)

    def end_promise(self, clock: Clock, cause: str) -> None:
        """Stop a clock because nothing is promised anymore, and record that."""
        self.stop(clock, cause)
        facts = {"was_due_at": clock.due_at.isoformat(), "cause": cause}
        self._record(EventKind.SLA_STOPPED, clock, facts)

    def finish(self) -> None:
        """Add what changed to the change, and set the ticket's deadline."""
        if self._changed:
            rows = [_get_row(clock) for clock in self._changed.values()]
            given = {
                "clocks_desk": self.ticket.desk_id,
                "clocks_ticket": self.ticket.pk,
                "clocks_rows": json.dumps(rows, default=datetime.isoformat),
                "clocks_entries": json.dumps(self._entries, default=datetime.isoformat),
            }
            self.change.write(Write(SAVE, given))
        settle(self.change, self.list_owed(), get_book(self.ticket))
        earliest = self._find_earliest()
        if earliest is None:
            set_deadline(self.change, None)
        else:
            set_deadline(self.change, earliest.due_at, earliest.kind)

    def _find_earliest(self) -> Clock | None:
        """Return the clock by which queues sort: what was promised to the customer comes first."""
        if self.ticket.status == State.CLOSED:
            return None
        counting = [clock for clock in self.list_owed() if clock.paused_at is None]
        promised = [clock for clock in counting if clock.kind in PROMISED]
        return min(promised or counting, key=lambda clock: clock.due_at, default=None)

    def _make(self, kind: ClockKind) -> Clock:
        before = self._clocks.get(kind)
        run = before.run + 1 if before else 1
        return Clock(desk_id=self.ticket.desk_id, ticket=self.ticket, kind=kind, run=run)

    def _plan(self, clock: Clock, target: Target, *, started_at: datetime) -> bool:
        calendar = target.required_calendar
        hours = get_working_hours(calendar.pk, calendar.version)
        before = (clock.started_at, clock.target_seconds)
        try:
            clock.target_seconds = count_seconds(target, hours, started_at)
            clock.started_at = started_at
            self._schedule(clock, hours)
        except NeverOpensError as error:
            clock.started_at, clock.target_seconds = before
            logger.error("calendar_never_opens", calendar=calendar.pk, error=str(error))
            return False
        clock.target_id = target.pk
        clock.calendar_id, clock.calendar_version = calendar.pk, calendar.version
        return True

    def _schedule(self, clock: Clock, hours: WorkingHours) -> None:
        """Set the deadline and the warnings, none of which was sent."""
        points = sorted(set(self.ticket.desk.warn_points))
        clock.due_at, clock.warn_times = make_schedule(get_run(clock), hours, points)
        clock.warn_points, clock.warned = points, 0
        clock.warn_at = clock.warn_times[0] if points else None

    def _continue(self, clock: Clock, reason: str) -> None:
        """Reschedule a clock by its own version of the calendar. Warnings sent stay sent."""
        clock.paused_at = None
        was_due_at = clock.due_at.isoformat()
        if clock.breached_at is None:
            hours = _get_own_hours(clock)
            clock.due_at, times = make_schedule(get_run(clock), hours, clock.warn_points)
            clock.warn_times = times
            clock.warn_at = times[clock.warned] if clock.warned < len(times) else None
        facts = collect_times(clock) | {"reason": reason, "was_due_at": was_due_at}
        self._enter(clock, EntryKind.RESUMED, facts)

    def _end_pause(self, clock: Clock) -> None:
        if clock.paused_at is not None:
            start, _end, reason = clock.pauses[-1]
            clock.pauses = [*clock.pauses[:-1], [start, self.change.at.isoformat(), reason]]
            clock.paused_at = None

    def _breach(self, clock: Clock) -> None:
        clock.breached_at = self.change.at
        facts = {"run": clock.run, "due_at": clock.due_at.isoformat()}
        self._enter(clock, EntryKind.BREACHED, facts)
        named = facts | {"clock": str(clock.kind)}
        self.change.record(EventKind.SLA_BREACHED, named, by=SYSTEM)

    def _enter(self, clock: Clock, kind: EntryKind, data: dict[str, Any]) -> None:
        self._changed[clock.kind] = clock
        entry = {"place": len(self._entries), "clock": clock.kind, "kind": kind.value}
        self._entries.append(entry | {"at": self.change.at, "data": data})

    def _record(self, event: EventKind, clock: Clock, facts: dict[str, Any]) -> None:
        if clock.kind not in SILENT:
            self.change.record(event, {"clock": str(clock.kind)} | facts, by=SYSTEM)


def _load(change: Change) -> dict[str, Clock]:
    """Lock the clocks of a locked ticket. They come second in the lock order."""
    change.flush("clocks")
    rows = fetch_prepared(LOCK, {"ticket": change.ticket.pk})
    return {clock.kind: clock for clock in _load_rows(rows)}


def _load_rows(rows: Sequence[dict[str, Any]]) -> Iterator[Clock]:
    for row in rows:
        if (clock := CLOCK.load(row)) is not None:
            yield clock


def _get_row(clock: Clock) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in WRITTEN}


def _get_own_hours(clock: Clock) -> WorkingHours:
    if clock.calendar_id is None or clock.calendar_version is None:
        return ALWAYS
    return get_working_hours(clock.calendar_id, clock.calendar_version)
