"""The week plan: people by days in the reader's time zone, with absences, holidays and gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent, Desk, Region
from accounts.places.local_times import find_instant
from accounts.places.spans import merge_spans
from accounts.places.zones import get_zone_name
from helpdesk.agent.schedules.components import DayCell, DayHead, PersonWeek, WeekPlan
from helpdesk.agent.schedules.pictures import Bar, clip, draw_day
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.wording.times import format_day, format_full_date, format_time
from routing.availability import list_work
from routing.candidates import Candidate
from routing.models import Absence
from routing.shifts import Span, find_local_date, subtract_spans
from routing.staff.absences import can_plan

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, from a Monday, in a time zone."""

    monday: date
    zone: str

    @classmethod
    def of(cls, day: date) -> Week:
        """Return the week of a day in the reader's time zone."""
        return cls(day - DAY * day.weekday(), timezone.get_current_timezone_name())

    @classmethod
    def at(cls, at: datetime) -> Week:
        """Return the week of a time in the reader's time zone."""
        return cls.of(timezone.localtime(at).date())

    @property
    def dates(self) -> list[date]:
        """The dates of the seven days."""
        return [self.monday + DAY * place for place in range(7)]

    @property
    def days(self) -> list[Span]:
        """The seven days, 23 to 25 hours long."""
        ends = [find_instant(self.monday + DAY * place, 0, self.zone) for place in range(8)]
        return [Span(*pair) for pair in pairwise(ends)]

    @property
    def span(self) -> Span:
        """The whole week."""
        days = self.days
        return Span(days[0].start, days[-1].end)


def build_week_plan(
    desk: Desk, reader: Agent, staff: Sequence[Candidate], week: Week, *, at: datetime
) -> WeekPlan:
    """Return the plan of these agents for a week."""
    today = find_local_date(at, week.zone)
    absences = _read_absences(desk, week)
    regions = dict(Region.objects.filter(desk=desk).values_list("pk", "name"))
    people = tuple(
        _build_person(one, absences[one.agent.pk], week, desk, reader, regions, today)
        for one in sorted(staff, key=lambda one: (one.agent.level, one.agent.name))
    )
    return WeekPlan(
        title=_("Week of %(day)s") % {"day": format_full_date(week.days[0].start)},
        zone=get_zone_name(timezone.localtime(week.days[0].start)),
        days=tuple(
            DayHead(label=format_day(whole.start), iso=day.isoformat(), is_today=day == today)
            for day, whole in zip(week.dates, week.days, strict=True)
        ),
        people=people,
        coverage=tuple(_build_coverage(staff, week, today)),
    )


def _read_absences(desk: Desk, week: Week) -> dict[int, list[Absence]]:
    rows = Absence.objects.filter(desk=desk, start_at__lt=week.span.end, end_at__gt=week.span.start)
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    for row in rows:
        found[row.agent_id].append(row)
    return found


def _build_person(
    one: Candidate,
    absences: Sequence[Absence],
    week: Week,
    desk: Desk,
    reader: Agent,
    regions: dict[int, str],
    today: date,
) -> PersonWeek:
    agent = one.agent
    knows_why = can_plan(reader) or reader.pk == agent.pk
    words = [str(desk.word_for_level(agent.level)), regions.get(agent.region_id or 0, "")]
    return PersonWeek(
        name=agent.name,
        initials=get_initials(agent.name),
        tone=get_tone(agent.name),
        detail=", ".join(filter(None, words)),
        cells=tuple(
            _build_cell(one, absences, day, whole, knows_why=knows_why, is_today=day == today)
            for day, whole in zip(week.dates, week.days, strict=True)
        ),
        url=reverse("agent:agent_shifts", args=[agent.pk]) if can_plan(reader) else "",
    )


def _build_cell(
    one: Candidate,
    absences: Sequence[Absence],
    day: date,
    whole: Span,
    *,
    knows_why: bool,
    is_today: bool,
) -> DayCell:
    work = list_work(one.facts, whole.start, whole.end)
    calls = clip([Span(turn.start, turn.end) for turn in one.facts.on_call], whole)
    away = clip([Span(row.start_at, row.end_at) for row in absences], whole)
    extra = subtract_spans(clip(one.facts.extra_shifts, whole), away)
    here = [row for row in absences if row.start_at < whole.end and row.end_at > whole.start]
    words = {str(row.get_kind_display()) if knows_why else _("Absent") for row in here}
    holiday = one.facts.holidays.get_name(day)
    notes = [
        *sorted(words),
        holiday,
        _("Extra shift") if extra else "",
        _("On call") if calls else "",
    ]
    bars = [
        *(Bar(span, "call", _("On call")) for span in calls),
        *(Bar(span, "work", format_span(span)) for span in work),
        *(Bar(span, "extra", _("Extra shift")) for span in extra),
        *(Bar(span, "absence", _("Absent")) for span in away),
    ]
    return DayCell(
        picture=draw_day(whole, bars),
        times=tuple(format_span(span) for span in work),
        notes=tuple(filter(None, notes)),
        is_today=is_today,
    )


def _build_coverage(staff: Sequence[Candidate], week: Week, today: date) -> list[DayCell]:
    cells = []
    for day, whole in zip(week.dates, week.days, strict=True):
        work = merge_spans(
            (span for one in staff for span in list_work(one.facts, whole.start, whole.end)), Span
        )
        turns = [Span(turn.start, turn.end) for one in staff for turn in one.facts.on_call]
        calls = subtract_spans(merge_spans(clip(turns, whole), Span), work)
        gaps = subtract_spans([whole], [*work, *calls])
        bars = [
            *(Bar(span, "work", format_span(span)) for span in work),
            *(Bar(span, "call", _("Only on call")) for span in calls),
            *(Bar(span, "gap", _("Nobody")) for span in gaps),
        ]
        notes = [_("Nobody %(times)s") % {"times": format_span(span)} for span in gaps]
        notes += [_("On call %(times)s") % {"times": format_span(span)} for span in calls]
        cells.append(
            DayCell(
                picture=draw_day(whole, bars),
                notes=tuple(notes) or (_("Covered all day"),),
                is_today=day == today,
            )
        )
    return cells


def format_span(span: Span) -> str:
    """Return the times of a span within a day: "9:00 AM - 5:00 PM"."""
    return _("%(start)s - %(end)s") % {
        "start": format_time(span.start),
        "end": format_time(span.end),
    }
