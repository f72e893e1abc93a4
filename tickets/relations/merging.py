"""Merging of a ticket into another one about the same problem, and undoing it.

A merge is a pointer: the merged ticket is closed and names the one that goes on. Its messages,
notes and history stay where they are, and its customers read in the portal what they could read
before. tickets/services/merged.py says where new messages go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import (
    Channel,
    CloseReason,
    ClosingReason,
    Message,
    State,
    Ticket,
    TicketEvent,
)
from tickets.relations.linking import open_both, require_both_visible
from tickets.rules.transitions import apply_transition, list_silence_times
from tickets.services.common import NewMessage, require_writer
from tickets.services.replying import record_reply
from tickets.side_conversations.moving import carry_sides, return_sides
from tickets.work.waking import wake_agents

# What the merge changes on the merged ticket, and its undoing sets back.
TIMES = ("unanswered_since", "waiting_since", "hold_until", "closed_at", "reopen_until")
TEXTS = ("close_reason", "own_close_reason_id")


@dataclass(frozen=True, slots=True)
class Consent:
    """An agent's consent to a merge. text: tells the merged ticket's customer; "" tells nothing.

    across_accounts: the tickets may belong to different accounts.
    """

    text: str = ""
    across_accounts: bool = False


def merge_ticket(
    *, ticket_id: int, into_id: int, agent: Agent, at: datetime, consent: Consent = Consent()
) -> Ticket:
    """Merge a ticket into another one. Return the other one.

    Raises NotAllowedError, InvalidValueError for the ticket itself or another account's without
    consent, and ConflictError for one that was merged or is closed.
    """
    by = Actor.of(agent)
    require_writer(by)
    if ticket_id == into_id:
        raise InvalidValueError("into", _("A ticket can't be merged into itself."))
    with transaction.atomic():
        merged, target = open_both(ticket_id, into_id, by=by, at=at, new=Message)
        require_both_visible(agent, merged.ticket, target.ticket)
        require_mergeable(merged.ticket, target.ticket, consent, at=at)
        owed = merged.ticket.unanswered_since  # the message below doesn't answer it
        if consent.text.strip():
            new = NewMessage(text=consent.text, channel=Channel.AGENT)
            record_reply(merged, agent, new, then="")
        _continue_for(target, merged.ticket, owed)
        _close(merged, target.ticket, owed)
        carry_sides(ticket_id, into_id)
        merged.save()
        target.save()
    return target.ticket


def undo_merge(*, ticket_id: int, agent: Agent, at: datetime) -> Ticket:
    """Take a merged ticket apart again: it gets back its state and its clocks. Return it.

    What was written since stays where it is. Raises NotAllowedError, and ConflictError for one that
    isn't merged.
    """
    by = Actor.of(agent)
    require_writer(by)
    into_id = Ticket.objects.values_list("merged_into", flat=True).get(pk=ticket_id)
    if into_id is None:
        raise ConflictError(_("This ticket isn't merged into another one."))
    with transaction.atomic():
        merged, target = open_both(ticket_id, into_id, by=by, at=at, new=Message)
        require_both_visible(agent, merged.ticket)
        if merged.ticket.merged_into_id != into_id:
            raise ConflictError(_("This ticket was changed in the meantime. Reload the page."))
        event = _find_merge(ticket_id)
        _restore(merged, event, target.ticket)
        _take_out(target, merged.ticket)
        return_sides(ticket_id)
        merged.save()
        target.save()
    return merged.ticket


def require_mergeable(merged: Ticket, target: Ticket, consent: Consent, *, at: datetime) -> None:
    """Raise ConflictError or InvalidValueError if a ticket can't be merged into another one."""
    for ticket in (merged, target):
        if ticket.merged_into_id is not None:
            raise ConflictError(
                _("%(ticket)s was merged into another ticket. Choose that one instead.")
                % {"ticket": ticket.reference}
            )
    is_closed = target.status == State.CLOSED
    if is_closed and (merged.status != State.CLOSED or not target.is_reopenable(at)):
        raise ConflictError(
            _("%(ticket)s is closed. Reopen it first, or merge the other way around.")
            % {"ticket": target.reference}
        )
    if merged.account_id != target.account_id and not consent.across_accounts:
        text = _("The tickets belong to different accounts. Confirm that you want to merge them.")
        raise InvalidValueError("across_accounts", text)


def _continue_for(target: Change, merged: Ticket, owed: datetime | None) -> None:
    """Take over what the desk owes: a message that had no reply on the merged ticket.

    Those who snoozed the other ticket see it again, as if the customer had written there.
    """
    ticket = target.ticket
    facts: dict[str, Any] = {"merged": merged.number}
    is_owed = owed is not None and ticket.status != State.CLOSED
    if is_owed:
        wake_agents(target)
    if is_owed and ticket.unanswered_since is None:
        target.set(unanswered_since=owed)
        facts["unanswered_since"] = _write_time(owed)
        if ticket.status == State.WAITING:
            facts["status"] = apply_transition(target, "investigate")
    target.touch()
    target.record(EventKind.MERGED_IN, facts)


def _close(merged: Change, target: Ticket, owed: datetime | None) -> None:
    ticket = merged.ticket
    hold_reason = ticket.hold_reason
    before = {name: _write_time(getattr(ticket, name)) for name in TIMES}
    before["unanswered_since"] = _write_time(owed)
    before |= {name: getattr(ticket, name) for name in TEXTS}
    status = apply_transition(merged, "merge", reason=CloseReason.MERGED)
    merged.set(merged_into_id=target.pk)
    merged.touch()
    message = merged.message.pk if merged.message else None
    facts = {"into": target.number, "status": status, "tells": message, "before": before}
    if hold_reason:
        facts["why"] = hold_reason  # the reason of its hold, which erasures find here
    merged.record(EventKind.TICKET_MERGED, facts)


def _find_merge(ticket_id: int) -> TicketEvent:
    events = TicketEvent.objects.filter(ticket_id=ticket_id, kind=EventKind.TICKET_MERGED)
    return events.order_by("-id")[0]


def _restore(merged: Change, event: TicketEvent, target: Ticket) -> None:
    """Set the merged ticket's state and times back to those of before the merge."""
    ticket, before = merged.ticket, event.data["before"]
    status = event.data["status"][0]
    ticket.undo_merge(status)
    merged.mark_unsaved("status")
    merged.set(
        merged_into_id=None,
        hold_reason=event.data.get("why", ""),
        **{name: _read_time(before[name]) for name in TIMES},
        close_reason=before["close_reason"],
        own_close_reason_id=_find_reason(before["own_close_reason_id"]),
    )
    if status == State.WAITING:
        since = ticket.waiting_since or merged.at
        silence = list_silence_times(ticket, since=since, at=merged.at)
        merged.set(close_at=silence.close_at, remind_at=silence.remind_at)
    merged.touch()
    facts = {"into": target.number, "status": [State.CLOSED.value, status]}
    merged.record(EventKind.MERGE_UNDONE, facts | {"at": event.at.isoformat()})


def _find_reason(reason_id: int | None) -> int | None:
    """Return the desk's own reason for closing, or None if it was deleted since."""
    if reason_id is None:
        return None
    return ClosingReason.objects.filter(pk=reason_id).values_list("pk", flat=True).first()


def _take_out(target: Change, merged: Ticket) -> None:
    """Stop owing on the other ticket what belongs to the merged one, unless it was answered."""
    events = TicketEvent.objects.filter(
        ticket=target.ticket, kind=EventKind.MERGED_IN, data__merged=merged.number
    )
    since = _read_time(events.order_by("-id")[0].data.get("unanswered_since"))
    is_owed = since is not None and target.ticket.unanswered_since == since
    if is_owed:
        target.set(unanswered_since=None)
    target.touch()
    target.record(EventKind.MERGED_TAKEN_OUT, {"merged": merged.number, "was_unanswered": is_owed})


def _write_time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _read_time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
