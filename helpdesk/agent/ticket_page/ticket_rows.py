"""A ticket with everything on its page, and its messages, each in one prepared statement.

Planning a join of twelve tables takes longer than the rest of the page, so the plan is reused.
"""

from __future__ import annotations

from typing import Any

from accounts.database.instances import Columns, relate, relate_all
from accounts.database.rows import fetch_prepared
from accounts.models import Account, Agent, Contact, Department, Plan
from routing.models import Handover
from sla.models import Calendar, Clock, Policy, Target
from tickets.models import ClosingReason, Message, Priority, Ticket
from tickets.rules.visibility import TicketVisibility

MAX_NUMBER = 2**63 - 1  # of a bigint

TICKET = Columns(Ticket, "t")
PRIORITY = Columns(Priority, "priority")
DEPARTMENT = Columns(Department, "department")
ASSIGNEE = Columns(Agent, "assignee")
OWNER = Columns(Agent, "owner", "id", "name")
HANDOVER = Columns(Handover, "handover", "id", "receiver_id", "until", "claimed_at")
CONTACT = Columns(Contact, "contact")
ACCOUNT = Columns(Account, "account")
PLAN = Columns(Plan, "plan")
CLOCK = Columns(Clock, "clock")
CALENDAR = Columns(Calendar, "calendar")
TARGET = Columns(Target, "target")
TARGET_PLAN = Columns(Plan, "target_plan")
TARGET_PRIORITY = Columns(Priority, "target_priority")
POLICY = Columns(Policy, "policy")
OWN_REASON = Columns(ClosingReason, "own_reason", "id", "name")

ONE_TICKET = f"""
SELECT {TICKET}, {PRIORITY}, {DEPARTMENT}, {ASSIGNEE}, {CONTACT}, {ACCOUNT}, {PLAN},
  {CLOCK}, {CALENDAR}, {TARGET}, {TARGET_PLAN}, {TARGET_PRIORITY}, {POLICY},
  {OWNER}, {HANDOVER}, offer.agent_id AS offered_to, {OWN_REASON}
FROM tickets_ticket t
JOIN tickets_priority priority ON priority.id = t.priority_id
JOIN accounts_contact contact ON contact.id = t.contact_id
LEFT JOIN accounts_department department ON department.id = t.department_id
LEFT JOIN accounts_agent assignee ON assignee.id = t.assignee_id
LEFT JOIN accounts_agent owner ON owner.id = t.owner_id
LEFT JOIN routing_handover handover ON handover.ticket_id = t.id AND handover.ended_at IS NULL
LEFT JOIN routing_offer offer ON offer.ticket_id = t.id
LEFT JOIN accounts_account account ON account.id = t.account_id
LEFT JOIN accounts_plan plan ON plan.id = account.plan_id
LEFT JOIN tickets_closingreason own_reason ON own_reason.id = t.own_close_reason_id
LEFT JOIN sla_clock clock ON clock.ticket_id = t.id
LEFT JOIN sla_calendar calendar ON calendar.id = clock.calendar_id
LEFT JOIN sla_target target ON target.id = clock.target_id
LEFT JOIN accounts_plan target_plan ON target_plan.id = target.plan_id
LEFT JOIN tickets_priority target_priority ON target_priority.id = target.priority_id
LEFT JOIN sla_policy policy ON policy.id = target.policy_id
WHERE t.desk_id = %(desk)s AND t.number = %(number)s AND {{visible}}
ORDER BY clock.id
"""  # noqa: S608 (constants)

MESSAGE = Columns(Message, "m")
MESSAGE_CONTACT = Columns(Contact, "contact", "id", "name", "email")
MESSAGE_AGENT = Columns(Agent, "agent", "id", "name")

NEWEST_MESSAGES = f"""
SELECT {MESSAGE}, {MESSAGE_CONTACT}, {MESSAGE_AGENT},
  (SELECT max(i.id) FROM channels_intake_inboundmessage i WHERE i.message_id = m.id) AS source_id
FROM tickets_message m
LEFT JOIN accounts_contact contact ON contact.id = m.contact_id
LEFT JOIN accounts_agent agent ON agent.id = m.agent_id
WHERE m.ticket_id = %(ticket)s
ORDER BY m.created_at DESC, m.id DESC
LIMIT %(limit)s::bigint
"""  # noqa: S608 (constants)


def read_ticket(agent: Agent, number: int) -> Ticket | None:
    """Return the ticket with its relations and clocks, or None if the agent may not see it."""
    if number > MAX_NUMBER:
        return None
    visibility = TicketVisibility.for_agent(agent)
    rows = fetch_prepared(
        ONE_TICKET.format(visible=visibility.as_sql("t")),
        {"desk": agent.desk_id, "number": number, **visibility.params},
    )
    return _build_ticket(agent, rows) if rows else None


def _build_ticket(agent: Agent, rows: list[dict[str, object]]) -> Ticket | None:
    """Return the ticket of these rows, which are one for each of its clocks."""
    row = rows[0]
    ticket = TICKET.load(row)
    if ticket is not None:
        ticket.desk = agent.desk
        relate(ticket, "priority", PRIORITY.load(row))
        relate(ticket, "contact", CONTACT.load(row))
        relate(ticket, "department", DEPARTMENT.load(row))
        relate(ticket, "assignee", ASSIGNEE.load(row))
        relate(ticket, "owner", OWNER.load(row))
        relate(ticket, "own_close_reason", OWN_REASON.load(row))
        _set_holding(ticket, row)
        relate(ticket, "account", relate(ACCOUNT.load(row), "plan", PLAN.load(row)))
        clocks = [clock for each in rows if (clock := _build_clock(each))]
        relate_all(ticket, "clocks", clocks)
    return ticket


def _set_holding(ticket: Any, row: dict[str, object]) -> None:
    """Set when a lent ticket goes back to its owner, and which agent has yet to accept it."""
    handover = HANDOVER.load(row)
    ticket.lent_until = handover.until if handover is not None else None
    waits = handover is not None and handover.claimed_at is None
    ticket.offered_to = row["offered_to"] or (handover.receiver_id if handover and waits else None)


def _build_clock(row: dict[str, object]) -> Clock | None:
    target = relate(TARGET.load(row), "plan", TARGET_PLAN.load(row))
    relate(target, "priority", TARGET_PRIORITY.load(row))
    relate(target, "policy", POLICY.load(row))
    clock = relate(CLOCK.load(row), "calendar", CALENDAR.load(row))
    return relate(clock, "target", target)


def read_messages(ticket: Ticket, *, limit: int | None) -> list[Message]:
    """Return the newest messages of a ticket, oldest first, with their author and source_id.

    source_id: of the email that a message was received as, or None.
    """
    rows = fetch_prepared(NEWEST_MESSAGES, {"ticket": ticket.pk, "limit": limit})
    return [message for row in reversed(rows) if (message := _build_message(row))]


def _build_message(row: dict[str, object]) -> Message | None:
    message = MESSAGE.load(row)
    if message is not None:
        relate(message, "contact", MESSAGE_CONTACT.load(row))
        relate(message, "agent", MESSAGE_AGENT.load(row))
        message.source_id = row["source_id"]  # type: ignore[attr-defined]  # only for pages
    return message
