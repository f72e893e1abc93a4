"""The pages that explain a ticket's clocks, as templates/agent/clocks/ shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from helpdesk.agent.components.clocks import ClockCard, ClockPage, DifferenceLine, EntryLine
from helpdesk.shared.components import Link
from helpdesk.shared.run_picture import draw_run
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.clock_words import REASONS, STATUS_LABELS
from helpdesk.shared.wording.explanations import (
    describe_run,
    describe_target,
    explain_in_a_sentence,
)
from helpdesk.shared.wording.times import format_datetime, format_title, to_iso
from sla.explaining.explain import Explanation, Status
from sla.explaining.history import History, UnreadableEntryError, VersionNotKeptError
from sla.explaining.replay import Difference, Field
from sla.explaining.selectors import explain_run, list_runs, replay_clock
from sla.models import Clock, ClockEntry, ClockKind, EntryKind
from tickets.events import EventKind
from tickets.models import CloseReason, Ticket

TONES = {
    Status.RUNNING: "blue",
    Status.PAUSED: "amber",
    Status.OVERDUE: "red",
    Status.MET: "green",
    Status.STOPPED: "",
}
NOT_KEPT = gettext_lazy(
    "Its deadline is from before calendar versions were recorded, so it can't be explained."
)
FIELDS: dict[str, str | Promise] = {
    Field.ENTRIES: gettext_lazy("The entries can't be read"),
    Field.TARGET: gettext_lazy("Amount of the target"),
    Field.DUE: gettext_lazy("Deadline"),
    Field.RUN: gettext_lazy("Number of the run"),
    Field.STARTED: gettext_lazy("Start"),
    Field.SECONDS: gettext_lazy("Working time"),
    Field.CALENDAR: gettext_lazy("Calendar and version"),
    Field.POLICY: gettext_lazy("Version of the policy"),
    Field.PAUSES: gettext_lazy("Pauses"),
    Field.WARNINGS: gettext_lazy("Warnings"),
    Field.BREACHED: gettext_lazy("Breach"),
    Field.MET: pgettext_lazy("SLA", "Met"),
    Field.STOPPED: pgettext_lazy("SLA", "Stopped"),
    Field.QUEUED_BY: gettext_lazy("Deadline of the ticket"),
}

CAUSES: dict[str, str | Promise] = {
    EventKind.PRIORITY_CHANGED: gettext_lazy("Another priority"),
    EventKind.PRODUCT_CHANGED: gettext_lazy("Another product"),
    EventKind.DEPARTMENT_CHANGED: gettext_lazy("Another department"),
    EventKind.TAGS_CHANGED: gettext_lazy("Other tags"),
    EventKind.RULES_APPLIED: gettext_lazy("Routing rules"),
    EventKind.TERMS_CHANGED: gettext_lazy("Another plan or status of the account"),
    EventKind.ACCOUNT_CHANGED: gettext_lazy("Another account"),
    EventKind.SENDER_VERIFIED: gettext_lazy("Verified sender"),
    EventKind.REQUESTER_CHANGED: gettext_lazy("Another requester"),
    EventKind.MERGED_IN: gettext_lazy("Another ticket merged into this one"),
    "override_removed": gettext_lazy("Removed the deadline set by hand"),
    "policy": gettext_lazy("Changed policy"),
    "targets": gettext_lazy("Changed target"),
    "calendar": gettext_lazy("Changed calendar"),
}
STOPS: dict[str, str | Promise] = {
    **dict(CloseReason.choices),
    "no_reply_needed": gettext_lazy("No reply needed"),
    "promised_again": gettext_lazy("Promised for another time"),
    "withdrawn": gettext_lazy("Promise withdrawn"),
    "left_level": gettext_lazy("Moved to another level"),
    "merge_undone": gettext_lazy("Merge undone"),
    "response_lost": gettext_lazy("The first response never arrived"),
}


def describe_clock_card(clock: Clock, ticket: Ticket, *, now: datetime) -> ClockCard:
    """Return a clock in the list of a ticket's clocks."""
    kind = ClockKind(clock.kind)
    card = ClockCard(
        kind=kind.value,
        name=str(kind.label),
        url=get_clock_url(ticket, kind),
        is_internal=not kind.is_promised,
        sentence=_("The entries of this clock can't be read."),
    )
    try:
        runs = list_runs(clock, now)
        explanation = explain_run(runs, len(runs) - 1, now)
    except VersionNotKeptError:
        return replace(card, sentence=str(NOT_KEPT))
    except (UnreadableEntryError, IndexError):
        return card
    sentence = explain_in_a_sentence(explanation, kind)
    return replace(
        card,
        status=str(STATUS_LABELS[explanation.status]),
        tone=TONES[explanation.status],
        sentence=sentence,
        picture=draw_run(explanation, label=sentence),
    )


def describe_clock_page(
    clock: Clock, ticket: Ticket, *, at: datetime | None, number: int | None, now: datetime
) -> ClockPage:
    """Return a clock explained as of a moment. number: of the run; None: the latest one then."""
    kind = ClockKind(clock.kind)
    url = get_clock_url(ticket, kind)
    frame: dict[str, Any] = {
        "name": str(kind.label),
        "ticket": Link(get_url("agent:ticket", ticket.number), ticket.reference),
        "url": url,
        "all_url": get_url("agent:clocks", ticket.number),
        "is_past": at is not None or number is not None,
        **_describe_replay(clock),
    }
    try:
        runs = list_runs(clock, at or now)
        explained = _explain_run(runs, number, kind, url, at=at or now) if runs else {}
    except VersionNotKeptError:
        return ClockPage(**frame, notice=str(NOT_KEPT))
    except UnreadableEntryError:
        return ClockPage(**frame)  # the differences say why
    named = {"time": format_datetime(at or now)}
    if not runs:
        return ClockPage(**frame, notice=_("This clock hadn't started by %(time)s.") % named)
    return ClockPage(
        **frame,
        **explained,
        notice=_("As of %(time)s.") % named if at else "",
        entries=tuple(_describe_entry(entry, url) for entry in clock.entries.all()),
    )


def _explain_run(
    runs: list[History], number: int | None, kind: ClockKind, url: str, *, at: datetime
) -> dict[str, Any]:
    index = _find_run(runs, number)
    explanation = explain_run(runs, index, at)
    sentence = explain_in_a_sentence(explanation, kind)
    return {
        "runs": _link_runs(runs, index, url),
        "sentence": sentence,
        "picture": draw_run(explanation, label=sentence),
        "run": describe_run(explanation, kind),
        "facts": tuple(_list_facts(explanation)),
    }


def get_clock_url(ticket: Ticket, kind: str, at: datetime | None = None) -> str:
    """Return the page of a clock, as of a moment or as of now."""
    query = {"at": at.isoformat()} if at else None
    return get_url("agent:clock", ticket.number, str(kind), query=query)


def _find_run(runs: list[History], number: int | None) -> int:
    found = (index for index, history in enumerate(runs) if history.number == number)
    return next(found, len(runs) - 1)


def _link_runs(runs: list[History], index: int, url: str) -> tuple[Link, ...]:
    if len(runs) == 1:
        return ()
    return tuple(
        Link(
            f"{url}?run={history.number}",
            _("%(number)s: from %(start)s")
            % {
                "number": history.number,
                "start": format_datetime(history.plan.run.started_at),
            },
            current=each == index,
        )
        for each, history in enumerate(runs)
    )


def _list_facts(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """Yield what the deadline was calculated from, by label; empty facts are left out."""
    plan = explanation.plan
    facts = plan.facts
    pairs = (
        (pgettext("SLA", "Target"), describe_target(explanation)),
        (_("Policy"), _describe_version(facts.get("policy"), facts.get("policy_version"))),
        (_("Plan"), facts.get("plan")),
        (_("Priority"), facts.get("priority")),
        (_("Account status"), facts.get("account_status")),
        (_("Calendar"), _describe_version(plan.calendar_name, plan.version)),
        (_("Time zone"), explanation.hours.time_zone if plan.calendar_id else ""),
        (_("Counted from"), format_title(plan.run.started_at)),
        (_("Due"), format_title(explanation.due_at) if explanation.due_at else ""),
    )
    return ((str(label), str(text)) for label, text in pairs if text)


def _describe_version(name: str | None, version: int | None) -> str:
    if not name:
        return ""
    if not version:
        return name
    return _("%(name)s, version %(version)s") % {"name": name, "version": version}


def _describe_entry(entry: ClockEntry, url: str) -> EntryLine:
    return EntryLine(
        title=str(EntryKind(entry.kind).label),
        detail=_describe_facts(entry.data),
        url=f"{url}?{urlencode({'at': entry.at.isoformat()})}",
        at_iso=to_iso(entry.at),
        at_text=format_datetime(entry.at),
        at_title=format_title(entry.at),
    )


def _describe_facts(data: dict[str, Any]) -> str:
    """Return what an entry holds for readers: the reason, the cause and the deadline."""
    due = parse_datetime(str(data.get("due_at", "")))
    reason = data.get("reason", "")
    parts = [
        str(REASONS.get(reason, "") or STOPS.get(reason, "")),
        str(CAUSES.get(data.get("cause", ""), "")),
        _("Due %(time)s") % {"time": format_datetime(due)} if due else "",
    ]
    return " · ".join(filter(None, parts))


def _describe_replay(clock: Clock) -> dict[str, Any]:
    count = len(clock.entries.all())
    equal = ngettext(
        "Recomputed from its %(count)s entry and the recorded versions of calendars and policies:"
        " everything matches.",
        "Recomputed from its %(count)s entries and the recorded versions of calendars and policies:"
        " everything matches.",
        count,
    )
    replayed = replay_clock(clock)
    return {
        "differences": tuple(map(_describe_difference, replayed.differences)),
        "equal": equal % {"count": count}
        if replayed.is_complete
        else _(
            "A deadline from before calendar versions were recorded can't be recomputed."
            " Everything else matches."
        ),
    }


def _describe_difference(difference: Difference) -> DifferenceLine:
    title = str(FIELDS[difference.field])
    if difference.at:
        named = {"field": title, "time": format_datetime(difference.at)}
        title = _("%(field)s, as recorded %(time)s") % named
    detail = _("Recorded: %(recorded)s. Recomputed: %(computed)s.") % difference._asdict()
    return DifferenceLine(title, detail)
