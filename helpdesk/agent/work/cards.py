"""An agent's own work on a ticket, as its panel and its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.work.sql import WorkRow
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime
from sla.durations import format_duration
from tickets.models import Ticket, TimeEntry
from tickets.work.time_spent import is_correctable


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCard(Component):
    """snooze: until when the agent snoozed the ticket, or "". spent: by all agents, or "".

    wake_url, time_url: "" for observers.
    """

    snooze: str
    spent: str
    wake_url: str
    time_url: str


def describe_work(row: WorkRow, ticket: Ticket, agent: Agent) -> WorkCard:
    """Return what the panel shows of snooze and time."""
    can_write = agent.can_write
    return WorkCard(
        snooze=describe_snooze(row.until) if row.is_snoozed else "",
        spent=format_duration(row.minutes) if row.minutes else "",
        wake_url=get_url("agent:snooze_end", ticket.number) if can_write else "",
        time_url=get_url("agent:time", ticket.number) if can_write else "",
    )


def describe_snooze(until: datetime | None) -> str:
    """Say until when a ticket is snoozed."""
    if until is None:
        return _("Snoozed until the customer replies")
    return _("Snoozed until %(time)s") % {"time": format_datetime(until)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine(Component):
    """A time entry. edit_url: "" if the agent can't change it."""

    agent: str
    time: str
    spent: str
    note: str
    is_billable: bool
    edit_url: str


def describe_entry(entry: TimeEntry, ticket: Ticket, agent: Agent, *, now: datetime) -> TimeLine:
    """Return a line of the list of entries."""
    is_own = is_correctable(entry, agent, desk=agent.desk, at=now)
    return TimeLine(
        agent=entry.agent.name,
        time=format_datetime(entry.created_at),
        spent=format_duration(entry.minutes),
        note=entry.note,
        is_billable=entry.is_billable,
        edit_url=get_url("agent:time_entry", ticket.number, entry.pk) if is_own else "",
    )
