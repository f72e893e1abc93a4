"""A clock recomputed from its append-only entries. Pure.

Each entry that plans a run holds all that its deadline was calculated from: start, amount, pauses,
and the version of the calendar. Versions never change, so every past deadline can be calculated
again, and must come out the same. The caller passes the entries and the hours of each version.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from accounts.places.local_times import MINUTES_IN_DAY
from sla.business_days import find_business_day_deadline
from sla.calendar import NeverOpensError, WorkingHours, working_time_between
from sla.explaining.history import (
    NO_NAMES,
    CalendarIds,
    History,
    Plan,
    Recorded,
    UnreadableEntryError,
    VersionNotKeptError,
    read_history,
)
from sla.runs import Run, find_due, read_pauses

# The hours of a calendar's version; both are None for a clock without a calendar.
GetHours = Callable[[int | None, int | None], WorkingHours]
# The targets of a policy's version, by name and number, each as (clock, unit, amount, by_minute).
Terms = tuple[str, str, int, int | None]
GetTerms = Callable[[str, int], Collection[Terms]]
AROUND_THE_CLOCK = WorkingHours.always("UTC")


class Stored(Protocol):
    """A clock as stored. Clock has these fields."""

    kind: Any
    run: Any
    started_at: Any
    due_at: Any
    target_seconds: Any
    calendar_id: Any
    calendar_version: Any
    pauses: Any
    paused_at: Any
    warn_points: Any
    warn_times: Any
    breached_at: Any
    met_at: Any
    stopped_at: Any


class Field(StrEnum):
    """Facts that can differ between records and their recomputation."""

    ENTRIES = "entries"
    TARGET = "target"
    DUE = "due_at"
    RUN = "run"
    STARTED = "started_at"
    SECONDS = "seconds"
    CALENDAR = "calendar"
    POLICY = "policy"
    PAUSES = "pauses"
    WARNINGS = "warn_times"
    BREACHED = "breached_at"
    MET = "met_at"
    STOPPED = "stopped_at"
    QUEUED_BY = "queued_by"  # the ticket's own deadline
    NOT_KEPT = "not_kept"  # not a difference: there is nothing to recompute a deadline with


class Difference(NamedTuple):
    """A fact whose recorded and computed values differ. `at`: of the entry; None: of the clock."""

    field: Field
    at: datetime | None
    recorded: str
    computed: str


class Replayed(NamedTuple):
    """What differs; nothing means equal. is_complete: False if a version was not kept."""

    differences: list[Difference]
    is_complete: bool


def replay(
    clock: Stored,
    entries: Iterable[Recorded],
    get_hours: GetHours,
    get_terms: GetTerms,
    names: CalendarIds = NO_NAMES,
) -> Replayed:
    """Recompute a clock from its entries. names: as read_history takes them."""
    found = _replay(clock, entries, get_hours, get_terms, names)
    differences = [each for each in found if each.field != Field.NOT_KEPT]
    return Replayed(differences, len(differences) == len(found))


def _replay(
    clock: Stored,
    entries: Iterable[Recorded],
    get_hours: GetHours,
    get_terms: GetTerms,
    names: CalendarIds,
) -> list[Difference]:
    try:
        histories = read_history(entries, calendar_id=clock.calendar_id, names=names)
    except UnreadableEntryError as error:
        return [Difference(Field.ENTRIES, None, str(error), "")]
    if not histories:
        return [Difference(Field.ENTRIES, None, "0", "1")]
    plans = [plan for history in histories for plan in history.plans]
    return [
        *(difference for plan in plans for difference in _recompute(plan, get_hours)),
        *(difference for plan in plans for difference in _check_terms(clock, plan, get_terms)),
        *_compare(clock, histories[-1]),
        *_compare_warnings(clock, histories[-1], get_hours),
    ]


def _recompute(plan: Plan, get_hours: GetHours) -> Iterator[Difference]:
    """Yield how a plan's deadline and amount differ from what its own facts lead to."""
    try:
        hours = get_hours(plan.calendar_id, plan.version)
    except VersionNotKeptError as error:
        yield Difference(Field.NOT_KEPT, plan.at, str(error), "")
        return
    except UnreadableEntryError as error:
        yield Difference(Field.CALENDAR, plan.at, str(error), "")
        return
    due: datetime | None
    try:
        due = find_due(_close_run(plan.run), hours)
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
    by_minute = target["by_minute"] or MINUTES_IN_DAY
    due = find_business_day_deadline(hours, plan.run.started_at, target["amount"], by_minute)
    return max(1, working_time_between(hours, plan.run.started_at, due) // timedelta(seconds=1))


def _check_terms(clock: Stored, plan: Plan, get_terms: GetTerms) -> Iterator[Difference]:
    """Yield a difference if the version of the policy that a plan names has another target."""
    facts = plan.facts
    if not facts.get("policy") or plan.kind == "resumed":
        return
    target = facts["target"]
    applied = (str(clock.kind), target["unit"], target["amount"], target["by_minute"])
    known = get_terms(facts["policy"], facts["policy_version"])
    if applied not in known:
        shown = [terms for terms in known if terms[0] == clock.kind]
        yield Difference(Field.POLICY, plan.at, _show(applied), _show(shown))


def _close_run(run: Run) -> Run:
    """Return a run without its open pause: a clock is due as of the start of it."""
    return replace(run, pauses=tuple(pause for pause in run.pauses if pause.end is not None))


def _compare_warnings(clock: Stored, history: History, get_hours: GetHours) -> Iterator[Difference]:
    """Yield a difference if the warnings don't belong to the valid deadline.

    A breached clock keeps its warnings, as it keeps its deadline.
    """
    plan = history.plan
    if history.breached_at is not None:
        return
    try:
        hours, run = get_hours(plan.calendar_id, plan.version), _close_run(plan.run)
        parts = [replace(run, seconds=run.seconds * point / 100) for point in clock.warn_points]
        expected = [find_due(part, hours) for part in parts]
    except (UnreadableEntryError, NeverOpensError):
        return  # the deadline says so
    if clock.warn_times != expected:
        yield Difference(Field.WARNINGS, None, _show(clock.warn_times), _show(expected))


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
        (Field.PAUSES, list(read_pauses(clock.pauses)), history.pauses),
        (Field.PAUSES, clock.paused_at, history.paused_at),
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
    if isinstance(value, list):
        return ", ".join(map(_show, value))
    return "" if value is None else str(value)
