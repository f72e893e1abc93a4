"""Typed contexts of the schedule pages (templates/agent/schedule/)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class DayHead(Component):
    """The heading of a day. iso: its date."""

    label: str
    iso: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class TurnMark(Component):
    """An agent on call on a day, in the color of the picture, "0" to "5"."""

    name: str
    initials: str
    color: str


@dataclass(frozen=True, slots=True)
class DayCell(Component):
    """A person's day: drawn, and the same in words. notes: leave, holidays, on call.

    turns: for the days of a rota, the agents on call.
    """

    picture: SafeString
    times: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_today: bool = False
    turns: tuple[TurnMark, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonWeek(Component):
    """An agent's row of the week plan. url: where a lead changes it, or ""."""

    name: str
    initials: str
    tone: str
    detail: str
    cells: tuple[DayCell, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class WeekPlan(Component):
    """A week of the desk. coverage: when anyone, only someone on call, or nobody is at work."""

    title: str
    zone: str
    days: tuple[DayHead, ...]
    people: tuple[PersonWeek, ...]
    coverage: tuple[DayCell, ...]


@dataclass(frozen=True, slots=True)
class MissingAgent(Component):
    """An agent who should be on shift and isn't."""

    name: str
    since: str
    last_active: str


@dataclass(frozen=True, slots=True)
class OwnAbsence(Component):
    """An absence of the agent. cancel_url: a post to it cancels it; "" once it is over."""

    kind: str
    times: str
    note: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class ExtraShiftLine(Component):
    """An extra shift that isn't over. cancel_url: a post to it cancels it; "" for who may not."""

    times: str
    cancel_url: str = ""


@dataclass(frozen=True, slots=True)
class TurnLine(Component):
    """A turn on call. swap_url: where its agent offers it to another, or "". note: about a swap."""

    agent: str
    times: str
    is_now: bool
    note: str = ""
    swap_url: str = ""


@dataclass(frozen=True, slots=True)
class SwapLine(Component):
    """An open offer. is_asked: the reader decides on it; otherwise they may withdraw it."""

    text: str
    url: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class RotaCard(Component):
    """A rota: its drawn weeks and its turns. edit_url: its admin page, or ""."""

    name: str
    detail: str
    now: str
    weeks: tuple[tuple[DayCell, ...], ...]
    turns: tuple[TurnLine, ...]
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class TeamLine(Component):
    """A team with its members. url: where a lead changes its shifts, or ""."""

    name: str
    detail: str
    url: str
