"""Queries for a ticket's clocks, their explanations and their replays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sla.explaining.explain import Explanation, explain
from sla.explaining.history import (
    NO_NAMES,
    CalendarIds,
    History,
    UnreadableEntryError,
    VersionNotKeptError,
    is_old,
    read_history,
)
from sla.explaining.replay import AROUND_THE_CLOCK, Replayed, Terms, replay
from sla.hours import get_working_hours
from sla.models import Calendar, CalendarVersion, Clock, ClockKind, PolicyVersion
from sla.working_hours import WorkingHours
from tickets.models import Ticket


def list_clocks(ticket: Ticket) -> list[Clock]:
    """Return the clocks of a ticket with their entries, in the order of their kinds."""
    clocks = Clock.objects.filter(ticket=ticket).prefetch_related("entries")
    order = list(ClockKind)
    return sorted(clocks, key=lambda clock: order.index(ClockKind(clock.kind)))


def list_promised_clocks(ticket: Ticket) -> list[Clock]:
    """Return the clocks that the ticket's customer may know of, as list_clocks does."""
    return [clock for clock in list_clocks(ticket) if ClockKind(clock.kind).is_promised]


def get_hours(calendar_id: int | None, version: int | None) -> WorkingHours:
    """Return the hours of a calendar's version; without a calendar, around the clock.

    Raises VersionNotKeptError for a version from before they were kept, and UnreadableEntryError
    for one that never was.
    """
    if calendar_id is None or version is None:
        return AROUND_THE_CLOCK
    try:
        return get_working_hours(calendar_id, version)
    except CalendarVersion.DoesNotExist as error:
        kept = CalendarVersion.objects.filter(calendar=calendar_id).order_by("version").first()
        was_before = kept is not None and version < kept.version
        raised = VersionNotKeptError if was_before else UnreadableEntryError
        raise raised(str(error)) from error


def list_runs(clock: Clock, at: datetime) -> list[History]:
    """Return the runs of a clock as they stood at an instant, oldest first.

    Clocks start and pause at whole seconds, so entries count from the second they were made in.
    Raises UnreadableEntryError.
    """
    known = [entry for entry in clock.entries.all() if entry.at.replace(microsecond=0) <= at]
    return read_history(known, calendar_id=clock.calendar_id, names=_name_calendars(clock))


def _name_calendars(clock: Clock) -> CalendarIds:
    """Return the IDs of the desk's calendars by name, if an entry of the clock needs them."""
    if not any(map(is_old, clock.entries.all())):
        return NO_NAMES
    return dict(Calendar.objects.filter(desk_id=clock.desk_id).values_list("name", "pk"))


def explain_run(runs: list[History], index: int, at: datetime) -> Explanation:
    """Return the explanation of one of a clock's runs as of an instant.

    A run that another one followed is explained as of the start of that one. Raises
    UnreadableEntryError.
    """
    history = runs[index]
    if index + 1 < len(runs):
        at = min(at, runs[index + 1].plans[0].at)
    plan = history.plan
    return explain(history, get_hours(plan.calendar_id, plan.version), at)


def replay_clock(clock: Clock) -> Replayed:
    """Recompute a clock from its entries, calendars' versions and policies' versions."""
    get_terms_of_desk = partial(get_terms, clock.desk_id)
    names = _name_calendars(clock)
    return replay(clock, clock.entries.all(), get_hours, get_terms_of_desk, names)


def get_terms(desk_id: int, name: str, version: int) -> Collection[Terms]:
    """Return the targets of a policy's version. Names are unique, but can be used again."""
    versions = PolicyVersion.objects.filter(desk_id=desk_id, version=version, data__name=name)
    return {
        (clock, target["unit"], target["amount"], target["by_minute"])
        for data in versions.values_list("data", flat=True)
        for clock, target in data["targets"].items()
    }
