"""Answers to slash commands: the state of a ticket, and the acknowledgement of an escalation.

They notify nobody: people are named, not mentioned.
Agents get what they may see of a ticket. Where everyone in the channel reads the answer
(Rocket.Chat), public channels and members-only tickets get the public facts only.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Agent, Desk, Visibility
from channels_intake.models import ChatConnection, ChatKind
from channels_intake.team_chat.commands import Command
from channels_intake.team_chat.composing import clean_text, collect_ticket_facts, name_agent
from channels_intake.team_chat.texts import PUBLIC_TEXT, cut_message, fill_message
from channels_intake.team_chat.vendors import VENDORS
from sla.ladders import acknowledge
from tickets.access import get_ticket_for_agent
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import Ticket
from tickets.search.references import find_numbers

ANSWER = "{ticket} {subject}\n{details}\n{assignee}"


def answer_command(
    command: Command, connection: ChatConnection, agent: Agent, *, at: datetime
) -> str:
    """Return the answer to an agent's command, in the active language."""
    desk = connection.desk
    actions = {"ticket": show_ticket, "ack": acknowledge_ticket}
    action = actions.get(command.name)
    if action is None:
        return describe_usage(desk)
    numbers = find_numbers(desk, command.text)
    if not numbers:
        return describe_usage(desk)
    try:
        ticket = get_ticket_for_agent(agent, numbers[0])
    except Ticket.DoesNotExist:
        named = {"ticket": f"{desk.ticket_prefix}-{numbers[0]}"}
        return _("There is no ticket %(ticket)s that you can see.") % named
    answer = action(ticket, connection, agent, at=at)
    return cut_message(answer, max_chars=VENDORS[connection.kind].max_chars, more="")


def describe_usage(desk: Desk) -> str:
    """Return the commands with an example."""
    return _("Write /ticket %(ticket)s to see a ticket, or /ack %(ticket)s to acknowledge it.") % {
        "ticket": f"{desk.ticket_prefix}-1042"
    }


def describe_stranger(*, is_looked_up: bool) -> str:
    """Return the refusal of a chat user who isn't known as an agent."""
    if is_looked_up:
        return _(
            "We're checking whether your chat user belongs to an agent. Try again in a moment. If"
            " it still doesn't work, ask an admin to add your chat user in Plumbline."
        )
    return _(
        "Your chat user doesn't belong to an agent of this help desk. Ask an admin to add it in"
        " Plumbline."
    )


def show_ticket(ticket: Ticket, connection: ChatConnection, agent: Agent, *, at: datetime) -> str:
    """Return a ticket's link, state and due time."""
    facts = collect_ticket_facts(ticket, VENDORS[connection.kind])
    is_public = _is_read_by_others(ticket, connection)
    if is_public:
        return fill_message(PUBLIC_TEXT, "", facts, is_public=True)
    name = name_agent(ticket.assignee, connection)
    assigned = _("Assigned to %(agent)s.") % {"agent": name} if name else _("Not assigned.")
    due = _describe_due(ticket, facts["due"], at)
    return fill_message(ANSWER, "", facts | {"assignee": f"{assigned} {due}"}, is_public=False)


def _describe_due(ticket: Ticket, due: str, at: datetime) -> str:
    if not due:
        return _("Nothing is due.")
    if ticket.due_at < at:
        return _("Overdue since %(due)s.") % {"due": due}
    return _("Due %(due)s.") % {"due": due}


def _is_read_by_others(ticket: Ticket, connection: ChatConnection) -> bool:
    """Return True if the answer must hold public facts only: everyone in the channel reads it."""
    department = ticket.department
    is_closed = department is not None and department.visibility == Visibility.MEMBERS
    return connection.kind == ChatKind.ROCKETCHAT and (connection.is_public or is_closed)


def acknowledge_ticket(
    ticket: Ticket, connection: ChatConnection, agent: Agent, *, at: datetime
) -> str:
    """Acknowledge the escalation of a ticket, and say so or why not."""
    named = {"ticket": ticket.reference}
    try:
        is_new = acknowledge(ticket_id=ticket.pk, by=Actor.of(agent), at=at)
    except ServiceError as error:
        return clean_text(str(error), VENDORS[connection.kind])
    if not is_new:
        return _("%(ticket)s is already acknowledged.") % named
    return _("You acknowledged %(ticket)s. It won't escalate further for now.") % named
