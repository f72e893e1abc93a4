"""What the bulk loader writes into each table: an expression for each column.

bench_tickets has one row per ticket with a hash (h) that drives all variation. 5 % are open, a
fifth of those without a reply. Every ticket has four messages: the customer's 1 and 3 by email, an
agent's 2 and 4. IDs are computed, so that tables can refer to each other without a join.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from accounts.models import AuditEntry
from bench.bulk_texts import BODIES, BODIES_OF_SMALL_DESK, CJK, EXTRA
from channels_intake.models import InboundMessage, OutgoingEmail, ReplyToken
from sla.models import Clock, ClockEntry, Deadline
from tickets.models import (
    Attachment,
    DoneDelivery,
    Message,
    Note,
    Notification,
    Participant,
    QueueRow,
    SubmittedForm,
    Ticket,
    TicketEvent,
)

FIRST_NUMBER = 1000

PEOPLE = f"""
CREATE TEMP TABLE bench_people AS
SELECT d.id AS desk, d.slug, row_number() OVER (ORDER BY d.id) AS place,
  CASE WHEN row_number() OVER (ORDER BY d.id) = 1 THEN {BODIES} ELSE {BODIES_OF_SMALL_DESK} END
    AS bodies,
  (SELECT array_agg(id ORDER BY id) FROM accounts_agent WHERE desk_id = d.id) AS agents,
  (SELECT array_agg(id ORDER BY id) FROM accounts_contact WHERE desk_id = d.id) AS contacts,
  (SELECT array_agg(account_id ORDER BY id) FROM accounts_contact WHERE desk_id = d.id) AS accounts,
  (SELECT array_agg(id ORDER BY id) FROM accounts_department WHERE desk_id = d.id) AS departments,
  (SELECT array_agg(id ORDER BY id) FROM tickets_priority WHERE desk_id = d.id) AS priorities,
  (SELECT id FROM sla_calendar WHERE desk_id = d.id) AS calendar,
  (SELECT id FROM channels_intake_mailbox WHERE desk_id = d.id) AS mailbox,
  (SELECT array_agg(id ORDER BY id) FROM sla_target WHERE desk_id = d.id) AS targets
FROM accounts_desk d WHERE d.slug LIKE 'bench%'
"""


def _pick(name: str) -> str:
    return f"p.{name}[1 + (h / 11) % array_length(p.{name}, 1)]"


# Every second ticket is desk 1's. Tickets are as old as their ID is low; open ones changed lately.
# Formatted with an amount and the conditions of open tickets and of those without a reply.
TICKETS = f"""
CREATE TEMP TABLE bench_tickets AS
SELECT *, {EXTRA} AS extra,
  CASE WHEN is_open THEN greatest(created, now() - (h / 7 % 43200) * interval '1 minute')
    ELSE created + (now() - created) * 0.02 END AS changed
FROM (
  SELECT g AS id, h, p.desk, p.slug, p.place, p.bodies, p.calendar, p.mailbox,
    {_pick("agents")} AS agent, {_pick("contacts")} AS contact, {_pick("accounts")} AS account,
    {_pick("departments")} AS department, {_pick("priorities")} AS priority,
    {_pick("targets")} AS target,
    {FIRST_NUMBER} + row_number() OVER (PARTITION BY p.desk ORDER BY g) AS number,
    count(*) OVER (PARTITION BY p.desk) AS tickets,
    {{is_open}} AS is_open, {{is_unanswered}} AS is_unanswered, (h / 100) % 4 AS state,
    now() - interval '3 years' * (1 - g::float8 / {{amount}}) AS created
  FROM (
    SELECT g, (hashint8(g)::bigint + 2147483648) AS h FROM generate_series(1, {{amount}}) g
  ) t
  JOIN bench_people p ON p.place = CASE WHEN g % 2 = 0 THEN 1
    ELSE 2 + floor(99 * power(h / 4294967296.0, 2)) END
) numbered ORDER BY id;
"""
SOME_OPEN = {"is_open": "h % 100 < 5", "is_unanswered": "h % 100 = 0"}
ALL_OPEN = {"is_open": "true", "is_unanswered": "true"}
MINE = {"desk_id": "desk", "ticket_id": "id"}
STATE = "(ARRAY['open', 'investigating', 'waiting', 'escalated'])[1 + state]"
STATUS = f"CASE WHEN NOT is_open THEN 'closed' WHEN is_unanswered THEN 'open' ELSE {STATE} END"
IS_WAITING = "(is_open AND NOT is_unanswered AND state = 2)"
TICKET = {
    "id": "id",
    "desk_id": "desk",
    "number": "number",
    "subject": (
        "'Ticket ' || number || ' about '"
        " || (SELECT regexp_replace(left(body, 50), '\\s\\S*$', '') FROM bench_bodies b"
        " WHERE b.id = (h + 13) % bodies)"
    ),
    "status": STATUS,
    "channel": "'email'",
    "priority_id": "priority",
    "department_id": "department",
    "assignee_id": "agent",
    "contact_id": "contact",
    "account_id": "account",
    "created_at": "created",
    "updated_at": "changed",
    "due_at": (
        "CASE WHEN is_unanswered THEN now() + interval '90 days' ELSE '9999-01-01 00:00+00' END"
    ),
    "first_responded_at": "CASE WHEN NOT is_unanswered THEN created + interval '2 hours' END",
    "waiting_since": f"CASE WHEN {IS_WAITING} THEN changed END",
    "close_at": f"CASE WHEN {IS_WAITING} THEN changed + interval '60 days' END",
    "closed_at": "CASE WHEN NOT is_open THEN changed END",
    "reopen_until": "CASE WHEN NOT is_open THEN changed + interval '14 days' END",
    "close_reason": "CASE WHEN NOT is_open THEN 'solved' ELSE '' END",
}
MESSAGES = "bench_tickets, generate_series(1, 4) m"
MESSAGE_ID = "(id - 1) * 4 + m"
TIME = "created + (changed - created) * 0.2 * m"  # of a message
BODY = f"""(SELECT body FROM bench_bodies b WHERE b.id = (h + 13 * m) % bodies)
  || CASE WHEN m = 3 THEN extra || CASE WHEN h % 500 = 3 THEN ' {CJK}' ELSE '' END ELSE '' END"""
MESSAGE = MINE | {
    "id": MESSAGE_ID,
    "contact_id": "CASE WHEN m % 2 = 1 THEN contact END",
    "agent_id": "CASE WHEN m % 2 = 0 THEN agent END",
    "channel": "CASE WHEN m % 2 = 1 THEN 'email' ELSE 'agent' END",
    "body_text": BODY,
    "created_at": TIME,
}
NOTE = MINE | {
    "id": "id",
    "agent_id": "agent",
    "body_text": "(SELECT left(body, 200) FROM bench_bodies b WHERE b.id = h % bodies)",
    "created_at": "created + interval '1 hour'",
}
FILE = {
    "desk_id": "desk",
    "message_id": "(id - 1) * 4 + 1",
    "name": "'screenshot-' || id || '.png'",
    "content_type": "'image/png'",
    "size": "100000 + h % 100000",
    "sha256": "repeat(md5(id::text), 2)",
    "file": "'bench/' || id",
    "created_at": "created",
}

# Kind, place on the ticket, facts. The message's ID is computed.
EVENTS = """bench_tickets, (VALUES
  ('ticket.opened', 1, 1, '{"subject": "", "priority": "Low", "unverified": false,
    "follow_up_of": null}'::jsonb),
  ('sla.started', 2, 0, '{"due_at": "2026-01-01T08:00:00+00:00", "minutes": 480, "plan": "Plan",
    "priority": "Low", "calendar": "24x7", "version": 1}'),
  ('department.changed', 3, 0, '{"department": ["", "Paid Support"], "why": "By plan."}'),
  ('ticket.assigned', 4, 0, '{"assignee": [null, 1], "names": ["", "Agent 1"],
    "why": "By turn."}'),
  ('agent.replied', 5, 2, '{"status": ["open", "waiting"], "is_first": true}'),
  ('sla.met', 6, 0, '{"due_at": "2026-01-01T08:00:00+00:00", "in_time": true}'),
  ('customer.responded', 7, 3, '{"status": ["waiting", "open"]}'),
  ('agent.replied', 8, 4, '{"status": ["open", "waiting"], "is_first": false}'),
  ('ticket.closed', 9, 0, '{"status": ["waiting", "closed"], "reason": "solved"}')
) e (kind, place_of_event, m, facts)
WHERE (NOT is_open OR kind <> 'ticket.closed')
  AND (NOT is_unanswered OR place_of_event IN (1, 2, 3, 4, 7))"""
EVENT_ID = "(id - 1) * 9 + place_of_event"
EVENT = MINE | {
    "id": EVENT_ID,
    "kind": "kind",
    "at": "created + (changed - created) * 0.1 * place_of_event",
    "actor_kind": (
        "CASE WHEN kind = 'agent.replied' THEN 'agent' WHEN m > 0 THEN 'contact' ELSE 'system' END"
    ),
    "actor_id": "CASE WHEN kind = 'agent.replied' THEN agent WHEN m > 0 THEN contact END",
    "actor_name": "CASE WHEN m > 0 THEN 'Person' ELSE 'Plumbline' END",
    "data": (
        "facts || CASE WHEN m > 0 THEN jsonb_build_object('message', (id - 1) * 4 + m)"
        " ELSE '{}' END"
    ),
}
CLOCK = MINE | {
    "id": "id",
    "target_id": "target",
    "calendar_id": "calendar",
    "calendar_version": "1",
    "kind": "'first_response'",
    "run": "1",
    "pauses": "'[]'",
    "warn_points": "'{75}'",
    "warned": "0",
    "target_seconds": "480 * 60",
    "started_at": "created",
    "warn_at": (
        "CASE WHEN is_unanswered THEN now() + interval '80 days'"
        " ELSE created + interval '6 hours' END"
    ),
    "warn_times": "ARRAY[created + interval '6 hours']",
    "due_at": (
        "CASE WHEN is_unanswered THEN now() + interval '90 days'"
        " ELSE created + interval '8 hours' END"
    ),
    "met_at": "CASE WHEN NOT is_unanswered THEN created + interval '2 hours' END",
}
# Triggers make these rows and those of QUEUE_ROW, but not while the loader writes.
DEADLINE = {
    "desk_id": "desk",
    "clock_id": "id",
    "warn_at": CLOCK["warn_at"],
    "due_at": CLOCK["due_at"],
}
QUEUE_ROW = {field.column: f"t.{field.column}" for field in QueueRow._meta.concrete_fields} | {
    "ticket_id": "t.id",
    "changed_at": "clock_timestamp()",
    "is_open": "t.status <> 'closed'",
    "assignee_id": "coalesce(t.assignee_id, 0)",
    "response_due_at": "c.due_at",
    "has_details": "false",
}
ENTRIES = """bench_tickets, unnest(ARRAY['started', 'met']) kind
WHERE NOT (is_unanswered AND kind = 'met')"""
ENTRY = {
    "desk_id": "desk",
    "clock_id": "id",
    "kind": "kind",
    "at": "CASE kind WHEN 'met' THEN created + interval '2 hours' ELSE created END",
}
# What retention has left: deliveries of 90 days, sources of emails of a year.
DELIVERIES = """bench_tickets, (VALUES
  (1, 'notifications', 1), (1, 'mail', 2), (4, 'notifications', 3), (5, 'mail', 4),
  (7, 'notifications', 5), (8, 'mail', 6)
) e (place_of_event, follower, delivery)
WHERE (NOT is_unanswered OR place_of_event NOT IN (5, 8))
  AND created > now() - interval '90 days'"""
DELIVERY = {
    "id": "(id - 1) * 6 + delivery",
    "desk_id": "desk",
    "event_id": EVENT_ID,
    "follower": "follower",
    "attempts": "1",
    "done_at": "created",
}
NOTIFICATION = MINE | {
    "agent_id": "agent",
    "event_id": EVENT_ID,
    "created_at": "created",
    "read_at": "CASE WHEN id % 50 > 0 THEN changed END",
}
IS_RECENT = "(created > now() - interval '1 year')"
EMAIL = MINE | {
    "mailbox_id": "mailbox",
    "message_id": MESSAGE_ID,
    "provider": "'postmark'",
    "content_type": "'application/json'",
    "raw": f"CASE WHEN {IS_RECENT} THEN convert_to({BODY}, 'UTF8') ELSE '' END",
    "raw_deleted_at": f"CASE WHEN NOT {IS_RECENT} THEN now() END",
    "sha256": f"repeat(md5(({MESSAGE_ID})::text), 2)",
    "envelope_recipient": "'support@' || slug || '.example'",
    "envelope_sender": "'person' || contact || '@customer.example'",
    "received_at": TIME,
    "state": "'processed'",
    "attempts": "1",
    "next_try_at": TIME,
    "sender": "'person' || contact || '@customer.example'",
    "subject": "'Ticket ' || number",
    "rfc_message_id": "'mail-' || id || '-' || m || '@customer.example'",
    "content_hash": f"repeat(md5('c' || ({MESSAGE_ID})), 2)",
    "authentication": "'pass'",
}
SENT = MINE | {
    "event_id": EVENT_ID,
    "message_id": "(id - 1) * 4 + m",
    "contact_id": "contact",
    "kind": "kind",
    "from_address": "'support@' || slug || '.example'",
    "reply_to": "'support+' || md5(id::text) || '@' || slug || '.example'",
    "to_address": "'person' || contact || '@customer.example'",
    "to_canonical": "'person' || contact || '@customer.example'",
    "subject": "'Re: Ticket ' || number",
    "body_text": "(SELECT body FROM bench_bodies b WHERE b.id = (h + 13 * m) % bodies)",
    "rfc_message_id": "'sent-' || id || '-' || m || '@' || slug || '.example'",
    "state": "'delivered'",
    "attempts": "1",
    "next_try_at": "created",
    "provider_id": "'p-' || id || '-' || m",
    "created_at": "created",
    "sent_at": "created",
}
TOKEN = MINE | {
    "token": "left(md5('t' || id), 26)",
    "contact_id": "contact",
    "created_at": "created",
}
FOLLOWER = MINE | {"contact_id": "contact", "added_at": "created"}
FORM = {
    "desk_id": "desk",
    "token": "'agent:' || md5('f' || id)",
    "fingerprint": "repeat(md5(id::text), 2)",
    "ticket_id": "id",
    "made_id": "(id - 1) * 4 + 2",
    "created_at": "created",
}
AUDIT = {
    "desk_id": "desk",
    "at": "created",
    "actor": "'Agent'",
    "action": "'viewed'",
    "target": "'Ticket ' || number",
}


@dataclass(frozen=True)
class Rows:
    """The rows of a table: an expression for each column that has no default, and their source."""

    model: type[Model]
    columns: dict[str, str]
    source: str = "bench_tickets"


TABLES = [
    Rows(Ticket, TICKET),
    Rows(Message, MESSAGE, MESSAGES),
    Rows(Note, NOTE, "bench_tickets WHERE id % 5 = 0"),
    Rows(Attachment, FILE, "bench_tickets WHERE id % 10 = 0"),
    Rows(Participant, FOLLOWER, "bench_tickets WHERE id % 10 = 0"),
    Rows(TicketEvent, EVENT, EVENTS),
    Rows(DoneDelivery, DELIVERY, DELIVERIES),
    Rows(Notification, NOTIFICATION, "bench_tickets, (VALUES (4), (7)) e (place_of_event)"),
    Rows(SubmittedForm, FORM, "bench_tickets WHERE id % 10 = 0"),
    Rows(Clock, CLOCK),
    Rows(ClockEntry, ENTRY, ENTRIES),
    Rows(Deadline, DEADLINE, "bench_tickets WHERE is_unanswered"),
    Rows(
        QueueRow, QUEUE_ROW, "tickets_ticket t JOIN sla_clock c ON c.ticket_id = t.id ORDER BY t.id"
    ),
    Rows(InboundMessage, EMAIL, "bench_tickets, (VALUES (1), (3)) s (m)"),
    Rows(
        OutgoingEmail,
        SENT,
        "bench_tickets, (VALUES (1, 1, 'receipt'), (5, 2, 'reply'), (8, 4, 'reply'))"
        " s (place_of_event, m, kind) WHERE NOT is_unanswered OR kind = 'receipt'",
    ),
    Rows(ReplyToken, TOKEN),
    Rows(AuditEntry, AUDIT, "bench_tickets WHERE id % 20 = 0"),
]
