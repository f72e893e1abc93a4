"""The card above a conversation: the living summary, and the question about business impact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent
from helpdesk.agent.brief.sql import SummaryRow
from helpdesk.agent.components.ticket import Property
from helpdesk.shared.components import Component, Option
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago
from tickets.models import Impact, State, Ticket
from tickets.services.impact import name_impact

LABELS = {
    "problem": gettext_lazy("Problem"),
    "tried": gettext_lazy("Tried so far"),
    "next_step": gettext_lazy("Next step"),
    "blocker": gettext_lazy("Blocker"),
}
FOLDED = ("blocker", "next_step", "problem", "tried")  # the one line of a folded summary


@dataclass(frozen=True, slots=True)
class BriefCard(Component):
    """The brief above a conversation.

    label, line: of the folded summary; "" without one. lines: (label, text). url: of the form, ""
    if the reader can't change it and there is nothing to read. impact_url: where an answer to the
    question about business impact is posted, "" if it isn't asked.
    """

    label: str
    line: str
    lines: tuple[tuple[str, str], ...]
    saved: str
    url: str
    action: str
    impact_url: str
    options: tuple[Option, ...]


def describe_brief(
    rows: list[SummaryRow], ticket: Ticket, agent: Agent, *, now: datetime
) -> BriefCard:
    """Return the card of the newest summary, or one that offers to start it."""
    row = rows[0] if rows else None
    may_change = agent.can_write and ticket.merged_into_id is None
    asks = may_change and not ticket.impact and ticket.status != State.CLOSED
    label, line = _fold(row.fields if row else {})
    action = (_("Edit summary") if row else _("Add summary")) if may_change else _("Show summary")
    return BriefCard(
        label=label,
        line=line,
        lines=list_summary_lines(row.fields if row else {}),
        saved=_describe_saved(row, now) if row else "",
        url=get_url("agent:summary", ticket.number) if row or may_change else "",
        action=action,
        impact_url=get_url("agent:impact", ticket.number) if asks else "",
        options=tuple(Option(str(value), str(label)) for value, label in Impact.choices),
    )


def _fold(fields: Mapping[str, str]) -> tuple[str, str]:
    name = next((name for name in FOLDED if fields.get(name)), "")
    return (str(LABELS[name]), fields[name]) if name else ("", "")


def list_summary_lines(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the lines of a summary that say something, as (label, text)."""
    return tuple((str(label), fields[name]) for name, label in LABELS.items() if fields.get(name))


def write_prefill(fields: Mapping[str, str], names: Sequence[str], *, limit: int) -> str:
    """Return lines of a summary for another form, in this order; only those that fit as a whole."""
    text = ""
    for name in names:
        line = f"{LABELS[name]}: {fields[name]}" if fields.get(name) else ""
        longer = f"{text}\n{line}".strip()
        text = longer if line and len(longer) <= limit else text
    return text


def _describe_saved(row: SummaryRow, now: datetime) -> str:
    return _("Version %(version)s by %(name)s, %(time)s") % {
        "version": row.version,
        "name": row.author,
        "time": format_ago(row.created_at, now=now),
    }


def describe_impact(ticket: Ticket, action: str) -> Property:
    """Return the business impact as a property of the panel. action: "" if it can't be changed."""
    choices = [("", _("Not known")), *Impact.choices]
    return Property(
        label=_("Business impact"),
        value=name_impact(ticket.impact),
        action=action,
        name="impact",
        options=tuple(
            Option(str(value), str(label), selected=value == ticket.impact)
            for value, label in choices
        ),
        expected=ticket.impact,
    )
