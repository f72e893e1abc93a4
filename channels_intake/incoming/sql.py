"""Hand-written SQL for the two statements that every email runs. Columns are read by name."""

from accounts.rows import select_columns
from channels_intake.models import InboundState

# The columns that are read of each model, the key first; the others are fetched when needed.
PRIORITY = ("id", "desk_id", "name", "rank")
CONTACT = (
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
ACCOUNT = ("id", "desk_id", "name", "status", "plan_id")
PLAN = ("id", "desk_id", "name", "allows_portal", "allows_mail", "allows_hotline")


# Everything that a desk knows of an address. All look-ups are plain comparisons, so that each index
# holds under row-level security (reliability.md, "Data").
READ_SENDER = f"""
SELECT
  EXISTS (
    SELECT FROM channels_intake_mailbox
    WHERE desk_id = %(desk)s AND address IN (%(email)s, %(base)s)
  ) AS is_mailbox,
  EXISTS (
    SELECT FROM accounts_agent g JOIN accounts_user u ON u.id = g.user_id
    WHERE g.desk_id = %(desk)s AND g.is_active AND u.email = %(email)s
  ) AS is_agent,
  EXISTS (
    SELECT FROM tickets_ticket t WHERE t.contact_id = contact.id AND t.is_unverified
  ) AS has_unverified,
  (
    SELECT json_object_agg(d.domain, json_build_object(
      'account_id', d.account_id,
      'account_name', o.name,
      'include_subdomains', d.include_subdomains
    ))
    FROM accounts_accountdomain d JOIN accounts_account o ON o.id = d.account_id
    WHERE d.desk_id = %(desk)s AND d.domain = ANY(%(domains)s)
  ) AS domains,
  {select_columns("priority", PRIORITY)},
  {select_columns("contact", CONTACT)},
  {select_columns("account", ACCOUNT)},
  {select_columns("plan", PLAN)}
FROM (SELECT) AS one
LEFT JOIN accounts_contact contact
  ON contact.desk_id = %(desk)s AND contact.email = %(email)s
LEFT JOIN accounts_account account ON account.id = contact.account_id
LEFT JOIN accounts_plan plan ON plan.id = account.plan_id
LEFT JOIN LATERAL (
  SELECT id, desk_id, name, rank FROM tickets_priority WHERE desk_id = %(desk)s AND NOT is_retired
  ORDER BY is_mail_default DESC, rank DESC LIMIT 1
) priority ON true
"""  # noqa: S608 (only the constants above are inserted)

# Counts an attempt. A first attempt that died with its worker may be repeated at once, because the
# queue hands the task out again. Email for a suspended desk waits, and email that has used up its
# attempts fails. The row is looked up by its id alone: with the index of unread rows, the planner
# would walk past the entries of everything that was read since the last vacuum.
CLAIM = f"""
WITH held AS MATERIALIZED (
  SELECT id, state, attempts, next_try_at, mailbox_id FROM channels_intake_inboundmessage
  WHERE id = %(id)s FOR UPDATE SKIP LOCKED
)
UPDATE channels_intake_inboundmessage i SET
  attempts = least(held.attempts + 1, %(most)s),
  next_try_at = %(at)s + (%(pauses)s::interval[])[least(held.attempts, %(most)s - 2) + 1],
  state = CASE WHEN held.attempts < %(most)s THEN i.state ELSE '{InboundState.FAILED}' END,
  reason = CASE WHEN held.attempts < %(most)s OR i.reason <> '' THEN i.reason ELSE %(died)s END
FROM held
WHERE i.id = held.id AND held.state = '{InboundState.RECEIVED}'
  AND (held.next_try_at <= %(at)s OR held.attempts <= 1)
  AND NOT EXISTS (
    SELECT FROM channels_intake_mailbox m JOIN accounts_desk d ON d.id = m.desk_id
    WHERE m.id = held.mailbox_id AND d.is_suspended
  )
RETURNING i.state
"""  # noqa: S608 (only the enum values above are inserted)
