"""The text of a chat message, written when it is sent, in the desk's language and time zone."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Agent, Desk, Visibility
from accounts.places.languages import use_recipient_locale
from channels_intake.mime.text import one_line
from channels_intake.models import ChatConnection, ChatPerson, ChatRule
from channels_intake.outgoing.composing import format_moment, get_desk_url
from channels_intake.team_chat.texts import cut_message, fill_message
from channels_intake.team_chat.vendors import VENDORS
from channels_intake.team_chat.vendors.protocol import Vendor
from tickets.models import NO_DEADLINE, Ticket, TicketEvent
from tickets.timeline import describe_event

MAX_VALUE = 500  # characters of one fact


def compose_message(rule: ChatRule, event: TicketEvent) -> str:
    """Return the message of a rule about an event. The ticket and its related rows are loaded."""
    ticket, connection = event.ticket, rule.connection
    vendor = VENDORS[connection.kind]
    with use_recipient_locale(desk=ticket.desk):
        facts = collect_ticket_facts(ticket, vendor)
        if not connection.is_public:
            facts["what"] = clean_text(describe_event(event, ticket.desk), vendor)
            facts["assignee"] = mention_agent(ticket.assignee, connection)
        text = fill_message(rule.template, rule.topic, facts, is_public=connection.is_public)
        return cut_message(text, max_chars=vendor.max_chars, more=facts["link"])


def is_hidden(rule: ChatRule, ticket: Ticket) -> bool:
    """Return True for a members-only ticket, except for a rule that names its department.

    Checked again when a message is sent: the ticket may have moved, or been closed off, since.
    """
    department = ticket.department
    return (
        department is not None
        and department.visibility == Visibility.MEMBERS
        and rule.department_id != department.pk
    )


def collect_ticket_facts(ticket: Ticket, vendor: Vendor) -> dict[str, str]:
    """Return what texts can insert of a ticket, cleaned for a chat."""
    desk, account = ticket.desk, ticket.account
    url = get_ticket_url(desk, ticket.number)
    values = {
        "priority": ticket.priority.localized_name,
        "state": desk.word_for(ticket.word_key),
        "level": desk.word_for_level(ticket.level),
        "department": str(ticket.department or ""),
        "account": str(account or ""),
        "plan": str((account and account.plan) or ""),
    }
    facts = {name: clean_text(value, vendor) for name, value in values.items()}
    return {
        **facts,
        "ticket": vendor.link(url, ticket.reference),
        "number": ticket.reference,
        "link": url,
        "subject": clean_text(ticket.subject, vendor),
        "details": " · ".join(value for value in facts.values() if value),
        "due": format_due(ticket.due_at),
    }


def format_due(due_at: datetime) -> str:
    """Return a deadline in words, or "" if nothing is due."""
    return "" if due_at >= NO_DEADLINE else format_moment(due_at)


def name_agent(agent: Agent | None, connection: ChatConnection) -> str:
    """Return the name of an agent, which notifies nobody, or ""."""
    return clean_text(agent.name, VENDORS[connection.kind]) if agent else ""


def mention_agent(agent: Agent | None, connection: ChatConnection) -> str:
    """Return the mention of an agent in a channel; the name alone if the chat doesn't know them."""
    if agent is None:
        return ""
    vendor, name = VENDORS[connection.kind], name_agent(agent, connection)
    mine = {"kind": connection.kind, "server": connection.server}
    person = ChatPerson.objects.filter(**mine, agent=agent).first()
    mention = vendor.mention(person.user_id, person.user_name) if person else ""
    return f"{mention} ({name})" if mention else name


def get_ticket_url(desk: Desk, number: int) -> str:
    """Return the address of a ticket's page for agents."""
    return f"{get_desk_url(desk)}/agent/tickets/{number}/"


def clean_text(text: str, vendor: Vendor) -> str:
    """Return someone's words as one line that mentions nobody in a chat."""
    return vendor.escape(one_line(text, MAX_VALUE))
