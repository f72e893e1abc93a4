"""A ticket's state and target in sentences for its customer (M11-M21, M43)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.customers.refusals import describe_refusal_for_customer
from accounts.models import Desk
from helpdesk.shared.wording.times import format_full_datetime
from sla.models import PROMISED, Clock, ClockKind
from tickets.events import EventKind
from tickets.models import CloseReason, State, Ticket

NOT_A_RESOLUTION = _("This is the target for our first response, not a time to resolution.")

STATE_SENTENCES = {
    State.OPEN: _("We received your request. We'll reply here and by email."),
    State.INVESTIGATING: _("We're looking into your request."),
    State.WAITING: _("We replied and are waiting to hear from you."),
}
RECEIVED_LATEST_MESSAGE = _("We received your latest message. We'll reply here and by email.")
CLOSED_SENTENCES = {
    CloseReason.SOLVED: _("We solved and closed this request."),
    CloseReason.BY_CUSTOMER: _("You or a colleague closed this request."),
    CloseReason.DUPLICATE: _(
        "We closed this request because another request is about the same issue."
    ),
    CloseReason.NO_ANSWER: _("We closed this request because we didn't hear back from you."),
    CloseReason.NOT_OURS: _("We closed this request because it isn't about our product."),
    CloseReason.LIMITATION: _("We closed this request because it's about a known limitation."),
    CloseReason.OTHER: _("We closed this request."),
    CloseReason.SPAM: _("We closed this request."),
    CloseReason.MERGED: _("We're handling this request together with another one."),
}


def describe_state_for_customer(
    ticket: Ticket, desk: Desk, *, now: datetime, refused_follow_up: str = ""
) -> str:
    """Return the explanation of a ticket's state for its customer, with the next step.

    The only source of these sentences. A desk's own sentence for a state replaces the usual one;
    when the ticket closes or reopens is always added. refused_follow_up: why the reader can't
    continue a ticket that is closed for good, or "".
    """
    parts = [
        _find_own_sentence(ticket, desk) or _describe_state(ticket, desk),
        _describe_next_step(ticket, now=now, refused=refused_follow_up),
    ]
    return " ".join(part for part in parts if part)


def _find_own_sentence(ticket: Ticket, desk: Desk) -> str:
    """Return the desk's own sentence: of an escalated ticket the one about its level (M98)."""
    if ticket.status == State.ESCALATED and desk.has_level_sentence(ticket.level):
        return desk.sentence_for_level(ticket.level)
    return desk.sentence_for(ticket.status)


def _describe_state(ticket: Ticket, desk: Desk) -> str:
    if ticket.status == State.ESCALATED:
        return desk.sentence_for_level(ticket.level)
    if ticket.status == State.CLOSED and ticket.close_reason == CloseReason.SILENCE:
        text = ngettext(
            "This request closed automatically because we didn't hear from you for %(days)s day.",
            "This request closed automatically because we didn't hear from you for %(days)s days.",
            desk.silence_days,
        )
        return text % {"days": desk.silence_days}
    if ticket.status == State.CLOSED:
        return str(CLOSED_SENTENCES[CloseReason(ticket.close_reason)])
    if ticket.status == State.OPEN and ticket.first_responded_at is not None:
        return str(RECEIVED_LATEST_MESSAGE)
    return str(STATE_SENTENCES[State(ticket.status)])


def _describe_next_step(ticket: Ticket, *, now: datetime, refused: str) -> str:
    if ticket.status == State.WAITING and ticket.close_at is not None:
        moment = format_full_datetime(ticket.close_at)
        return gettext("If you don't reply, it closes on %(moment)s.") % {"moment": moment}
    if ticket.status != State.CLOSED:
        return ""
    if ticket.merged_into_id is not None:
        return refused or gettext("You can still reply here.")
    if ticket.reopen_until is not None and ticket.is_reopenable(now):
        moment = format_full_datetime(ticket.reopen_until)
        return gettext("Reply by %(moment)s to reopen it.") % {"moment": moment}
    return refused or gettext("If you reply, we'll open a new request that is linked to this one.")


def describe_targets(
    ticket: Ticket, clocks: Sequence[Clock], *, now: datetime, shows_plan: bool = True
) -> str:
    """Return by when the customer hears from the desk, as one time: the earliest promise binds.

    Arguments and the rest of the text are those of ``describe_first_response_target``.
    """
    first = next((clock for clock in clocks if clock.kind == ClockKind.FIRST_RESPONSE), None)
    following = _find_next_reply(clocks)
    is_owed = first is not None and first.is_owed and ticket.first_responded_at is None
    is_earlier = bool(following and is_owed and first and following.due_at < first.due_at)
    target = describe_first_response_target(
        ticket, first, now=now, shows_plan=shows_plan, is_superseded=is_earlier
    )
    if is_owed and not is_earlier:
        return target
    return " ".join(filter(None, [target, describe_next_reply_target(clocks, now=now)]))


def describe_first_response_target(
    ticket: Ticket,
    clock: Clock | None,
    *,
    now: datetime,
    shows_plan: bool = True,
    is_superseded: bool = False,
) -> str:
    """Return when the first response is due (M43), what it was before, or why none is promised.

    "" once it was given, or if there is nothing to say. shows_plan: the reader belongs to the
    ticket's account. is_superseded: the customer hears from the desk earlier, so that time is left
    out.
    """
    if ticket.first_responded_at is not None or ticket.status == State.CLOSED:
        return ""
    is_running = clock is not None and clock.stopped_at is None and not is_superseded
    parts = [
        _describe_due(clock, now=now) if clock and is_running else "",
        _describe_former_target(ticket, clock),
        str(NOT_A_RESOLUTION) if clock and is_running and now <= clock.due_at else "",
        describe_refusal_for_customer(ticket.uncovered) if shows_plan else "",
    ]
    return " ".join(filter(None, parts))


def _describe_former_target(ticket: Ticket, clock: Clock | None) -> str:
    """Return what the target was before it changed or ended; "" if it did neither."""
    if clock is None:
        return ""
    kinds = [EventKind.SLA_STARTED, EventKind.SLA_REPLANNED, EventKind.SLA_STOPPED]
    is_first = Q(data__clock=ClockKind.FIRST_RESPONSE) | Q(data__clock__isnull=True)
    latest = ticket.events.filter(is_first, kind__in=kinds).order_by("-pk").first()
    was_due = parse_datetime(latest.data.get("was_due_at", "")) if latest else None
    if was_due is None or (was_due == clock.due_at and clock.stopped_at is None):
        return ""
    moment = {"moment": format_full_datetime(was_due)}
    if clock.stopped_at is None:
        return gettext("Previously, it was %(moment)s.") % moment
    return gettext("We can no longer promise a first response by %(moment)s.") % moment


def describe_next_reply_target(clocks: Iterable[Clock], *, now: datetime) -> str:
    """Return when the customer hears next, after the first response; "" if nothing is promised.

    clocks: those of the ticket; those that customers don't know of are left out.
    """
    clock = _find_next_reply(clocks)
    if clock is None:
        return ""
    due_at = clock.due_at
    moment = {"moment": format_full_datetime(due_at)}
    if now > due_at:
        late = gettext(
            "You should have heard from us by %(moment)s. We're late, and our team knows."
        )
        return late % moment
    return gettext("You'll hear from us by %(moment)s.") % moment


def _find_next_reply(clocks: Iterable[Clock]) -> Clock | None:
    """Return the earliest running clock of what was promised besides the first response."""
    first = ClockKind.FIRST_RESPONSE
    known = [clock for clock in clocks if clock.kind in PROMISED and clock.kind != first]
    running = [clock for clock in known if clock.is_owed and clock.paused_at is None]
    return min(running, key=lambda clock: clock.due_at, default=None)


def _describe_due(clock: Clock, *, now: datetime) -> str:
    moment = {"moment": format_full_datetime(clock.due_at)}
    if now > clock.due_at:
        return (
            gettext("Our first response was due %(moment)s. We're late, and our team knows.")
            % moment
        )
    return gettext("You'll get a first response by %(moment)s.") % moment
