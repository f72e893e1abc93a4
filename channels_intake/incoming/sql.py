"""Hand-written SQL for the statements that every email runs. Columns are read by name."""

from accounts.database.instances import Columns
from accounts.models import Account, Contact, Desk, Plan
from channels_intake.models import InboundMessage, InboundState, Mailbox
from tickets.models import Priority, Ticket

# Columns that are read of each model; others are fetched when needed.
PRIORITY = Columns(Priority, "priority", "id", "desk_id", "name", "rank")
_CONTACT = (
    "id",
    "desk_id",
    "email",
    "name",
    "account_id",
    "user_id",
    "role",
    "may_log_in",
    "language",
    "created_at",
)
CONTACT, HOLDER = Columns(Contact, "contact", *_CONTACT), Columns(Contact, "holder", *_CONTACT)
ACCOUNT = Columns(Account, "account", "id", "desk_id", "name", "status", "plan_id")
PLAN = Columns(
    Plan, "plan", "id", "desk_id", "name", "allows_portal", "allows_mail", "allows_hotline"
)
TICKET = Columns(
    Ticket,
    "ticket",
    "id",
    "desk_id",
    "number",
    "subject",
    "contact_id",
    "account_id",
    "is_unverified",
)
MAILBOX, DESK = Columns(Mailbox, "m"), Columns(Desk, "d")
CLAIMED = Columns(
    InboundMessage,
    "i",
    "id",
    "desk_id",
    "provider",
    "content_type",
    "raw",
    "envelope_recipient",
    "envelope_sender",
    "received_at",
    "state",
    "attempts",
    "next_try_at",
)
# Columns that are saved when an email was processed.
RESULT = (
    "desk_id",
    "mailbox_id",
    "ticket_id",
    "message_id",
    "side_message_id",
    "state",
    "reason",
    "reason_data",
    "sender",
    "subject",
    "rfc_message_id",
    "content_hash",
    "authentication",
    "automatic",
    "lacks_files",
)

# Unprocessed email, and email that waits until its suspended desk is active again. Each has a
# partial index by desk. They are literals, so that a cached plan can use the index.
UNREAD = f"state = '{InboundState.RECEIVED.value}' AND mailbox_id IS NULL"
WAITING = f"state = '{InboundState.RECEIVED.value}' AND mailbox_id IS NOT NULL"
IDENTIFIED = (
    f"state IN ('{InboundState.PROCESSED.value}', '{InboundState.QUARANTINED.value}')"
    " AND NOT content_hash = ''"
)

# Stores an email as received. If the caller doesn't know the desk, the email counts toward the
# share of its mailbox's desk, otherwise of the host it was posted to, otherwise of the only desk.
STORE = """
INSERT INTO channels_intake_inboundmessage ({columns}) VALUES ({values})
RETURNING id, desk_id
"""
DESK_OF_POST = """coalesce(
  %(desk_id)s::bigint,
  (SELECT m.desk_id FROM channels_intake_mailbox m
   WHERE m.address = ANY(%(recipients)s::text[]) AND m.is_active AND m.verified_at IS NOT NULL
   ORDER BY array_position(%(recipients)s::text[], m.address::text) LIMIT 1),
  (SELECT d.id FROM accounts_desk d
   WHERE %(host)s <> '' AND d.domain = %(host)s AND d.domain <> '' LIMIT 1),
  (SELECT min(two.id) FROM (SELECT id FROM accounts_desk LIMIT 2) two
   WHERE %(host)s <> '' HAVING count(*) = 1)
)"""

# The oldest due emails of every desk, one of each desk in turn, so a flood at one desk delays no
# other. Email without a known desk has its own share. The scan jumps from desk to desk instead of
# reading past all email of a desk, so a flood doesn't slow this statement down.
DUE = f"""
WITH RECURSIVE share AS (
  (SELECT desk_id FROM channels_intake_inboundmessage WHERE {UNREAD} ORDER BY desk_id LIMIT 1)
  UNION ALL
  SELECT (
    SELECT i.desk_id FROM channels_intake_inboundmessage i
    WHERE i.desk_id > share.desk_id AND {UNREAD} ORDER BY i.desk_id LIMIT 1
  ) FROM share WHERE share.desk_id IS NOT NULL
), due AS (
  SELECT oldest.id, oldest.place FROM share CROSS JOIN LATERAL (
    SELECT i.id, row_number() OVER (ORDER BY i.id) AS place FROM channels_intake_inboundmessage i
    WHERE i.desk_id = share.desk_id AND {UNREAD} AND i.next_try_at <= %(at)s::timestamptz
    ORDER BY i.id LIMIT %(share)s::bigint
  ) oldest
  UNION ALL
  SELECT stray.id, row_number() OVER (ORDER BY stray.id) FROM (
    SELECT i.id FROM channels_intake_inboundmessage i
    WHERE i.desk_id IS NULL AND {UNREAD} AND i.next_try_at <= %(at)s::timestamptz
    ORDER BY i.desk_id, i.id LIMIT %(share)s::bigint
  ) stray
  UNION ALL
  SELECT held.id, row_number() OVER (PARTITION BY held.desk_id ORDER BY held.id) FROM (
    SELECT waiting.id, waiting.desk_id FROM accounts_desk d CROSS JOIN LATERAL (
      SELECT i.id, i.desk_id FROM channels_intake_inboundmessage i
      WHERE i.desk_id = d.id AND {WAITING} AND i.next_try_at <= %(at)s::timestamptz
      ORDER BY i.id LIMIT %(share)s::bigint
    ) waiting WHERE NOT d.is_suspended
      AND (SELECT desk_id FROM channels_intake_inboundmessage WHERE {WAITING}
           ORDER BY desk_id LIMIT 1) IS NOT NULL
  ) held
)
SELECT id FROM due ORDER BY place, random() LIMIT %(most)s::bigint
"""  # noqa: S608 (only the constants above are inserted)

# Counts an attempt and returns the email, which no other worker can claim until it is due again.
# Email that was never tried is due even if the clock was set back. Email for a suspended desk
# waits, and email that has used up its attempts fails. The row is looked up by its ID only: with
# the index of unprocessed rows, the scan would pass the entries of everything processed since the
# last vacuum. No indexed column changes unless it fails.
CLAIM = f"""
WITH held AS MATERIALIZED (
  SELECT id, state, attempts, next_try_at, mailbox_id FROM channels_intake_inboundmessage
  WHERE id = %(id)s FOR UPDATE SKIP LOCKED
)
UPDATE channels_intake_inboundmessage i SET
  attempts = least(held.attempts + 1, %(most)s),
  next_try_at = %(at)s::timestamptz
    + (%(pauses)s::interval[])[least(held.attempts, %(most)s - 2)::integer + 1],
  state = CASE WHEN held.attempts < %(most)s THEN i.state ELSE '{InboundState.FAILED}' END,
  reason = CASE WHEN held.attempts < %(most)s OR i.reason <> '' THEN i.reason ELSE %(died)s END
FROM held
WHERE i.id = held.id AND held.state = '{InboundState.RECEIVED}'
  AND (held.next_try_at <= %(at)s::timestamptz OR held.attempts = 0)
  AND NOT EXISTS (
    SELECT FROM channels_intake_mailbox m JOIN accounts_desk d ON d.id = m.desk_id
    WHERE m.id = held.mailbox_id AND d.is_suspended
  )
RETURNING {CLAIMED}
"""  # noqa: S608 (only the constants above are inserted)

# Locks an email until its result is saved, and finds the mailboxes it is addressed to. Returns no
# row if another worker has it, and one row without a mailbox if it is for no desk.
LOCK = f"""
WITH held AS MATERIALIZED (
  SELECT id FROM channels_intake_inboundmessage
  WHERE id = %(id)s AND state = '{InboundState.RECEIVED}' FOR UPDATE SKIP LOCKED
)
SELECT {MAILBOX}, {DESK}
FROM held LEFT JOIN (
  channels_intake_mailbox m JOIN accounts_desk d ON d.id = m.desk_id
) ON m.address = ANY(%(addresses)s::text[]) AND m.is_active AND m.verified_at IS NOT NULL
"""  # noqa: S608 (only the constants above are inserted)

# Everything that a desk knows of an address. All look-ups are plain comparisons, so that each index
# holds under row-level security.
_SENDER = f"""
  EXISTS (
    SELECT FROM channels_intake_mailbox
    WHERE desk_id = %(desk)s AND address = ANY(%(forms)s::text[])
  ) AS is_mailbox,
  EXISTS (
    SELECT FROM accounts_agent g JOIN accounts_user u ON u.id = g.user_id
    WHERE g.desk_id = %(desk)s AND g.is_active AND u.email = %(email)s
  ) AS is_agent,
  EXISTS (
    SELECT FROM tickets_ticket t WHERE t.contact_id = contact.id AND t.is_unverified
      AND contact.email = %(email)s
  ) AS has_unverified,
  EXISTS (
    SELECT FROM channels_intake_blockedsender
    WHERE desk_id = %(desk)s AND value = ANY(%(senders)s::text[])
  ) AS is_blocked,
  (
    SELECT json_object_agg(d.domain, json_build_object(
      'account_id', d.account_id,
      'account_name', o.name,
      'include_subdomains', d.include_subdomains
    ))
    FROM accounts_accountdomain d JOIN accounts_account o ON o.id = d.account_id
    WHERE d.desk_id = %(desk)s AND d.domain = ANY(%(domains)s::text[])
  ) AS domains,
  {PRIORITY},
  {CONTACT},
  {ACCOUNT},
  {PLAN}
"""  # noqa: S608 (only the constants above are inserted)
_FROM_SENDER = """
FROM (SELECT) AS one
LEFT JOIN LATERAL (
  SELECT id FROM accounts_contact
  WHERE desk_id = %(desk)s AND email = %(email)s AND %(email)s::text <> ''
  UNION ALL
  SELECT contact_id FROM accounts_mergedcontact
  WHERE desk_id = %(desk)s AND email = %(email)s AND %(email)s::text <> ''
  LIMIT 1
) known ON true
LEFT JOIN accounts_contact contact ON contact.id = known.id
LEFT JOIN accounts_account account ON account.id = contact.account_id
LEFT JOIN accounts_plan plan ON plan.id = account.plan_id
LEFT JOIN LATERAL (
  SELECT id, desk_id, name, rank FROM tickets_priority WHERE desk_id = %(desk)s AND NOT is_retired
  ORDER BY is_mail_default DESC, rank DESC LIMIT 1
) priority ON true
"""
READ_SENDER = f"SELECT {_SENDER} {_FROM_SENDER}"

# The same, plus the email that it duplicates and the ticket it refers to: by a token, otherwise by
# the first known Message-ID, where email we sent comes before email we received. What refers to a
# side conversation never refers to its ticket: a customer's token comes first, then a third
# party's. With coalesce in place of CASE, which PostgreSQL doesn't count as leakproof, row-level
# security would come first: every ticket of the desk would be read.
READ_ARRIVAL = f"""
SELECT {_SENDER},
  token.id AS token_id,
  side_token.participant_id AS side_participant_id,
  coalesce(side_token.side_id, ours.side_id, theirs.side_id) AS side_id,
  {TICKET},
  {HOLDER},
  original.id AS original__id, original.ticket_id AS original__ticket_id,
  original.message_id AS original__message_id,
  original.side_message_id AS original__side_message_id,
  original.mailbox_id AS original__mailbox_id,
  original.address AS original__address
{_FROM_SENDER}
LEFT JOIN LATERAL (
  SELECT id, ticket_id, contact_id FROM channels_intake_replytoken
  WHERE desk_id = %(desk)s AND token = ANY(%(tokens)s::text[]) ORDER BY id LIMIT 1
) token ON true
LEFT JOIN LATERAL (
  SELECT s.participant_id, p.side_id FROM channels_intake_sidereplytoken s
  JOIN tickets_sideparticipant p ON p.id = s.participant_id
  WHERE token.id IS NULL AND s.desk_id = %(desk)s AND s.token = ANY(%(tokens)s::text[])
  ORDER BY s.id LIMIT 1
) side_token ON true
LEFT JOIN LATERAL (
  SELECT o.ticket_id, m.side_id FROM channels_intake_outgoingemail o
  LEFT JOIN tickets_sidemessage m ON m.id = o.side_message_id
  WHERE token.id IS NULL AND side_token.participant_id IS NULL
    AND o.desk_id = %(desk)s AND o.rfc_message_id = ANY(%(ids)s::text[])
  ORDER BY array_position(%(ids)s::text[], o.rfc_message_id::text), o.id LIMIT 1
) ours ON true
LEFT JOIN LATERAL (
  SELECT i.ticket_id, m.side_id FROM channels_intake_inboundmessage i
  LEFT JOIN tickets_sidemessage m ON m.id = i.side_message_id
  WHERE token.id IS NULL AND side_token.participant_id IS NULL AND ours.ticket_id IS NULL
    AND i.desk_id = %(desk)s
    AND i.rfc_message_id = ANY(%(ids)s::text[]) AND i.ticket_id IS NOT NULL AND {IDENTIFIED}
  ORDER BY array_position(%(ids)s::text[], i.rfc_message_id::text), i.id LIMIT 1
) theirs ON true
LEFT JOIN tickets_ticket ticket ON ticket.id = CASE
  WHEN token.id IS NOT NULL THEN token.ticket_id
  WHEN side_token.participant_id IS NOT NULL THEN NULL
  WHEN ours.ticket_id IS NOT NULL THEN
    CASE WHEN ours.side_id IS NULL THEN ours.ticket_id END
  WHEN theirs.side_id IS NULL THEN theirs.ticket_id END
LEFT JOIN accounts_contact holder ON holder.id = token.contact_id
LEFT JOIN LATERAL (
  SELECT i.id, i.ticket_id, i.message_id, i.side_message_id, i.mailbox_id, m.address
  FROM channels_intake_inboundmessage i
  LEFT JOIN channels_intake_mailbox m ON m.id = i.mailbox_id
  WHERE i.desk_id = %(desk)s AND i.rfc_message_id = %(message_id)s
    AND i.content_hash = %(content_hash)s AND {IDENTIFIED} LIMIT 1
) original ON true
"""  # noqa: S608 (only the constants above are inserted)

SAVE_RESULT = f"""
UPDATE channels_intake_inboundmessage
SET {", ".join(f"{column} = %({column})s" for column in RESULT)}
WHERE id = %(id)s
"""  # noqa: S608 (only the constants above are inserted)
