"""Cards of the ticket's panel: the troubleshooting record and the emergency, read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.customers.refusals import describe_refusal
from accounts.models import Agent
from helpdesk.agent.levels.sql import EmergencyRow, RecordRow
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, format_datetime
from tickets.models import (
    RECORD_FIELDS,
    UNDECIDED,
    EmergencyState,
    State,
    Ticket,
    TicketSummary,
    TroubleshootingRecord,
)

Versioned = TroubleshootingRecord | TicketSummary


@dataclass(frozen=True, slots=True)
class RecordCard(Component):
    """A troubleshooting record. lines: (label, text). saved: who saved it, and when."""

    url: str
    action: str
    saved: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RecordVersion(Component):
    """A version of a record. lines: what it changed, as (label, text); "" for a removed text."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EmergencyCard(Component):
    """The last emergency of a ticket. url: of the decision, "" if there is none to make."""

    is_urgent: bool
    title: str
    reported: str
    impact: str
    reachable: str
    phone: str
    refusal: str
    url: str


def describe_record(
    rows: list[RecordRow], ticket: Ticket, agent: Agent, *, now: datetime
) -> RecordCard:
    """Return the card of the newest version, or an empty card that offers to start one."""
    row = rows[0] if rows else None
    saved = ""
    if row:
        saved = _("Version %(version)s by %(name)s, %(time)s") % {
            "version": row.version,
            "name": row.author,
            "time": format_ago(row.created_at, now=now),
        }
    action = (_("Edit record") if row else _("Start record")) if agent.can_write else ""
    return RecordCard(
        url=get_url("agent:troubleshooting", ticket.number) if row or action else "",
        action=action or _("Show record"),
        saved=saved,
        lines=list_lines(row.fields) if row else (),
    )


def list_lines(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the filled-in fields of a record as (label, text)."""
    return tuple(
        (_label(name), _describe(name, fields[name])) for name in RECORD_FIELDS if fields[name]
    )


def describe_versions(
    rows: Iterable[Versioned], names: Sequence[str] = RECORD_FIELDS
) -> list[RecordVersion]:
    """Return what each version changed in these fields, newest first. Reads row.agent."""
    found, before = [], dict.fromkeys(names, "")
    for row in sorted(rows, key=lambda row: row.version):
        fields = {name: getattr(row, name) for name in names}
        changed = [name for name in names if fields[name] != before[name]]
        title = _("Version %(version)s by %(name)s, %(time)s") % {
            "version": row.version,
            "name": row.agent.name,
            "time": format_datetime(row.created_at),
        }
        model = type(row)
        lines = [(_label(name, model), _describe(name, fields[name], model)) for name in changed]
        found.append(RecordVersion(title, tuple(lines)))
        before = fields
    return found[::-1]


def _label(name: str, model: type[Versioned] = TroubleshootingRecord) -> str:
    field = model._meta.get_field(name)
    return str(capfirst(str(getattr(field, "verbose_name", name))))


def _describe(name: str, value: str, model: type[Versioned] = TroubleshootingRecord) -> str:
    choices = getattr(model._meta.get_field(name), "choices", None)
    return str(dict(choices).get(value, value)) if choices else value


def describe_emergency(
    rows: list[EmergencyRow], ticket: Ticket, agent: Agent, *, now: datetime
) -> EmergencyCard | None:
    """Return the card of a ticket's last emergency, or None."""
    if not rows:
        return None
    row = rows[0]
    is_undecided = row.state in UNDECIDED and ticket.status != State.CLOSED
    facts = {
        "name": row.reporter or _("an agent"),
        "time": format_ago(row.reported_at, now=now),
    }
    return EmergencyCard(
        is_urgent=is_undecided,
        title=str(EmergencyState(row.state).label),
        reported=_("Reported by %(name)s, %(time)s") % facts,
        impact=row.impact,
        reachable=row.reachable,
        phone=row.phone,
        refusal=describe_refusal(row.refusal),
        url=get_url("agent:emergency", ticket.number) if is_undecided and agent.can_write else "",
    )
