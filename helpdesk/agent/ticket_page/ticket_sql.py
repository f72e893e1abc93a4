"""Hand-written statements of the ticket page (see sql.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language

from accounts.models import Agent
from channels_intake.models import OutgoingEmail
from helpdesk.agent.sql import PRIORITY_NAME
from helpdesk.agent.statements import Query
from tickets.events import EventKind
from tickets.models import Attachment, TicketEvent
from tickets.rules.visibility import TicketVisibility


class OfferKind(StrEnum):
    """What a desk has set up for its tickets."""

    PRIORITY = "priority"
    PRODUCT = "product"
    LINE = "line"  # of a product
    QUESTION = "question"  # of the desk's own request form
    TAG = "tag"  # that the ticket has
    CARD = "card"  # of the desk's own system, by its admin's name


@dataclass(frozen=True, slots=True)
class Offer:
    """A priority, product or line that a ticket can get, a question, or a tag.

    key: of a question; of a line, its product's id; of a card, whom it is about.
    """

    kind: str
    id: int
    name: str
    key: str


def select_offers(desk_id: int, *, priority_id: int, ticket_id: int) -> Query[Offer]:
    """Return the statement of a desk's priorities, highest first, products and own questions.

    The present priority is among them even if it is retired. And of the lines of products:
    supported ones, the ticket's and its account's; and of the ticket's tags, by name.
    """
    sql = f"""
        SELECT '{OfferKind.PRIORITY}' AS kind, id, {PRIORITY_NAME} AS name, '' AS key,
          rank AS position, '' AS sorted_by
        FROM tickets_priority priority
        WHERE desk_id = %(desk)s AND (NOT is_retired OR id = %(present)s)
        UNION ALL
        SELECT '{OfferKind.PRODUCT}', id, name, '', 0, name
        FROM accounts_product WHERE desk_id = %(desk)s
        UNION ALL
        SELECT '{OfferKind.LINE}', line.id, p.name || ' ' || line.name, p.id::text,
          line.position, p.name
        FROM accounts_productline line JOIN accounts_product p ON p.id = line.product_id
        WHERE line.desk_id = %(desk)s AND (line.is_supported OR line.id IN (
          SELECT unnest(ARRAY[t.product_line_id, a.product_line_id])
          FROM tickets_ticket t LEFT JOIN accounts_account a ON a.id = t.account_id
          WHERE t.id = %(ticket)s
        ))
        UNION ALL
        SELECT '{OfferKind.QUESTION}', id, label, key, position, ''
        FROM tickets_formfield WHERE desk_id = %(desk)s
        UNION ALL
        SELECT '{OfferKind.TAG}', tag.id, tag.name, '', 0, tag.name
        FROM tickets_tickettag t JOIN tickets_tag tag ON tag.id = t.tag_id
        WHERE t.ticket_id = %(ticket)s
        UNION ALL
        SELECT '{OfferKind.CARD}', id, name, subject, position, ''
        FROM accounts_customercard WHERE desk_id = %(desk)s AND is_active
        ORDER BY kind, position, sorted_by, id
        """  # noqa: S608 (constants)
    params = {
        "desk": desk_id,
        "present": priority_id,
        "ticket": ticket_id,
        "language": get_language(),
    }
    return Query(sql, params, _build_offer)


def _build_offer(*, position: int, sorted_by: str, **columns: Any) -> Offer:
    return Offer(**columns)


@dataclass(frozen=True, slots=True)
class OtherTicket:
    """Another ticket of the same requester."""

    number: int
    subject: str
    status: str
    first_responded_at: datetime | None
    reopen_until: datetime | None


def select_other_tickets(
    agent: Agent, *, contact_id: int, ticket_id: int, limit: int
) -> Query[OtherTicket]:
    """Return the statement of a contact's other tickets that the agent sees, last changed first."""
    visibility = TicketVisibility.for_agent(agent)
    sql = f"""
        SELECT t.number, t.subject, t.status, t.first_responded_at, t.reopen_until
        FROM tickets_queuerow t
        WHERE t.desk_id = %(desk)s AND t.contact_id = %(contact)s AND t.ticket_id <> %(ticket)s
          AND {visibility.as_sql("t")}
        ORDER BY t.updated_at DESC, t.ticket_id DESC
        LIMIT %(limit)s
        """  # noqa: S608 (constants)
    of = {"desk": agent.desk_id, "contact": contact_id, "ticket": ticket_id}
    params = {**of, "limit": limit, **visibility.params}
    return Query(sql, params, OtherTicket, times=("first_responded_at", "reopen_until"))


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """Counts of an account's tickets, each up to a limit. recent: changed within a time."""

    open: int
    overdue: int
    recent: int


def select_health(
    agent: Agent, account_id: int | None, *, now: datetime, since: datetime, limit: int
) -> Query[AccountHealth]:
    """Return the statement of what the agent sees of an account's tickets; none without one."""
    visibility = TicketVisibility.for_agent(agent)
    seen = f"""
        FROM tickets_queuerow t
        WHERE t.desk_id = %(desk)s AND t.account_id = %(account)s::bigint
          AND {visibility.as_sql("t")}"""
    sql = f"""
        SELECT
          (SELECT count(*) FROM (SELECT {seen} AND t.is_open LIMIT %(limit)s) o) AS open,
          (SELECT count(*) FROM (
            SELECT {seen} AND t.is_open AND t.due_at < %(now)s LIMIT %(limit)s) o) AS overdue,
          (SELECT count(*) FROM (
            SELECT {seen} AND t.updated_at >= %(since)s LIMIT %(limit)s) o) AS recent
        WHERE %(account)s::bigint IS NOT NULL
        """  # noqa: S608 (constants)
    given = {"desk": agent.desk_id, "account": account_id, "now": now, "since": since}
    return Query(sql, {**given, "limit": limit, **visibility.params}, AccountHealth)


def select_events(
    ticket_id: int, *, kinds: Sequence[EventKind], since: datetime
) -> Query[TicketEvent]:
    """Return the statement of a ticket's events of these kinds, oldest first."""
    sql = """
        SELECT id, kind, at, actor_kind, actor_name, data FROM tickets_ticketevent
        WHERE ticket_id = %(ticket)s AND kind = ANY(%(kinds)s) AND at >= %(since)s
        ORDER BY id
        """
    params = {"ticket": ticket_id, "kinds": [kind.value for kind in kinds], "since": since}
    return Query(sql, params, TicketEvent, times=("at",))


def select_files(
    ticket_id: int, *, message_ids: Sequence[int], since: datetime
) -> Query[Attachment]:
    """Return the statement of the files of these messages and of a ticket's notes."""
    sql = """
        SELECT id, created_at, message_id, note_id, name, size, content_id, file, preview,
          preview_due_at, preview_problem, removed_at, packet
        FROM tickets_attachment
        WHERE message_id = ANY(%(messages)s) OR note_id = ANY(ARRAY(
          SELECT id FROM tickets_note WHERE ticket_id = %(ticket)s AND created_at >= %(since)s))
        ORDER BY id
        """
    params = {"messages": list(message_ids), "ticket": ticket_id, "since": since}
    return Query(sql, params, Attachment, times=("created_at", "preview_due_at", "removed_at"))


def select_emails(message_ids: Sequence[int]) -> Query[OutgoingEmail]:
    """Return the statement of the emails that carried these messages, oldest first."""
    sql = """
        SELECT id, message_id, to_address, state, last_error FROM channels_intake_outgoingemail
        WHERE message_id = ANY(%(messages)s)
        ORDER BY id
        """
    return Query(sql, {"messages": list(message_ids)}, OutgoingEmail)


@dataclass(frozen=True, slots=True)
class PriorityName:
    """A priority's name as its desk wrote it, and in the active language."""

    name: str
    localized_name: str


def select_priority_names(desk_id: int) -> Query[PriorityName]:
    """Return the statement of the names of a desk's priorities, retired ones too."""
    sql = f"""
        SELECT name, {PRIORITY_NAME} AS localized_name FROM tickets_priority priority
        WHERE desk_id = %(desk)s
        """  # noqa: S608 (constants)
    return Query(sql, {"desk": desk_id, "language": get_language()}, PriorityName)
