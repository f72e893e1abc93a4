"""Deliveries as rows: claimed, read and finished in one statement each, however many there are.

Only making.py calls this. Claiming changes no indexed column, so PostgreSQL can do a
HOT update.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.database.instances import RowLoader
from accounts.database.rows import fetch_prepared, prepared_cursor
from accounts.models import Account, Contact, Desk, Plan, User
from tickets.models import DeliveryState, Ticket, TicketEvent

PAUSES = [timedelta(seconds=s) for s in (30, 120, 600, 3600)]
MAX_ATTEMPTS = len(PAUSES) + 1

_SECONDS = ", ".join(str(int(pause.total_seconds())) for pause in PAUSES)
# After an attempt, by the number of attempts before it.
_PAUSE = f"make_interval(secs => (ARRAY[{_SECONDS}])[LEAST(attempts + 1, {len(PAUSES)})])"
_IS_DUE = f"""state = '{DeliveryState.DUE.value}' AND next_try_at <= %(at)s::timestamptz
  AND (claimed_until IS NULL OR claimed_until <= %(at)s::timestamptz)"""
_COUNT = f"attempts = d.attempts + 1, claimed_until = %(at)s::timestamptz + {_PAUSE}"

_CLAIM = """
WITH due AS (
  SELECT id, event_id, attempts AS before FROM tickets_eventdelivery WHERE {which}
  FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
  UPDATE tickets_eventdelivery d SET {count} FROM due WHERE d.id = due.id AND due.before = 0
)
SELECT id, before FROM due ORDER BY event_id, id
"""
CLAIM_OF_EVENTS = _CLAIM.format(
    which=f"event_id = ANY(%(events)s::bigint[]) AND {_IS_DUE}", count=_COUNT
)
CLAIM_OLDEST = _CLAIM.format(
    which=f"desk_id = %(desk)s AND {_IS_DUE} ORDER BY next_try_at, id LIMIT %(limit)s",
    count=_COUNT,
)
CLAIM_AGAIN = f"""
UPDATE tickets_eventdelivery d SET {_COUNT}
WHERE id = %(id)s AND {_IS_DUE} AND attempts < {MAX_ATTEMPTS} RETURNING id
"""  # noqa: S608 (constants of our own)

LOADER = RowLoader(
    event=TicketEvent,
    ticket=Ticket,
    desk=Desk,
    contact=Contact,
    account=Account,
    plan=Plan,
    login=(User, ["id", "email", "is_active", "language", "time_zone"]),
)
# The array is hidden from the planner, so its estimate doesn't depend on the values and one plan
# serves all batches. Planning this join costs ten times as much as running it for one delivery.
READ = f"""
SELECT d.id AS delivery, d.follower, {LOADER.columns}
FROM tickets_eventdelivery d
JOIN tickets_ticketevent event ON event.id = d.event_id
JOIN tickets_ticket ticket ON ticket.id = event.ticket_id
JOIN accounts_desk desk ON desk.id = ticket.desk_id
JOIN accounts_contact contact ON contact.id = ticket.contact_id
LEFT JOIN accounts_user login ON login.id = contact.user_id
LEFT JOIN accounts_account account ON account.id = contact.account_id
LEFT JOIN accounts_plan plan ON plan.id = account.plan_id
WHERE d.id = ANY(ARRAY(SELECT unnest(%(ids)s::bigint[]))) AND d.state = '{DeliveryState.DUE.value}'
ORDER BY d.event_id, d.id
FOR NO KEY UPDATE OF d SKIP LOCKED
"""  # noqa: S608 (constants of our own)

FINISH = """
WITH done AS (
  DELETE FROM tickets_eventdelivery WHERE id = ANY(%(ids)s::bigint[])
  RETURNING id, desk_id, event_id, follower, attempts
)
INSERT INTO tickets_donedelivery (id, desk_id, event_id, follower, attempts, done_at)
SELECT id, desk_id, event_id, follower, attempts, %(at)s::timestamptz FROM done
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery with its event, whose ticket, desk and requester are loaded."""

    id: int
    follower: str
    event: TicketEvent


@dataclass(frozen=True, slots=True)
class Claimed:
    """Deliveries to make: first attempts, already claimed, and retries, not yet claimed."""

    fresh: list[int]
    tried: list[int]


def claim_events(event_ids: Collection[int], *, at: datetime) -> Claimed:
    """Claim the due deliveries of events."""
    return _claim(CLAIM_OF_EVENTS, {"events": list(event_ids), "at": at})


def claim_oldest(desk_id: int, *, limit: int, at: datetime) -> Claimed:
    """Claim due deliveries of a desk."""
    return _claim(CLAIM_OLDEST, {"desk": desk_id, "limit": limit, "at": at})


def _claim(statement: str, given: dict[str, Any]) -> Claimed:
    rows = fetch_prepared(statement, given)
    fresh = [row["id"] for row in rows if not row["before"]]
    return Claimed(fresh, [row["id"] for row in rows if row["before"]])


def claim_again(delivery_id: int, *, at: datetime) -> bool:
    """Count an attempt of one delivery. Return False if it isn't due or has used up its attempts.

    Each is counted right before it starts: one that kills its worker costs the others no attempt.
    """
    return bool(fetch_prepared(CLAIM_AGAIN, {"id": delivery_id, "at": at}))


def lock_deliveries(ids: Collection[int]) -> list[Delivery]:
    """Lock deliveries until the transaction ends, in order, and read what followers need.

    Skips those that another worker has locked or completed.
    """
    rows = fetch_prepared(READ, {"ids": list(ids)})
    return [
        Delivery(row["delivery"], row["follower"], _join(**found))
        for row, found in zip(rows, LOADER.load(rows), strict=True)
    ]


def _join(
    *,
    event: TicketEvent,
    ticket: Ticket,
    desk: Desk,
    contact: Contact,
    account: Account | None,
    plan: Plan | None,
    login: User | None,
) -> TicketEvent:
    """Return the event with its related rows set, as select_related does."""
    event.ticket, event.desk, ticket.desk = ticket, desk, desk
    ticket.contact, contact.user, contact.account = contact, login, account
    if account is not None:
        account.plan = plan
    if ticket.account_id == contact.account_id:
        ticket.account = account
    return event


def finish(ids: Collection[int], *, at: datetime) -> None:
    """Move completed deliveries to the archive."""
    with prepared_cursor() as cursor:
        cursor.execute(FINISH, {"ids": list(ids), "at": at})
