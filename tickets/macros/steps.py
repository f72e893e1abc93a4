"""The steps by which acts change a ticket: each is one call of a service.

The same list serves the preview, the macro and the bulk change, so that they never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from tickets.actors import Actor
from tickets.errors import ConflictError, NewerMessageError
from tickets.macros.acts import ME, MOVES, NOBODY, Acts, Resolved
from tickets.macros.placeholders import fill_placeholders
from tickets.models import CloseReason, Message, State, Tag, Ticket
from tickets.services import (
    add_note,
    assign,
    change_department,
    change_priority,
    change_status,
    close,
    hold_ticket,
    reply,
    set_tags,
)
from tickets.services.tags import get_or_create_tags, list_tags

MAX_SHOWN = 200  # characters of a note in the preview


@dataclass(frozen=True, slots=True)
class Given:
    """The agent who makes the changes, and the time. decided_at: when they chose to, if before."""

    agent: Agent
    at: datetime
    decided_at: datetime | None = None

    @property
    def by(self) -> Actor:
        return Actor.of(self.agent)


@dataclass(frozen=True, slots=True)
class Step:
    """A change that a ticket doesn't have yet. sentence: for the preview."""

    sentence: str
    run: Callable[[Given], object]


def list_steps(ticket: Ticket, resolved: Resolved) -> list[Step]:
    """Return the steps that would change this ticket, in order. What is so already is left out."""
    return [
        *_list_places(ticket, resolved),
        *_list_assignments(ticket, resolved),
        *_list_tags(ticket, resolved.acts),
        *_list_notes(ticket, resolved.acts),
        *_list_states(ticket, resolved.acts),
    ]


def _list_places(ticket: Ticket, resolved: Resolved) -> Iterator[Step]:
    department, priority = resolved.department, resolved.priority
    if department is not None and department.pk != ticket.department_id:
        yield Step(
            _("Move the ticket to %(department)s.") % {"department": department},
            lambda given: change_department(
                ticket_id=ticket.pk, department=department, by=given.by, at=given.at
            ),
        )
    if priority is not None and priority.pk != ticket.priority_id:
        yield Step(
            _("Set the priority to %(priority)s.") % {"priority": priority},
            lambda given: change_priority(
                ticket_id=ticket.pk, priority=priority, by=given.by, at=given.at
            ),
        )


def _list_assignments(ticket: Ticket, resolved: Resolved) -> Iterator[Step]:
    wanted, agent = resolved.acts.assignee, resolved.assignee
    # A move to another department may change the assignee, too.
    is_moved = resolved.department is not None and resolved.department.pk != ticket.department_id
    is_set = (agent and agent.pk) == ticket.assignee_id and ticket.owner_id is None
    if wanted is None or (is_set and not is_moved):
        return
    if wanted == NOBODY:
        sentence = _("Unassign the ticket.")
    elif wanted == ME:
        sentence = _("Assign the ticket to you.")
    else:
        sentence = _("Assign the ticket to %(name)s.") % {"name": agent}
    yield Step(
        sentence,
        lambda given: assign(ticket_id=ticket.pk, agent=agent, by=given.by, at=given.at),
    )


def _list_tags(ticket: Ticket, acts: Acts) -> Iterator[Step]:
    if not acts.add_tags and not acts.remove_tags:
        return
    present = list_tags(ticket)
    names = {tag.name.casefold() for tag in present}
    added = [name for name in acts.add_tags if name.casefold() not in names]
    gone = {name.casefold() for name in acts.remove_tags}
    removed = [tag for tag in present if tag.name.casefold() in gone]
    if not added and not removed:
        return
    kept = [tag for tag in present if tag not in removed]
    yield Step(
        " ".join(_describe_tags(added, removed)),
        lambda given: set_tags(
            ticket_id=ticket.pk,
            tags=[*kept, *get_or_create_tags(ticket.desk, added)],
            by=given.by,
            at=given.at,
        ),
    )


def _describe_tags(added: list[str], removed: list[Tag]) -> Iterator[str]:
    if added:
        text = ngettext("Add the tag %(tags)s.", "Add the tags %(tags)s.", len(added))
        yield text % {"tags": ", ".join(added)}
    if removed:
        text = ngettext("Remove the tag %(tags)s.", "Remove the tags %(tags)s.", len(removed))
        yield text % {"tags": ", ".join(tag.name for tag in removed)}


def _list_notes(ticket: Ticket, acts: Acts) -> Iterator[Step]:
    if acts.note:
        shown = acts.note if len(acts.note) <= MAX_SHOWN else f"{acts.note[:MAX_SHOWN]}…"
        yield Step(
            _("Add the internal note “%(text)s”.") % {"text": shown},
            lambda given: add_note(
                ticket_id=ticket.pk, agent=given.agent, text=acts.note, at=given.at
            ),
        )


def _list_states(ticket: Ticket, acts: Acts) -> Iterator[Step]:
    if acts.hold_days:
        text = ngettext(
            "Put the ticket on hold for %(count)s day. Reason: %(why)s",
            "Put the ticket on hold for %(count)s days. Reason: %(why)s",
            acts.hold_days,
        )
        yield Step(
            text % {"count": acts.hold_days, "why": acts.hold_reason},
            lambda given: hold_ticket(
                ticket_id=ticket.pk,
                until=given.at + timedelta(days=acts.hold_days),
                why=acts.hold_reason,
                by=given.by,
                at=given.at,
            ),
        )
    if acts.reply:  # which sets the status, too
        yield Step(_("Send a message to the customer."), _make_reply(ticket, acts))
    elif acts.status and acts.status != ticket.status:
        yield Step(describe_status(ticket, acts.status), _make_move(ticket, acts.status))


def _make_reply(ticket: Ticket, acts: Acts) -> Callable[[Given], object]:
    def send(given: Given) -> object:
        if ticket.status == State.CLOSED:
            raise ConflictError(_("The ticket was closed in the meantime."))
        _require_read(ticket, given.decided_at or given.at)
        return reply(
            ticket_id=ticket.pk,
            agent=given.agent,
            text=fill_placeholders(acts.reply, ticket=ticket, agent=given.agent),
            then="closed" if acts.status == State.CLOSED else "",
            at=given.at,
        )

    return send


def _require_read(ticket: Ticket, since: datetime) -> None:
    """Raise NewerMessageError if the customer has written since a time: nobody has read that."""
    newer = Message.objects.filter(
        ticket=ticket, contact__isnull=False, is_automatic=False, created_at__gt=since
    )
    if newer.exists():
        raise NewerMessageError(
            _("The customer wrote in the meantime. Read it first, then reply on the ticket.")
        )


def describe_status(ticket: Ticket, status: str) -> str:
    """Say which status the ticket gets."""
    if status == State.CLOSED:
        return _("Close the ticket as solved.")
    return _("Set the status to %(status)s.") % {"status": ticket.desk.word_for(status)}


def _make_move(ticket: Ticket, status: str) -> Callable[[Given], object]:
    if status == State.CLOSED:
        return lambda given: close(
            ticket_id=ticket.pk, by=given.by, at=given.at, reason=CloseReason.SOLVED
        )
    move = MOVES[status]
    return lambda given: change_status(ticket_id=ticket.pk, move=move, by=given.by, at=given.at)
