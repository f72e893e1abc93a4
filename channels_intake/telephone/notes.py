"""What an agent says about a call: who called, which ticket it is about, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Agent, Contact, Department, Level
from channels_intake.models import Conversation
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.models import Channel, CloseReason, State, Ticket
from tickets.replies.holding_back import NewReply, submit_reply
from tickets.services import (
    add_note,
    assign,
    change_department,
    close,
    confirm_caller,
    escalate,
    promise_update,
)


class Outcome(models.TextChoices):
    """Ways in which a call ends."""

    SOLVED = "solved", pgettext_lazy("outcome of a call", "Solved")
    CALLBACK = "callback", pgettext_lazy("outcome of a call", "Callback")
    DEVELOPERS = "developers", gettext_lazy("Escalated to developers")
    SALES = "sales", gettext_lazy("Escalated to sales")
    NO_ANSWER = "no_answer", pgettext_lazy("outcome of a call", "No answer")
    WRONG_NUMBER = "wrong_number", gettext_lazy("Wrong number")


INTERNAL = frozenset({Outcome.NO_ANSWER, Outcome.WRONG_NUMBER})  # nobody was talked to
ESCALATED = frozenset({Outcome.DEVELOPERS, Outcome.SALES})
NEXT_STATE = {Outcome.SOLVED: "closed", Outcome.CALLBACK: "investigating"}
OUTCOME, NOTED_AT, NOTED_BY = "outcome", "noted_at", "noted_by"  # of Conversation.data


@dataclass(frozen=True, slots=True)
class CallNote:
    """What an agent writes about a call.

    callback_at: when the caller hears again. department: of sales. assignee: who goes on with it.
    """

    outcome: Outcome
    text: str
    callback_at: datetime | None = None
    department: Department | None = None
    assignee: Agent | None = None


def save_call_note(*, call_id: int, agent: Agent, note: CallNote, at: datetime) -> Ticket:
    """Put the note of a call on its ticket, and do what its outcome says.

    What was talked about is the call's message: it counts as a response, and the caller gets it as
    a short email (M53). An escalation assigns the ticket, which team chat tells by name (M54).
    Raises the errors of the services, and ConflictError for a call without a ticket.
    """
    with transaction.atomic():
        call = lock_call(call_id)
        ticket = _require_ticket(call)
        if note.outcome in INTERNAL:
            add_note(ticket_id=ticket.pk, agent=agent, text=note.text, at=at)
        else:
            new = NewReply(
                ticket_id=ticket.pk,
                agent=agent,
                text=note.text,
                then=NEXT_STATE.get(note.outcome, ""),
                next_update_at=note.callback_at if note.outcome == Outcome.CALLBACK else None,
                channel=Channel.PHONE,
            )
            submit_reply(new, at=at)
        _follow_outcome(ticket, agent, note, at=at)
        noted = {OUTCOME: note.outcome.value, NOTED_AT: at.isoformat(), NOTED_BY: agent.pk}
        call.data = {**call.data, **noted}
        call.save(update_fields=["data"])
    return Ticket.objects.select_related("desk").get(pk=ticket.pk)


def _follow_outcome(ticket: Ticket, agent: Agent, note: CallNote, *, at: datetime) -> None:
    by = Actor.of(agent)
    if note.outcome == Outcome.WRONG_NUMBER and ticket.status != State.CLOSED:
        close(ticket_id=ticket.pk, by=by, at=at, reason=CloseReason.SPAM)
    if note.outcome == Outcome.NO_ANSWER and note.callback_at is not None:
        promise_update(ticket_id=ticket.pk, by=by, due_at=note.callback_at, at=at)
    if note.outcome == Outcome.DEVELOPERS:
        _escalate(ticket, by, at=at)
    if note.outcome == Outcome.SALES and note.department is not None:
        why = str(Outcome.SALES.label)
        change_department(ticket_id=ticket.pk, department=note.department, by=by, at=at, why=why)
    if note.outcome in ESCALATED and note.assignee is not None:
        assign(ticket_id=ticket.pk, agent=note.assignee, by=by, at=at)


def _escalate(ticket: Ticket, by: Actor, *, at: datetime) -> None:
    """Escalate a ticket until it is with R&D."""
    level = Level(Ticket.objects.values_list("level", flat=True).get(pk=ticket.pk))
    while level != Level.RND:
        why = str(Outcome.DEVELOPERS.label)
        level = Level(escalate(ticket_id=ticket.pk, by=by, at=at, why=why).level)


def confirm_contact(*, call_id: int, contact: Contact, agent: Agent, at: datetime) -> Ticket:
    """Make a contact the requester of the call's ticket: the agent made sure who is calling."""
    with transaction.atomic():
        ticket = _require_ticket(lock_call(call_id))
        return confirm_caller(ticket_id=ticket.pk, contact=contact, by=Actor.of(agent), at=at)


def add_to_ticket(*, call_id: int, ticket: Ticket, agent: Agent, at: datetime) -> Ticket:
    """Put a call on another open ticket. The one that it opened is closed as a duplicate."""
    with transaction.atomic():
        call = lock_call(call_id)
        opened = call.ticket
        if opened is not None and opened.pk == ticket.pk:
            return ticket
        text = _("A call was added to this ticket.")
        if opened is not None:
            text = _("A call was added to this ticket. It had opened %(ticket)s.")
            text %= {"ticket": opened.reference}
        add_note(ticket_id=ticket.pk, agent=agent, text=text, at=at)
        call.ticket = ticket
        call.save(update_fields=["ticket"])
        if opened is not None and opened.status != State.CLOSED:
            reason = CloseReason.DUPLICATE
            close(ticket_id=opened.pk, by=Actor.of(agent), at=at, reason=reason)
    return ticket


def lock_call(call_id: int) -> Conversation:
    """Return a locked call, as of now. Run in a transaction."""
    free = Conversation.objects.select_for_update(of=("self",), no_key=True)
    return free.select_related("ticket__desk", "handle").get(pk=call_id)


def _require_ticket(call: Conversation) -> Ticket:
    if call.ticket is None:
        raise ConflictError(_("This call has no ticket. Add it to one first."))
    return call.ticket
