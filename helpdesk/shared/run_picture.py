"""The timeline of a clock's run: a bar for each part, to scale, with its days and its deadline.

Places are percentages, so that the drawing fits any width and its texts keep their size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.shared.components import Component
from helpdesk.shared.wording.explanations import StepRow, describe_steps
from helpdesk.shared.wording.times import format_datetime, format_day
from sla.calendar import DAY
from sla.explaining.explain import Explanation, Status

MAX_DAYS_DRAWN = 5
MAX_LATE = 0.25  # of the run: a deadline missed by far must not shrink the parts to nothing


@dataclass(frozen=True, slots=True)
class Bar(Component):
    """A part: its place, its color (see StepRow.tone; or "late") and its title."""

    start: str
    width: str
    tone: str
    phase: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark(Component):
    """A line with a label: the beginning of a day, or an instant. anchor: of the label."""

    place: str
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class RunPicture(Component):
    """The whole drawing. label: in words; now: the instant of the explanation, or the end."""

    label: str
    bars: tuple[Bar, ...]
    days: tuple[Mark, ...]
    due: Mark | None
    now: Mark | None


class Scale:
    """Places of instants between two others, as percentages."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.length = start, max(end - start, timedelta(seconds=1))

    def measure(self, length: timedelta) -> str:
        return f"{100 * max(0, min(1, length / self.length)):.3f}%"

    def place(self, at: datetime) -> str:
        return self.measure(at - self.start)

    def mark(self, at: datetime, label: str) -> Mark:
        """Return a mark whose label stays inside of the drawing."""
        share = (at - self.start) / self.length
        return Mark(
            self.place(at), label, "start" if share < 0.15 else "end" if share > 0.85 else "middle"
        )


def draw_run(
    explanation: Explanation, *, label: str, for_customer: bool = False
) -> RunPicture | None:
    """Return the drawing of an explanation, or None before the clock has run at all."""
    if not explanation.steps:
        return None
    start, end = explanation.steps[0].part.start, explanation.steps[-1].part.end
    late = min(explanation.late, MAX_LATE * (end - start))
    scale = Scale(start, end + late)
    rows = describe_steps(explanation, for_customer=for_customer)
    bars = [
        _draw_bar(scale, row, step.part.start, step.part.length)
        for row, step in zip(rows, explanation.steps, strict=True)
    ]
    if late:
        bars.append(Bar(scale.place(end), scale.measure(late), "late", "past", _("Overdue")))
    is_current = explanation.status in (Status.RUNNING, Status.PAUSED, Status.OVERDUE)
    reached = explanation.history.ended_at or explanation.at
    return RunPicture(
        label=label,
        bars=tuple(bars),
        days=tuple(_mark_days(scale, start, scale.start + scale.length)),
        due=scale.mark(explanation.due_at, _("Due")) if explanation.due_at else None,
        now=scale.mark(reached, "" if is_current else _("Ended")) if reached > start else None,
    )


def _draw_bar(scale: Scale, row: StepRow, start: datetime, length: timedelta) -> Bar:
    title = _("%(reason)s: %(start)s to %(end)s (%(length)s)") % {
        "reason": row.reason,
        "start": row.start_text,
        "end": row.end_text,
        "length": row.length,
    }
    return Bar(scale.place(start), scale.measure(length), row.tone, row.phase, title)


def _mark_days(scale: Scale, start: datetime, end: datetime) -> Iterator[Mark]:
    """Yield the days of the reader's zone; every second one or fewer if there are many."""
    yield Mark("0%", format_datetime(start), "start")
    days = (timezone.localtime(end).date() - timezone.localtime(start).date()).days
    step = max(1, -(-days // MAX_DAYS_DRAWN))
    for number in range(step, days + 1, step):
        day = timezone.localtime(start).date() + number * DAY
        midnight = datetime.combine(day, time(), timezone.get_current_timezone()).astimezone(UTC)
        if (midnight - start) / scale.length > 0.3 and (end - midnight) / scale.length > 0.1:
            yield Mark(scale.place(midnight), format_day(midnight))
