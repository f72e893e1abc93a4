"""What follows from a report about a call: an assignee, a screen pop, a callback, a recording."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Agent
from channels_intake.models import Conversation
from channels_intake.telephone.facts import UNANSWERED, Call, CallState, read_call
from channels_intake.telephone.staff import find_agent
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM
from tickets.attachments.files import NewFile
from tickets.models import State
from tickets.queueing import Queue, TaskName, send_after_commit
from tickets.services import add_note, assign, promise_callback

ANNOUNCE = TaskName("helpdesk.tasks.announce_call", queue=Queue.INTERACTIVE)
CALLBACK_MINUTES = 30  # unless the connection says otherwise
# Of Conversation.data, beside the facts of the call.
SHOWN_TO, GIVEN_TO = "shown_to", "given_to"
CALLBACK_AT, IS_FILED = "callback_at", "is_filed"


def follow_call(conversation: Conversation, files: tuple[NewFile, ...], *, at: datetime) -> None:
    """React to a report about a call. Its conversation is locked; running twice changes nothing."""
    call = read_call(conversation.data)
    agent = find_agent(conversation.connection, call.agent)
    if agent is not None:
        _show(conversation, call, agent)
    if conversation.ticket is not None:
        if agent is not None and call.state in (CallState.ANSWERED, CallState.ENDED):
            _assign(conversation, agent, at=at)
        if call.state in UNANSWERED:
            _promise_callback(conversation, at=at)
        _file_recording(conversation, agent, files, at=at)
    conversation.save(update_fields=["data"])


def _show(conversation: Conversation, call: Call, agent: Agent) -> None:
    """Show an incoming call to the agent who takes it, once."""
    is_live = call.state in (CallState.RINGING, CallState.ANSWERED)
    if not is_live or not call.is_incoming or conversation.data.get(SHOWN_TO) == agent.pk:
        return
    conversation.data[SHOWN_TO] = agent.pk
    send_after_commit(
        ANNOUNCE, desk_id=conversation.desk_id, call_id=conversation.pk, agent_id=agent.pk
    )


def _assign(conversation: Conversation, agent: Agent, *, at: datetime) -> None:
    """Give the ticket that a call opened to the agent who took it, once: nobody else spoke to them.

    A ticket that the call was added to keeps its assignee.
    """
    ticket = conversation.ticket
    if ticket is None or ticket.status == State.CLOSED or conversation.data.get(GIVEN_TO):
        return
    if ticket.assignee_id is not None and ticket.created_at < conversation.created_at:
        return
    conversation.data[GIVEN_TO] = agent.pk
    may_see = can_see_ticket(agent, department_id=ticket.department_id, assignee_id=None)
    if agent.can_write and may_see and ticket.assignee_id != agent.pk:
        conversation.ticket = assign(ticket_id=ticket.pk, agent=agent, by=SYSTEM, at=at)


def _promise_callback(conversation: Conversation, *, at: datetime) -> None:
    """Promise that the caller is called back: the ticket's clock for the next update runs."""
    ticket = conversation.ticket
    if ticket is None or ticket.status == State.CLOSED or CALLBACK_AT in conversation.data:
        return
    minutes = conversation.connection.settings.get("callback_minutes") or CALLBACK_MINUTES
    due_at = at + timedelta(minutes=int(minutes))
    why = _("Missed call. Call back.")
    promise_callback(ticket_id=ticket.pk, due_at=due_at, why=why, at=at)
    conversation.data[CALLBACK_AT] = due_at.isoformat()


def _file_recording(
    conversation: Conversation,
    agent: Agent | None,
    files: tuple[NewFile, ...],
    *,
    at: datetime,
) -> None:
    """Keep a recording as a note of the agent who took the call: customers don't see it."""
    author = agent or (conversation.ticket.assignee if conversation.ticket else None)
    if not files or author is None or not author.can_write or IS_FILED in conversation.data:
        return
    text = _("Call recording.")
    ticket_id = conversation.ticket_id or 0
    add_note(ticket_id=ticket_id, agent=author, text=text, files=files, at=at)
    conversation.data[IS_FILED] = True
