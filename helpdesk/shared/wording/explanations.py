"""Explanations of clocks in words: one sentence, and a row for each part (sla/explaining/).

For agents and customers, in the reader's language and time zone. Customers read of their promised
clocks only, without the names of policies and without the reasons of changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from helpdesk.shared.components import Component
from helpdesk.shared.wording.clock_words import (
    NAMED_REASONS,
    NOTES,
    PAUSED_FOR,
    PAUSED_FOR_CUSTOMERS,
    PAUSES,
    REASONS,
    REASONS_FOR_CUSTOMERS,
)
from helpdesk.shared.wording.times import (
    format_datetime,
    format_day,
    format_exact,
    format_timespan,
    format_title,
    to_iso,
)
from sla.calendar import DAY, ZERO, WorkingHours
from sla.durations import format_duration, format_target
from sla.explaining.explain import SECOND, Explanation, Phase, Status, Step
from sla.models import ClockKind, TargetUnit
from sla.runs import Reason

MAX_DAYS_NAMED = 4


@dataclass(frozen=True, slots=True)
class StepRow(Component):
    """A part of a run as a row. tone: "counted", "paused" or "closed"; counted: "" if it isn't."""

    start_iso: str
    start_text: str
    start_title: str
    end_iso: str
    end_text: str
    end_title: str
    reason: str
    tone: str
    phase: str
    note: str
    length: str
    counted: str


@dataclass(frozen=True, slots=True)
class RunTable(Component):
    """A run's parts as a table (templates/includes/run_parts.html). sums: (label, time)."""

    caption: str
    rows: tuple[StepRow, ...]
    sums: tuple[tuple[str, str], ...]


def describe_run(
    explanation: Explanation, kind: ClockKind, *, for_customer: bool = False
) -> RunTable:
    """Return the parts of a run as a table: what is used and what is left make the target."""
    sums = [
        (_("Used"), explanation.used),
        (_("Left"), explanation.left),
        (pgettext("SLA", "Target"), explanation.total),
    ]
    return RunTable(
        caption=_("%(clock)s, part by part") % {"clock": kind.label},
        rows=describe_steps(explanation, for_customer=for_customer),
        sums=tuple((label, format_exact(seconds)) for label, seconds in sums),
    )


def describe_steps(explanation: Explanation, *, for_customer: bool = False) -> tuple[StepRow, ...]:
    """Return the parts of a run as rows. Their counted times add up to the target."""
    return tuple(_describe_step(step, for_customer=for_customer) for step in explanation.steps)


def _describe_step(step: Step, *, for_customer: bool) -> StepRow:
    part = step.part
    return StepRow(
        start_iso=to_iso(part.start),
        start_text=format_datetime(part.start),
        start_title=format_title(part.start),
        end_iso=to_iso(part.end),
        end_text=format_datetime(part.end),
        end_title=format_title(part.end),
        reason=describe_reason(step, for_customer=for_customer),
        tone="counted" if part.counts else "paused" if part.reason in PAUSES else "closed",
        phase=step.phase.value,
        note=str(NOTES[step.phase]),
        length=format_exact(round(part.length.total_seconds())),
        counted=format_exact(step.seconds) if part.counts else "",
    )


def describe_reason(step: Step, *, for_customer: bool = False) -> str:
    """Return why a part counts or not: "Business hours", "Holiday: Tiradentes"."""
    reason, name = step.part.reason, step.part.name
    if name and reason in NAMED_REASONS:
        return str(NAMED_REASONS[reason] % {"name": name})
    reasons = REASONS_FOR_CUSTOMERS if for_customer else REASONS
    return str(reasons.get(reason, reason))


def explain_in_a_sentence(
    explanation: Explanation, kind: ClockKind, *, for_customer: bool = False
) -> str:
    """Return the whole explanation as a short paragraph.

    "First response within 4 business hours (12x5), counted from Thu, Apr 20, 6:30 PM: 1h 30m on
    Thu, Apr 20 and 2h 30m on Wed, Apr 22 after the holiday Tiradentes. Due Wed, Apr 22, 10:30 AM."
    """
    sentences = (
        _describe_terms(explanation, kind),
        _describe_pauses(explanation.steps, for_customer=for_customer),
        _describe_outcome(explanation),
    )
    return " ".join(filter(None, sentences))


def _describe_terms(explanation: Explanation, kind: ClockKind) -> str:
    """Return the target and the days on which its time is counted."""
    plan = explanation.plan
    named = {
        "clock": kind.label,
        "start": format_datetime(plan.run.started_at),
        "target": describe_target(explanation),
        "calendar": plan.calendar_name,
    }
    if plan.calendar_id is None and kind != ClockKind.PROMISED_UPDATE:
        return _("%(clock)s, counted from %(start)s until a deadline set by hand.") % named
    if plan.calendar_id is None:
        return _("An update was promised on %(start)s.") % named
    days = _list_days(explanation)
    if not days:
        return _("%(clock)s within %(target)s (%(calendar)s), counted from %(start)s.") % named
    named["days"] = get_text_list(days, _("and"))
    return (
        _("%(clock)s within %(target)s (%(calendar)s), counted from %(start)s: %(days)s.") % named
    )


def describe_target(explanation: Explanation) -> str:
    """Return the amount of a run's target: "4 business hours", "2 business days", "24 hours"."""
    target = explanation.plan.facts.get("target") or {}
    if target.get("unit") == TargetUnit.BUSINESS_DAYS:
        return format_target(target["unit"], target["amount"], target["by_minute"])
    hours, minutes = divmod(explanation.total // 60, 60)
    is_always_open = explanation.hours == WorkingHours.always(explanation.hours.time_zone)
    if minutes or not hours:
        named = {"time": format_duration(explanation.total // 60)}
        return named["time"] if is_always_open else _("%(time)s of business hours") % named
    if is_always_open:
        text = ngettext("%(count)s hour", "%(count)s hours", hours)
    else:
        text = ngettext("%(count)s business hour", "%(count)s business hours", hours)
    return text % {"count": hours}


@dataclass(slots=True)
class CountedDay:
    """A local day on which time was counted, and the holidays since the one before."""

    start: datetime
    length: timedelta
    holidays: tuple[str, ...]


def _list_days(explanation: Explanation) -> list[str]:
    """Return the time counted on each day; those in the middle together if there are many."""
    days = list(_count_by_day(explanation.steps))
    ends = [
        round(sum((day.length for day in days[:n]), ZERO) / SECOND) for n in range(len(days) + 1)
    ]
    texts = [
        _describe_day(day, end - before)
        for day, (before, end) in zip(days, pairwise(ends), strict=True)
    ]
    if len(texts) <= MAX_DAYS_NAMED:
        return texts
    count = len(texts) - 2
    between = ngettext("%(time)s on %(count)s day", "%(time)s on %(count)s days", count)
    named = {"time": format_exact(ends[-2] - ends[1]), "count": count}
    return [texts[0], between % named, texts[-1]]


def _describe_day(day: CountedDay, seconds: int) -> str:
    named = {"time": format_exact(seconds), "day": format_day(day.start)}
    if not day.holidays:
        return _("%(time)s on %(day)s") % named
    named["holiday"] = get_text_list(list(day.holidays), _("and"))
    return _("%(time)s on %(day)s after the holiday %(holiday)s") % named


def _count_by_day(steps: Iterable[Step]) -> Iterable[CountedDay]:
    """Return the counted time by days of the reader's zone, up to the clock's end."""
    days: dict[date, CountedDay] = {}
    holidays: list[str] = []
    for step in steps:
        if step.phase == Phase.AFTER_END:
            break
        name = step.part.name if step.part.reason == Reason.HOLIDAY else ""
        if name and name not in holidays:  # a pause, or the present, can split a holiday
            holidays.append(name)
        if not step.counts:
            continue
        for start, end in _split_at_midnights(step.part.start, step.part.end):
            key = timezone.localtime(start).date()
            day = days.setdefault(key, CountedDay(start, ZERO, tuple(holidays)))
            day.length += end - start
            holidays.clear()
    return days.values()


def _split_at_midnights(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield a span's pieces by days of the reader's zone, in UTC."""
    while start < end:
        tomorrow = timezone.localtime(start).date() + DAY
        midnight = datetime.combine(tomorrow, time(), timezone.get_current_timezone())
        cut = min(midnight.astimezone(UTC), end)
        if cut <= start:  # clocks went back over a midnight
            cut = end
        yield start, cut
        start = cut


def _describe_pauses(steps: Iterable[Step], *, for_customer: bool) -> str:
    """Return how long the clock was paused, by reason; "" if it wasn't."""
    lengths: dict[str, timedelta] = {}
    for step in steps:
        if step.part.reason in PAUSES and step.phase == Phase.PAST:
            lengths[step.part.reason] = lengths.get(step.part.reason, ZERO) + step.part.length
    if not lengths:
        return ""
    words = PAUSED_FOR_CUSTOMERS if for_customer else PAUSED_FOR
    pauses = [
        words[reason] % {"time": format_timespan(length)} for reason, length in lengths.items()
    ]
    return _("Not counted: %(pauses)s.") % {"pauses": get_text_list(pauses, _("and"))}


def _describe_outcome(explanation: Explanation) -> str:
    """Return when the clock is due, and how it ended or stands."""
    history, due = explanation.history, explanation.due_at
    named = {"left": format_exact(explanation.left), "late": format_timespan(explanation.late)}
    if due is None:
        return _("Paused, with %(left)s left on the clock.") % named
    named["due"] = format_datetime(due)
    if history.ended_at:
        named["end"] = format_datetime(history.ended_at)
    if explanation.status == Status.MET:
        if explanation.late:
            return _("Due %(due)s. Met %(end)s, %(late)s late.") % named
        return _("Due %(due)s. Met %(end)s, with %(left)s left on the clock.") % named
    if explanation.status == Status.STOPPED:
        return _("Due %(due)s. Stopped %(end)s.") % named
    if explanation.status == Status.OVERDUE:
        return _("Due %(due)s, %(late)s overdue.") % named
    return _("Due %(due)s.") % named
