"""Daily standup messages: when each is due, and its words (M82)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from accounts.places.languages import use_recipient_locale
from accounts.places.local_times import find_instant
from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind, ChatConnection, ChatStandup
from channels_intake.team_chat.composing import get_ticket_url
from channels_intake.team_chat.vendors import VENDORS

DAY = timedelta(days=1)
LATEST = timedelta(hours=12)  # after its time; later than that, the next day's is posted instead
MAX_NAMED = 5  # breached tickets


@dataclass(frozen=True, slots=True)
class StandupFacts:
    """A team's figures. overdue: numbers of the most overdue tickets; on_shift: IDs of agents."""

    open_tickets: int = 0
    due_today: int = 0
    breached: int = 0
    escalated: int = 0
    overdue: tuple[int, ...] = ()
    on_shift: tuple[int, ...] = ()


def find_next(standup: ChatStandup, after: datetime) -> datetime | None:
    """Return the first time of a standup after a time, or None if it has no weekdays."""
    day = after.astimezone(ZoneInfo(standup.time_zone)).date()
    for _number in range(9):  # a week, and a day around it
        at = find_instant(day, standup.minute, standup.time_zone)
        if day.weekday() in standup.weekdays and at > after:
            return at
        day += DAY
    return None


def find_current_day(standup: ChatStandup, at: datetime) -> date | None:
    """Return the local date of the latest standup that is due, or None if it is too late for it."""
    today = at.astimezone(ZoneInfo(standup.time_zone)).date()
    for day in (today, today - DAY):
        instant = find_instant(day, standup.minute, standup.time_zone)
        if day.weekday() in standup.weekdays and instant <= at:
            return day if at - instant <= LATEST else None
    return None


def list_due_standups(at: datetime) -> QuerySet[ChatStandup]:
    """Return the standups of active channels whose time has come."""
    return ChatStandup.objects.filter(next_at__lte=at, connection__is_active=True)


def plan_standups(connection: ChatConnection, at: datetime) -> None:
    """Plan the next standups of a channel that was off: those of that time aren't posted."""
    for standup in connection.standups.all():
        standup.next_at = find_next(standup, at)
        standup.save(update_fields=["next_at"])


def post_standup(standup: ChatStandup, facts: StandupFacts, *, day: date, at: datetime) -> bool:
    """Queue a standup's message of a day, once. Return False if it is queued already.

    Figures and IDs are stored; names are read when it is sent.
    """
    return queue_call(
        desk_id=standup.desk_id,
        kind=CallKind.TEAM_CHAT,
        connection_id=standup.connection_id,
        key=f"standup:{standup.pk}:{day.isoformat()}",
        body={"standup": standup.pk, "facts": asdict(facts)},
        at=at,
        is_urgent=True,
        gives_up_at=at + LATEST,
    )


def compose_standup(body: Mapping[str, Any], connection: ChatConnection) -> str:
    """Return the message of a queued standup, or "" if the standup was deleted."""
    standups = ChatStandup.objects.select_related("desk", "department", "region")
    standup = standups.filter(pk=body["standup"], connection=connection).first()
    if standup is None:
        return ""
    standup.connection = connection
    return write_standup(standup, StandupFacts(**body["facts"]))


def write_standup(standup: ChatStandup, facts: StandupFacts) -> str:
    """Return a standup's message in the desk's language. A public channel gets the figures only."""
    with use_recipient_locale(desk=standup.desk):
        lines = [_write_title(standup), *_write_figures(facts)]
        if not standup.connection.is_public:
            lines += _write_details(standup, facts)
        return "\n".join(lines)


def _write_title(standup: ChatStandup) -> str:
    """Return the title with the team's name; in a public channel, that of the desk."""
    desk = standup.desk
    level = desk.word_for_level(standup.level) if standup.level else ""
    names = [str(standup.department or ""), level, str(standup.region or "")]
    escape = VENDORS[standup.connection.kind].escape
    team = "" if standup.connection.is_public else ", ".join(map(escape, filter(None, names)))
    return _("Standup of %(team)s") % {"team": team or escape(desk.name)}


def _write_figures(facts: StandupFacts) -> list[str]:
    return [
        ngettext("%(count)s open ticket", "%(count)s open tickets", facts.open_tickets)
        % {"count": facts.open_tickets},
        ngettext("%(count)s is due today", "%(count)s are due today", facts.due_today)
        % {"count": facts.due_today},
        ngettext("%(count)s is overdue", "%(count)s are overdue", facts.breached)
        % {"count": facts.breached},
        ngettext("%(count)s is escalated", "%(count)s are escalated", facts.escalated)
        % {"count": facts.escalated},
    ]


def _write_details(standup: ChatStandup, facts: StandupFacts) -> list[str]:
    desk, vendor = standup.desk, VENDORS[standup.connection.kind]
    links = [
        vendor.link(get_ticket_url(desk, number), f"{desk.ticket_prefix}-{number}")
        for number in facts.overdue[:MAX_NAMED]
    ]
    agents = Agent.objects.filter(pk__in=facts.on_shift).order_by("name")
    names = [vendor.escape(name) for name in agents.values_list("name", flat=True)]
    overdue = [_("Most overdue: %(tickets)s") % {"tickets": ", ".join(links)}] if links else []
    on_shift = _("On shift: %(names)s") % {"names": ", ".join(names)}
    return [*overdue, on_shift if names else _("Nobody is on shift.")]
