"""Claims of unsent emails: which ones may be sent now, each by one worker only.

Claiming changes no indexed column (a HOT update). A ticket's emails to one person are a chain: each
waits until the one before it is sent or has failed for good. So are those to one third party.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.database.instances import RowLoader
from accounts.database.rows import fetch_prepared
from accounts.models import Desk
from channels_intake.models import AWAITED, LEAST_URGENT, MailState, OutgoingEmail
from tickets.models import Ticket

FIRST_RETRY_DELAY = timedelta(seconds=60)  # longer than one send may take (EMAIL_SEND_SECONDS)
MAX_RETRY_DELAY = timedelta(minutes=8)

_QUEUED = f"state = '{MailState.QUEUED.value}'"
_FREE = "(claimed_until IS NULL OR claimed_until <= %(at)s::timestamptz)"
_IS_DUE = f"{_QUEUED} AND next_try_at <= %(at)s::timestamptz AND {_FREE}"
_EARLIER_IS_DUE = """e.next_try_at <= %(at)s::timestamptz
        AND (e.claimed_until IS NULL OR e.claimed_until <= %(at)s::timestamptz)"""
_DELAY = f"""make_interval(secs => LEAST(
  {int(FIRST_RETRY_DELAY.total_seconds())} * 2 ^ LEAST(o.attempts, 10),
  {int(MAX_RETRY_DELAY.total_seconds())}
))"""
# Emails of a ticket to one person: a contact or a third party.
_SAME_CHAIN = """e.ticket_id = o.ticket_id AND e.contact_id IS NOT DISTINCT FROM o.contact_id
      AND e.third_party_id IS NOT DISTINCT FROM o.third_party_id"""
LOADER = RowLoader(mail=OutgoingEmail, ticket=Ticket, desk=Desk)

LIST_CHAINS = f"""
WITH chains AS (
  SELECT DISTINCT ticket_id, contact_id, third_party_id FROM channels_intake_outgoingemail
  WHERE id = ANY(%(ids)s::bigint[]) AND {_QUEUED}
)
SELECT o.id, o.ticket_id, o.contact_id, o.third_party_id, o.attempts, {_IS_DUE} AS is_due, urgency
FROM channels_intake_outgoingemail o JOIN chains e ON {_SAME_CHAIN}
JOIN (SELECT mail_id, urgency FROM channels_intake_unsentmail) AS unsent ON mail_id = o.id
WHERE {_QUEUED} ORDER BY o.id
"""  # noqa: S608 (constants of our own)
LIST_DUE = f"""
SELECT u.mail_id FROM channels_intake_unsentmail u
JOIN channels_intake_outgoingemail o ON o.id = u.mail_id
WHERE u.desk_id = %(desk)s AND u.urgency BETWEEN %(first)s AND %(last)s
  AND u.next_try_at <= %(at)s::timestamptz AND {_FREE}
  AND NOT EXISTS (
    SELECT FROM channels_intake_outgoingemail e
    WHERE {_SAME_CHAIN} AND e.id < o.id
      AND e.{_QUEUED} AND NOT ({_EARLIER_IS_DUE})
  )
ORDER BY u.urgency, u.next_try_at, u.mail_id LIMIT %(limit)s
"""  # noqa: S608 (constants of our own)
CLAIM = f"""
WITH free AS (
  SELECT id FROM channels_intake_outgoingemail o
  WHERE id = ANY(%(ids)s::bigint[]) AND {_IS_DUE} AND NOT EXISTS (
    SELECT FROM channels_intake_outgoingemail e
    WHERE {_SAME_CHAIN} AND e.id < o.id
      AND e.{_QUEUED}
  )
  FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
  UPDATE channels_intake_outgoingemail o
  SET attempts = attempts + 1, claimed_until = %(at)s::timestamptz + {_DELAY}
  FROM free WHERE o.id = free.id RETURNING o.*
)
SELECT {LOADER.columns}
FROM claimed mail
JOIN tickets_ticket ticket ON ticket.id = mail.ticket_id
JOIN accounts_desk desk ON desk.id = mail.desk_id
"""  # noqa: S608 (constants of our own)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An unsent email. is_due: it may be sent now if it is the first of its chain.

    urgency: as in UnsentMail.
    """

    id: int
    ticket_id: int
    contact_id: int | None
    third_party_id: int | None
    attempts: int
    is_due: bool
    urgency: int


def list_chains(mail_ids: Collection[int], *, at: datetime) -> list[Waiting]:
    """Return these unsent emails, and all others of their tickets to the same people."""
    rows = fetch_prepared(LIST_CHAINS, {"ids": list(mail_ids), "at": at})
    return [Waiting(**row) for row in rows]


def list_due(desk_id: int, *, awaited: bool | None, limit: int, at: datetime) -> list[int]:
    """Return unsent emails of a desk that are due, replies first.

    awaited: only those that someone is waiting for (True), only the others (False), or all (None).
    Leaves out those behind an earlier one that isn't due, because they couldn't be sent.
    """
    first = AWAITED + 1 if awaited is False else AWAITED
    last = AWAITED if awaited else LEAST_URGENT
    given: dict[str, Any] = {"desk": desk_id, "limit": limit, "at": at}
    given |= {"first": first, "last": last}
    return [row["mail_id"] for row in fetch_prepared(LIST_DUE, given)]


def claim(mail_ids: Collection[int], *, at: datetime) -> list[OutgoingEmail]:
    """Count an attempt to send these emails and claim them. Return them in the given order.

    Leaves out those that aren't due, are claimed by another worker, or are behind an earlier one.
    """
    mails, places = [], {mail_id: place for place, mail_id in enumerate(mail_ids)}
    for found in LOADER.load(fetch_prepared(CLAIM, {"ids": list(mail_ids), "at": at})):
        mail, ticket = found["mail"], found["ticket"]
        mail.ticket, ticket.desk = ticket, found["desk"]
        mails.append(mail)
    return sorted(mails, key=lambda mail: places[mail.pk])


def list_queued(mails: Collection[OutgoingEmail]) -> set[int]:
    """Return the IDs of those that are still unsent."""
    queued = OutgoingEmail.objects.filter(state=MailState.QUEUED)
    return set(queued.filter(pk__in=[mail.pk for mail in mails]).values_list("pk", flat=True))


def release(mails: Collection[OutgoingEmail]) -> None:
    """Give up the claims of emails that were not tried."""
    given = OutgoingEmail.objects.filter(pk__in=[mail.pk for mail in mails])
    given.update(claimed_until=None, attempts=F("attempts") - 1)
