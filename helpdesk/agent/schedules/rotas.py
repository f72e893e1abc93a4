"""The on-call page: who is on call now, the coming weeks drawn, and swaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent, Desk
from helpdesk.agent.schedules.components import DayCell, RotaCard, SwapLine, TurnLine, TurnMark
from helpdesk.agent.schedules.pictures import Bar, draw_day
from helpdesk.agent.schedules.week import DAY, Week
from helpdesk.shared.avatars import get_initials
from helpdesk.shared.wording.times import format_datetime
from routing.models import Absence, OnCallRota, OnCallSwap, OnCallTurn, SwapState
from routing.shifts import Span, find_local_date
from routing.staff.on_call import PLANNED_AHEAD, list_on_call

WEEKS_DRAWN = 4
COLORS = 6


def list_rota_cards(desk: Desk, reader: Agent, *, at: datetime, admin: bool) -> list[RotaCard]:
    """Return the desk's rotas with their turns from now on. admin: the reader can change rotas."""
    rows = OnCallTurn.objects.filter(desk=desk, end_at__gt=at, start_at__lt=at + PLANNED_AHEAD)
    turns = list(rows.select_related("agent", "planned_agent"))
    rotas = OnCallRota.objects.filter(desk=desk, is_active=True).select_related("region")
    absences = _read_absences(desk, at)
    current = {turn.rota_id: turn for turn in list_on_call(desk, at)}
    return [
        _build_card(
            rota,
            [turn for turn in turns if turn.rota_id == rota.pk],
            absences,
            reader,
            at,
            current=current.get(rota.pk),
            admin=admin,
        )
        for rota in rotas
    ]


def _read_absences(desk: Desk, at: datetime) -> list[Absence]:
    coming = Absence.objects.filter(desk=desk, end_at__gt=at, start_at__lt=at + PLANNED_AHEAD)
    return list(coming)


def _build_card(
    rota: OnCallRota,
    turns: Sequence[OnCallTurn],
    absences: Sequence[Absence],
    reader: Agent,
    at: datetime,
    *,
    current: OnCallTurn | None,
    admin: bool,
) -> RotaCard:
    level = reader.desk.word_for_level(rota.level) if rota.level else ""
    details = [str(level), str(rota.region or "")]
    now = _("Nobody is on call now.")
    if current is not None:
        now = _("%(agent)s is on call until %(time)s.") % {
            "agent": current.agent.name,
            "time": format_datetime(current.end_at),
        }
    return RotaCard(
        name=rota.name,
        detail=", ".join(filter(None, details)),
        now=now,
        weeks=tuple(_draw_weeks(turns, at)),
        turns=tuple(_build_turn(turn, absences, reader, at) for turn in turns),
        edit_url=reverse("admin:routing_oncallrota_change", args=[rota.pk]) if admin else "",
    )


def _build_turn(
    turn: OnCallTurn, absences: Sequence[Absence], reader: Agent, at: datetime
) -> TurnLine:
    is_mine = turn.agent_id == reader.pk and reader.can_write
    return TurnLine(
        agent=turn.agent.name,
        times=format_turn(turn),
        is_now=turn.start_at <= at < turn.end_at,
        note=_describe_turn(turn, absences),
        swap_url=reverse("agent:swap", args=[turn.pk]) if is_mine else "",
    )


def _describe_turn(turn: OnCallTurn, absences: Sequence[Absence]) -> str:
    is_away = any(
        row.agent_id == turn.agent_id and row.start_at < turn.end_at and row.end_at > turn.start_at
        for row in absences
    )
    if is_away:
        return _("Absent during this turn. Someone should take it.")
    planned = turn.planned_agent
    if planned is not None and planned.pk != turn.agent_id:
        return _("Swapped with %(agent)s") % {"agent": planned.name}
    return ""


def _draw_weeks(turns: Sequence[OnCallTurn], at: datetime) -> list[tuple[DayCell, ...]]:
    """Return four weeks of days, with a color for each agent."""
    agents = list(dict.fromkeys(turn.agent_id for turn in turns))
    first = Week.at(at)
    weeks = [Week(first.monday + 7 * DAY * place, first.zone) for place in range(WEEKS_DRAWN)]
    today = find_local_date(at, first.zone)
    return [
        tuple(
            _draw_day(day, whole, turns, agents, is_today=day == today)
            for day, whole in zip(week.dates, week.days, strict=True)
        )
        for week in weeks
    ]


def _draw_day(
    day: date, whole: Span, turns: Sequence[OnCallTurn], agents: Sequence[int], *, is_today: bool
) -> DayCell:
    here = [turn for turn in turns if turn.start_at < whole.end and turn.end_at > whole.start]
    bars = [
        Bar(
            Span(turn.start_at, turn.end_at),
            f"turn-{_pick_color(turn, agents)}",
            turn.agent.name,
        )
        for turn in here
    ]
    marks = dict.fromkeys(_mark_turn(turn, agents) for turn in here)
    return DayCell(draw_day(whole, bars), (str(day.day),), is_today=is_today, turns=tuple(marks))


def _mark_turn(turn: OnCallTurn, agents: Sequence[int]) -> TurnMark:
    name = turn.agent.name
    return TurnMark(name, get_initials(name), _pick_color(turn, agents))


def _pick_color(turn: OnCallTurn, agents: Sequence[int]) -> str:
    return str(agents.index(turn.agent_id) % COLORS)


def format_turn(turn: OnCallTurn) -> str:
    """Return when a turn begins and ends."""
    return pgettext("on-call turn", "%(start)s to %(end)s") % {
        "start": format_datetime(turn.start_at),
        "end": format_datetime(turn.end_at),
    }


def list_swaps(desk: Desk, reader: Agent) -> list[SwapLine]:
    """Return the open offers to the reader and by the reader."""
    mine = Q(offered_to=reader) | Q(offered_by=reader)
    offers = OnCallSwap.objects.filter(mine, desk=desk, state=SwapState.OFFERED)
    related = offers.select_related("turn", "in_return", "offered_by", "offered_to")
    return [_build_swap(swap, reader) for swap in related]


def _build_swap(swap: OnCallSwap, reader: Agent) -> SwapLine:
    is_asked = swap.offered_to_id == reader.pk
    facts = {
        "agent": (swap.offered_by if is_asked else swap.offered_to).name,
        "turn": format_turn(swap.turn),
        "other": format_turn(swap.in_return) if swap.in_return else "",
    }
    if is_asked and swap.in_return:
        text = _("%(agent)s asks you to take %(turn)s, in return for your turn %(other)s.") % facts
    elif is_asked:
        text = _("%(agent)s asks you to take %(turn)s.") % facts
    elif swap.in_return:
        text = _("You asked %(agent)s to take %(turn)s, in return for %(other)s.") % facts
    else:
        text = _("You asked %(agent)s to take %(turn)s.") % facts
    return SwapLine(text, reverse("agent:swap_decision", args=[swap.pk]), is_asked)
