"""Pending replies on a ticket's page: query, cards, and the way back into the composer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.places.languages import get_time_zone
from helpdesk.agent.components.replies import Approval, PendingCard, WaitingFile
from helpdesk.agent.statements import Query
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime, format_title
from tickets.models import HeldReason, PendingReply, State, Ticket
from tickets.replies.approving import can_approve
from tickets.replies.holding_back import MAX_PENDING
from tickets.services.merged import find_end

MAX_NAMED_BY = 60  # characters of a reply
APPROVE = "y"  # the key as shipped (helpdesk/shared/shortcuts.py)


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A pending reply with its author's name, and its files by ID, name and size.

    is_crossed: the customer has written since. has_new_recipients: others would get it by now.
    is_closed: the ticket was closed since it was written.
    """

    id: int
    author_id: int
    author: str
    text: str
    send_at: datetime
    is_scheduled: bool
    held_at: datetime | None
    held_reason: str
    held_detail: str
    created_at: datetime
    awaits_approval: bool
    is_crossed: bool
    has_new_recipients: bool
    is_closed: bool
    files: Sequence[Mapping[str, Any]]


# As tickets.replies.recipients.describe_recipients, of the ticket that continues a merged one.
RECIPIENTS = """
  SELECT jsonb_build_object('contact', t.contact_id, 'unverified', t.is_unverified, 'followers',
    coalesce((SELECT jsonb_agg(f.contact_id ORDER BY f.contact_id)
      FROM tickets_participant f WHERE f.ticket_id = t.id), '[]'))
  FROM tickets_ticket t WHERE t.id = %(end)s
  """


def select_pending(ticket: Ticket) -> Query[PendingRow]:
    """Return the statement of a ticket's pending replies, the next one first."""
    sql = f"""
        SELECT p.id, p.author_id, a.name AS author, p.text, p.send_at, p.is_scheduled, p.held_at,
          p.held_reason, p.held_detail, p.created_at, p.awaits_approval,
          EXISTS (
            SELECT FROM tickets_message m WHERE m.ticket_id = p.ticket_id
            AND m.contact_id IS NOT NULL AND NOT m.is_automatic AND m.created_at > p.created_at
          ) AS is_crossed,
          p.recipients IS NOT NULL AND p.recipients <> ({RECIPIENTS}) AS has_new_recipients,
          NOT p.was_closed AND %(closed)s::boolean AS is_closed,
          coalesce((
            SELECT json_agg(json_build_object('id', f.id, 'name', f.name, 'size', f.size)
              ORDER BY f.id)
            FROM tickets_unsentfile f WHERE f.reply_id = p.id), '[]') AS files
        FROM tickets_pendingreply p JOIN accounts_agent a ON a.id = p.author_id
        WHERE p.ticket_id = %(ticket)s
        ORDER BY p.send_at, p.id LIMIT %(limit)s
        """  # noqa: S608 (a constant)
    end = find_end(ticket)
    params = {"ticket": ticket.pk, "end": end.pk, "closed": end.status == State.CLOSED}
    params["limit"] = MAX_PENDING
    return Query(sql, params, PendingRow, times=("send_at", "held_at", "created_at"))


def describe_pending(
    ticket: Ticket, rows: Sequence[PendingRow], agent: Agent, *, last_message: int
) -> tuple[PendingCard, ...]:
    """Return the cards of pending replies. A colleague's that can still be undone isn't shown.

    last_message: ID of the newest message on the page, which is what an approver has seen.
    """
    now = timezone.now()
    cards = [
        replace(
            _describe(row, ticket, agent, now),
            approval=_describe_approval(row, ticket, agent, last_message),
        )
        for row in rows
        if row.author_id == agent.pk or row.is_scheduled or row.held_at or row.awaits_approval
    ]
    return tuple(_give_key(cards))


def _give_key(cards: Sequence[PendingCard]) -> Iterator[PendingCard]:
    """Let the key approve the first reply that waits for approval, and no other one."""
    first = next((card for card in cards if card.approval), None)
    for card in cards:
        if card is first and card.approval:
            yield replace(card, approval=replace(card.approval, keys=APPROVE))
        else:
            yield card


def _describe(row: PendingRow, ticket: Ticket, agent: Agent, now: datetime) -> PendingCard:
    is_own = row.author_id == agent.pk
    counts_down = not (row.is_scheduled or row.held_at or row.awaits_approval)
    can_undo = agent.can_write and (is_own or not row.awaits_approval)
    return PendingCard(
        id=row.id,
        author=row.author,
        text=row.text,
        line=_describe_time(row, now),
        send_iso=_get_time(row).isoformat(),
        send_title=format_title(_get_time(row)),
        counts_down=counts_down,
        problem=_describe_problem(row),
        files=tuple(_describe_file(file, ticket) for file in row.files),
        undo_url=get_url("agent:undo_reply", ticket.number, row.id) if can_undo else "",
        undo_label=_name_undo(counts_down=counts_down, is_own=is_own),
        send_url=_get_send_url(ticket, row, agent),
        needs_approval=agent.needs_approval and (bool(row.held_at) or row.is_crossed),
    )


def _describe_file(file: Mapping[str, Any], ticket: Ticket) -> WaitingFile:
    url = get_url("agent:pending_file", ticket.number, file["id"])
    return WaitingFile(file["name"], filesizeformat(file["size"]), url)


def _get_time(row: PendingRow) -> datetime:
    return row.created_at if row.awaits_approval and not row.is_scheduled else row.send_at


def _describe_approval(
    row: PendingRow, ticket: Ticket, agent: Agent, last_message: int
) -> Approval | None:
    """Return what an approver can do with a reply; None for others, and if it needs no approval."""
    if not row.awaits_approval or not can_approve(agent):
        return None
    of = (ticket.number, row.id)
    seen = {"seen": str(last_message)} | ({"recipients": "1"} if row.has_new_recipients else {})
    seen |= {"closed": "1"} if row.is_closed else {}
    return Approval(
        approve_url=get_url("agent:approve_reply", *of),
        edit_url=get_url("agent:edit_reply", *of, query=seen),
        return_url=get_url("agent:return_reply", *of),
        label=_name_approval(row),
        seen=last_message,
        has_new_recipients=row.has_new_recipients,
        is_closed=row.is_closed,
    )


def _name_approval(row: PendingRow) -> str:
    """Name the approval of a reply by its first words: its author may have more than one here."""
    words = Truncator(" ".join(row.text.split())).chars(MAX_NAMED_BY)
    return _("Approve the reply by %(name)s: %(words)s") % {"name": row.author, "words": words}


def _get_send_url(ticket: Ticket, row: PendingRow, agent: Agent) -> str:
    can_send = agent.can_write and row.author_id == agent.pk and not row.awaits_approval
    return get_url("agent:send_reply_now", ticket.number, row.id) if can_send else ""


def _name_undo(*, counts_down: bool, is_own: bool) -> str:
    if counts_down:
        return _("Undo")
    return _("Edit") if is_own else _("Cancel reply")


def _describe_time(row: PendingRow, now: datetime) -> str:
    if row.held_at:
        return _("Not sent")
    if row.awaits_approval and row.is_scheduled:
        named = {"time": format_datetime(row.send_at)}
        return _("Waiting for approval, scheduled for %(time)s") % named
    if row.awaits_approval:
        return _("Waiting for approval")
    if row.is_scheduled:
        return _("Scheduled for %(time)s") % {"time": format_datetime(row.send_at)}
    seconds = max(0, round((row.send_at - now).total_seconds()))
    if not seconds:
        return _("Sending…")
    return _("Sending in %(seconds)ss") % {"seconds": seconds}


def _describe_problem(row: PendingRow) -> str:
    if row.awaits_approval:
        crossed = _("The customer has written since. Read their message first.")
        changed, closed = str(HeldReason.RECIPIENTS.label), str(HeldReason.CLOSED.label)
        return " ".join(
            text
            for text, is_so in (
                (crossed, row.is_crossed),
                (changed, row.has_new_recipients),
                (closed, row.is_closed),
            )
            if is_so
        )
    if not row.held_at:
        return ""
    reason = row.held_reason
    label = str(HeldReason(reason).label) if reason in HeldReason.values else ""
    return " ".join(part for part in (label, row.held_detail) if part)


def to_fields(pending: PendingReply, *, reader: Agent) -> dict[str, str]:
    """Return a pending reply as its author's composer has it, in the author's time zone."""
    update_at, zone = pending.next_update_at, None
    if pending.author_id != reader.pk:
        zone = ZoneInfo(get_time_zone(desk=reader.desk, user=pending.author.user))
    shown = timezone.localtime(update_at, zone).strftime("%Y-%m-%dT%H:%M") if update_at else ""
    return {
        "kind": "reply",
        "body": pending.text,
        "next": pending.then,
        "next_update": shown,
        "via": pending.via,
    }
