"""Saving of composed emails, each with its recipient's secret reply address."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.database.rows import fetch_prepared
from channels_intake.models import OutgoingEmail
from channels_intake.models.outgoing import new_token

# Creates missing tokens. Two concurrent runs both get the token that was first.
GET_TOKENS = """
WITH wanted AS (
  SELECT * FROM unnest(%(tickets)s::bigint[], %(contacts)s::bigint[], %(tokens)s::text[])
    AS given(ticket_id, contact_id, token)
), known AS (
  SELECT ticket_id, contact_id, r.token
  FROM wanted JOIN channels_intake_replytoken r USING (ticket_id, contact_id)
), made AS (
  INSERT INTO channels_intake_replytoken AS r (desk_id, token, ticket_id, contact_id, created_at)
  SELECT %(desk)s::bigint, token, ticket_id, contact_id, %(at)s::timestamptz
  FROM wanted w WHERE NOT EXISTS (
    SELECT FROM known k WHERE k.ticket_id = w.ticket_id AND k.contact_id = w.contact_id
  )
  ON CONFLICT (ticket_id, contact_id) DO UPDATE SET token = r.token
  RETURNING ticket_id, contact_id, token
)
SELECT ticket_id, contact_id, token FROM known
UNION ALL SELECT ticket_id, contact_id, token FROM made
"""


def save_mails(mails: Sequence[OutgoingEmail]) -> None:
    """Save composed emails of one desk, each with its recipient's secret reply address."""
    answerable = [mail for mail in mails if mail.reply_to]
    tokens = get_reply_tokens(answerable)
    for mail in answerable:
        if mail.contact_id is not None:
            token = tokens[mail.ticket_id, mail.contact_id]
            mail.reply_to = add_token(mail.reply_to, token)
    OutgoingEmail.objects.bulk_create(mails)


def add_token(address: str, token: str) -> str:
    """Return the address of a mailbox with a reply token."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def get_reply_tokens(mails: Sequence[OutgoingEmail]) -> dict[tuple[int, int], str]:
    """Return the token of each ticket and person of these emails. Missing ones are created."""
    if not mails:
        return {}
    pairs = sorted({(mail.ticket_id, mail.contact_id) for mail in mails if mail.contact_id})
    given = {
        "desk": mails[0].desk_id,
        "at": mails[0].created_at,
        "tickets": [ticket_id for ticket_id, _ in pairs],
        "contacts": [contact_id for _, contact_id in pairs],
        "tokens": [new_token() for _ in pairs],
    }
    rows = fetch_prepared(GET_TOKENS, given)
    return {(row["ticket_id"], row["contact_id"]): row["token"] for row in rows}
