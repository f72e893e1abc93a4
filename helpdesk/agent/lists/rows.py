"""Rows of ticket lists as finished texts: formatting in templates is slower than the query (P1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from accounts.models import Desk
from accounts.models.customers import UNKNOWN_PERSON
from helpdesk.agent.components.lists import Deadline, TicketRow
from helpdesk.agent.lists.queue_queries import Row
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.entries import CHANNEL_LABELS
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import (
    format_age,
    format_time_left,
    format_timespan,
    remember_titles,
    to_iso,
)
from helpdesk.templatetags.ui import marked
from tickets.conditions.values import SOON
from tickets.models import NO_DEADLINE, EmergencyState, State, get_word_key
from tickets.search.hits import describe_hits
from tickets.sentences.clock_names import FIRST_RESPONSE, get_clock_name

URGENT = frozenset(EmergencyState) - {EmergencyState.DOWNGRADED}
LOWEST_RANK = 4  # the lowest rank with a mark of its own


def build_found_rows(
    rows: Sequence[Row], words: str, *, desk: Desk, now: datetime, **shown: Any
) -> list[TicketRow]:
    """Return rows of a search with what it found marked. rows: that the agent may see.

    shown: as for build_rows.
    """
    plain = build_rows(rows, desk=desk, now=now, **shown)
    hits = describe_hits(
        words,
        {row.id: row.subject for row in rows},
        with_notes=True,
        names={row.id: _join_names(row) for row in rows},
    )
    return [
        replace(
            built,
            marked_subject=marked(hits[row.id].subject),
            snippet=marked(hits[row.id].snippet),
        )
        if row.id in hits
        else built
        for row, built in zip(rows, plain, strict=True)
    ]


def _join_names(row: Row) -> str:
    named = [row.account_name or "", row.contact_name, row.contact_email]
    return " · ".join(filter(None, named))


def build_rows(
    rows: Iterable[Row],
    *,
    desk: Desk,
    now: datetime,
    can_select: bool = False,
    has_preview: bool = False,
    list_query: str = "",
) -> list[TicketRow]:
    """Return rows for agent/queue/_rows.html. can_select: with a checkbox each.

    has_preview: with a link to the conversation beside the list.

    list_query: the parameters of the list, which the tickets' pages lead back to.
    """
    way = f"?{urlencode({'list': list_query})}" if list_query else ""
    # Translated once, not for each row.
    texts = ActTexts(
        preview=_("Preview %(number)s") if has_preview else "",
        select=_("Select %(number)s") if can_select else "",
    )
    return _build_rows(rows, desk=desk, now=now, way=way, texts=texts)


def _build_rows(
    rows: Iterable[Row], *, desk: Desk, now: datetime, way: str, texts: ActTexts
) -> list[TicketRow]:
    ticket_url = get_url("agent:ticket", 0).rpartition("0")[0]
    account_url = get_url("agent:account", 0).rpartition("0")[0]
    get_word, get_title = cache(desk.word_for), remember_titles()
    get_labels = cache(_get_labels)
    return [
        _build_row(
            row,
            number := f"{desk.ticket_prefix}-{row.number}",
            get_word(get_word_key(row.status, row.first_responded_at, row.reopen_until)),
            ticket_url=f"{ticket_url}{row.number}/{way}",
            account_url=f"{account_url}{row.account_id}/",
            updated_title=get_title(row.updated_at),
            labels=get_labels(
                row.channel, row.priority_name, row.assignee_name or "", row.deadline_kind
            ),
            now=now,
            acts=_list_acts(row, number, texts, url=f"{ticket_url}{row.number}/peek/{way}"),
        )
        for row in rows
    ]


def _list_acts(row: Row, number: str, texts: ActTexts, *, url: str) -> Acts:
    """Return what the row offers, with empty texts for the rest. url: of the preview."""
    shown = {"number": number}
    return Acts(
        peek_url=url if texts.preview else "",
        peek_label=texts.preview % shown if texts.preview else "",
        value=str(row.number) if texts.select else "",
        select_label=texts.select % shown if texts.select else "",
    )


def _build_row(
    row: Row,
    number: str,
    status_word: str,
    *,
    ticket_url: str,
    account_url: str,
    updated_title: str,
    labels: Labels,
    now: datetime,
    acts: Acts,
) -> TicketRow:
    deadline = _describe_row_deadline(row, now)
    return TicketRow(
        url=ticket_url,
        number=number,
        subject=row.subject,
        channel=row.channel,
        channel_label=labels.channel,
        requester=row.contact_name or row.contact_email or str(UNKNOWN_PERSON),
        account=row.account_name or "",
        account_url=account_url,
        status=row.status,
        status_word=status_word,
        priority_rank=min(row.priority_rank, LOWEST_RANK),
        priority_name=row.priority_name,
        priority_label=labels.priority,
        assignee_name=row.assignee_name or "",
        assignee_initials=get_initials(row.assignee_name) if row.assignee_name else "",
        assignee_tone=get_tone(row.assignee_name) if row.assignee_name else "",
        assignee_label=labels.assignee,
        due_iso=deadline.iso,
        due_state=deadline.state,
        due_text=deadline.text,
        due_live=deadline.is_live,
        due_label=labels.clock,
        waiting_iso=to_iso(row.unanswered_since),
        waiting_text=format_age(row.unanswered_since, now=now) if row.unanswered_since else "",
        updated_iso=to_iso(row.updated_at),
        updated_text=format_age(row.updated_at, now=now),
        updated_title=updated_title,
        unread=row.is_unread,
        is_escalated=row.is_escalated,
        emergency=row.emergency in URGENT and row.status != State.CLOSED,
        peek_url=acts.peek_url,
        peek_label=acts.peek_label,
        value=acts.value,
        select_label=acts.select_label,
    )


class Acts(NamedTuple):
    """What a row offers besides its ticket's page: the preview, and the box that selects it."""

    peek_url: str
    peek_label: str
    value: str
    select_label: str


class ActTexts(NamedTuple):
    """The labels of the acts, with a place for the ticket's number; "" for those left out."""

    preview: str
    select: str


class Labels(NamedTuple):
    """Accessible names of a row's icons."""

    channel: str
    priority: str
    assignee: str
    clock: str


def _get_labels(channel: str, priority: str, assignee: str, clock: str) -> Labels:
    return Labels(
        channel=str(CHANNEL_LABELS[channel]),
        priority=_("%(name)s priority") % {"name": priority},
        assignee=_("Assigned to %(name)s") % {"name": assignee} if assignee else _("Unassigned"),
        clock=get_clock_name(clock or FIRST_RESPONSE),
    )


def _describe_row_deadline(row: Row, now: datetime) -> Deadline:
    """Return the earliest deadline of a running clock, or else the result of the first response."""
    is_closed = row.status == State.CLOSED
    if row.deadline < NO_DEADLINE and not is_closed:
        return describe_deadline(row.deadline, None, has_ended=False, now=now)
    responded_at = row.met_at or row.first_responded_at
    return describe_deadline(row.due_at, responded_at, has_ended=is_closed, now=now)


def describe_deadline(
    due_at: datetime | None, responded_at: datetime | None, *, has_ended: bool, now: datetime
) -> Deadline:
    """Return the status of an SLA target.

    responded_at: of the first response, in time or late. has_ended: without one, because the
    ticket was closed.
    """
    if due_at is None:
        return Deadline()
    if responded_at is not None:
        return _describe_met(due_at, responded_at)
    left = due_at - now
    if has_ended:
        return Deadline() if left > timedelta(0) else Deadline(to_iso(due_at), "late", _("Missed"))
    state = "overdue" if left < timedelta(0) else "soon" if left <= SOON else "ok"
    return Deadline(to_iso(due_at), state, format_time_left(left), is_live=True)


def _describe_met(due_at: datetime, responded_at: datetime) -> Deadline:
    late = responded_at - due_at
    if late <= timedelta(0):
        # Translators: the first response came in time.
        return Deadline(to_iso(responded_at), "met", _("Met"))
    text = _("%(time)s late") % {"time": format_timespan(late)}
    return Deadline(to_iso(responded_at), "late", text)
