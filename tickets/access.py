"""Access checks: the only way to get a ticket, message or file for a person.

Pages, API, live pages and email all use these. What a person may not see raises DoesNotExist, which
an interface answers with 404 as if it were absent.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.database.instances import Columns, relate
from accounts.database.rows import fetch_prepared
from accounts.models import Account, Agent, Contact, ContactRole, Department, Plan
from tickets.models import (
    Attachment,
    Channel,
    Participant,
    Priority,
    QueueRow,
    Ticket,
    UnsentFile,
)
from tickets.rules.visibility import TicketVisibility

MAX_NUMBER = 2**63 - 1  # of a bigint
TICKET = Columns(Ticket, "t")
RELATED: dict[str, Columns[Any]] = {
    "priority": Columns(Priority, "priority"),
    "contact": Columns(Contact, "contact"),
    "department": Columns(Department, "department"),
    "assignee": Columns(Agent, "assignee"),
}
ACCOUNT, PLAN = Columns(Account, "account"), Columns(Plan, "plan")
# Prepared, because planning these joins takes several times longer than running them.
ONE_TICKET = f"""
SELECT {TICKET}, {", ".join(map(str, RELATED.values()))}, {ACCOUNT}, {PLAN}
FROM tickets_ticket t
JOIN tickets_priority priority ON priority.id = t.priority_id
JOIN accounts_contact contact ON contact.id = t.contact_id
LEFT JOIN accounts_department department ON department.id = t.department_id
LEFT JOIN accounts_agent assignee ON assignee.id = t.assignee_id
LEFT JOIN accounts_account account ON account.id = t.account_id
LEFT JOIN accounts_plan plan ON plan.id = account.plan_id
WHERE t.desk_id = %(desk)s AND t.number = %(number)s AND {{visible}}
"""  # noqa: S608 (constants)


def can_see_ticket(agent: Agent, *, department_id: int | None, assignee_id: int | None) -> bool:
    """Return True if the agent may see a ticket of the desk with this department and assignee."""
    visibility = TicketVisibility.for_agent(agent)
    return visibility.allows(department_id=department_id, assignee_id=assignee_id)


def tickets_for_agent(agent: Agent) -> QuerySet[Ticket]:
    """Return the tickets that an agent may see (tickets/rules/visibility.py)."""
    return Ticket.objects.filter(TicketVisibility.for_agent(agent).as_q(), desk_id=agent.desk_id)


def queue_for_agent(agent: Agent) -> QuerySet[QueueRow]:
    """Return the queue rows of the tickets that an agent may see."""
    return QueueRow.objects.filter(TicketVisibility.for_agent(agent).as_q(), desk_id=agent.desk_id)


def tickets_for_contact(contact: Contact) -> QuerySet[Ticket]:
    """Return the tickets that a contact may see in the portal, to look up some of them.

    Their own, those they follow, and for the account's manager all of the account. Never one whose
    sender is unverified, nor an internal request (M22), whoever its requester, followers and
    account are by now. For lists, use ``queue_parts_for_contact``: no index covers this query.
    """
    follows = Participant.objects.filter(contact=contact, ticket=OuterRef("pk"))
    mine = Q(contact=contact) | Q(Exists(follows))
    if is_managing(contact):
        mine |= Q(account_id=contact.account_id)
    shown = ~Q(channel=Channel.INTERNAL)
    return Ticket.objects.filter(mine, shown, desk_id=contact.desk_id, is_unverified=False)


def queue_parts_for_contact(contact: Contact) -> list[QuerySet[QueueRow]]:
    """Return the queue rows of the same tickets, in parts that may overlap.

    Each part has its own index, so limit each to a page before combining them.
    """
    shown = ~Q(channel=Channel.INTERNAL)
    rows = QueueRow.objects.filter(shown, desk_id=contact.desk_id, is_unverified=False)
    follows = Participant.objects.filter(contact=contact).values("ticket_id")
    parts = [rows.filter(contact_id=contact.pk), rows.filter(pk__in=follows)]
    if is_managing(contact):
        parts.append(rows.filter(account_id=contact.account_id))
    return parts


def is_managing(contact: Contact) -> bool:
    """Return True for an account's manager, who sees all of its tickets."""
    return contact.role == ContactRole.MANAGER and contact.account_id is not None


def get_ticket_for_agent(agent: Agent, number: int) -> Ticket:
    """Return the ticket with a number. Raises Ticket.DoesNotExist if the agent may not see it."""
    if not 0 < number <= MAX_NUMBER:
        raise Ticket.DoesNotExist
    visibility = TicketVisibility.for_agent(agent)
    rows = fetch_prepared(
        ONE_TICKET.format(visible=visibility.as_sql("t")),
        {"desk": agent.desk_id, "number": number, **visibility.params},
    )
    ticket = TICKET.load(rows[0]) if rows else None
    if ticket is None:
        raise Ticket.DoesNotExist
    ticket.desk = agent.desk
    for name, columns in RELATED.items():
        relate(ticket, name, columns.load(rows[0]))
    relate(ticket, "account", relate(ACCOUNT.load(rows[0]), "plan", PLAN.load(rows[0])))
    return ticket


def get_ticket_for_contact(contact: Contact, number: int) -> Ticket:
    """Return the ticket with a number. Raises Ticket.DoesNotExist if the contact may not see it."""
    return (
        tickets_for_contact(contact)
        .select_related("desk", "priority", "assignee", "contact")
        .get(number=number)
    )


def get_attachment_for_agent(agent: Agent, attachment_id: int) -> Attachment:
    """Return a file of a message, note or side message.

    Raises Attachment.DoesNotExist if hidden.
    """
    mine = tickets_for_agent(agent)
    seen = Q(message__ticket__in=mine) | Q(note__ticket__in=mine)
    seen |= Q(side_message__side__ticket__in=mine)
    return Attachment.objects.filter(seen).get(pk=attachment_id)


def get_unsent_file_for_agent(agent: Agent, *, number: int, file_id: int) -> UnsentFile:
    """Return a file of a pending reply that is shown on a ticket's page.

    A colleague's reply that can still be undone isn't shown. Raises UnsentFile.DoesNotExist.
    """
    mine = tickets_for_agent(agent).filter(number=number)
    is_told = Q(reply__awaits_approval=True) | Q(reply__is_scheduled=True)
    is_told |= Q(reply__held_at__isnull=False) | Q(reply__author=agent)
    return UnsentFile.objects.filter(is_told, reply__ticket__in=mine).get(pk=file_id)


def get_attachment_for_contact(contact: Contact, attachment_id: int) -> Attachment:
    """Return a file of a public message. Raises Attachment.DoesNotExist if hidden."""
    mine = tickets_for_contact(contact)
    read = Q(message__ticket__in=mine, message__via=None) | Q(message__via__in=mine)
    return Attachment.objects.filter(read).get(pk=attachment_id)
