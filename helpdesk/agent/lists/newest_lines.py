"""Details of the rows of a list: newest lines, unsent drafts, and replies of third parties.

One statement reads them for a whole page, by the index of each table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.components.lists import TicketRow
from helpdesk.agent.lists.queue_queries import Row
from helpdesk.agent.statements import Query
from helpdesk.shared.drafts import to_place
from helpdesk.shared.urls import get_url
from tickets.fields.values import describe_value
from tickets.models import FormField

MAX_READ = 400  # characters of a text
MAX_SHOWN = 140
WRITING = timedelta(minutes=10)  # since another agent's last change of a draft
MAX_WRITERS = 3  # named on a row


@dataclass(frozen=True, slots=True)
class RowDetails:
    """text: the beginning of the newest message or note, or "". writers: names of other agents.

    has_side_answer: a third party's message waits in a side conversation.
    own: values of the desk's own fields that the list shows, by the field's id, or None.
    """

    id: int
    text: str
    has_draft: bool
    writers: list[str]
    has_side_answer: bool
    own: dict[str, str] | None = None


CELL = '<span class="ticket-own"><span class="ticket-own-label">{}</span> <bdi>{}</bdi></span>'
_NEWEST = f"""
  SELECT left(body_text, {MAX_READ}) AS text, created_at FROM {{table}}
  WHERE ticket_id = page.id ORDER BY created_at DESC, id DESC LIMIT 1
"""  # noqa: S608 (constants)
_DETAILS = f"""
SELECT page.id, coalesce(newest.text, '') AS text,
  EXISTS (
    SELECT FROM tickets_draft d
    WHERE d.desk_id = %(desk)s AND d.user_id = %(user)s AND d.place = page.place
  ) AS has_draft,
  ARRAY(
    SELECT a.name::text FROM tickets_draft d
    JOIN accounts_agent a ON a.user_id = d.user_id AND a.desk_id = d.desk_id
    WHERE d.desk_id = %(desk)s AND d.user_id <> %(user)s AND d.place = page.place
      AND d.updated_at > %(since)s
    ORDER BY d.updated_at DESC LIMIT {MAX_WRITERS}
  ) AS writers,
  EXISTS (
    SELECT FROM tickets_sideconversation s
    WHERE s.ticket_id = page.id AND s.answered_at IS NOT NULL
  ) AS has_side_answer,
  (SELECT json_object_agg(v.field_id, v.text) FROM tickets_fieldvalue v
   WHERE v.ticket_id = page.id AND v.field_id = ANY(%(fields)s::bigint[])) AS own
FROM unnest(%(ids)s::bigint[], %(places)s::text[]) AS page(id, place)
LEFT JOIN LATERAL (
  SELECT text FROM (
    ({_NEWEST.format(table="tickets_message")})
    UNION ALL
    ({_NEWEST.format(table="tickets_note")})
  ) both_kinds ORDER BY created_at DESC LIMIT 1
) newest ON TRUE
"""  # noqa: S608 (constants)


def add_details(
    built: Sequence[TicketRow],
    rows: Sequence[Row],
    found: Sequence[RowDetails],
    fields: Sequence[FormField] = (),
) -> list[TicketRow]:
    """Return rows of a list with their newest lines and drafts.

    rows: those they were built of. found: by select_details. fields: shown as columns.
    """
    details = {each.id: each for each in found}
    return [
        _add(one, details[row.id], fields) if row.id in details else one
        for one, row in zip(built, rows, strict=True)
    ]


def select_details(
    rows: Sequence[Row], agent: Agent, *, at: datetime, fields: Sequence[FormField] = ()
) -> Query[RowDetails]:
    """Return the statement of the details of a page, of tickets that the agent may see."""
    before, _zero, after = to_place(get_url("agent:answers", 0)).partition("0")
    given = {
        "desk": agent.desk_id,
        "user": agent.user_id,
        "since": at - WRITING,
        "ids": [row.id for row in rows],
        "fields": [field.pk for field in fields],
        "places": [f"{before}{row.number}{after}" for row in rows],
    }
    return Query(_DETAILS, given, RowDetails)


def _add(row: TicketRow, details: RowDetails, fields: Sequence[FormField]) -> TicketRow:
    return replace(
        row,
        newest_line=pick_line(details.text),
        draft_label=_("Draft") if details.has_draft else "",
        writers_label=_describe_writers(details.writers),
        side_label=_("New reply in a side conversation") if details.has_side_answer else "",
        own_cells=_build_cells(details.own or {}, fields) if fields else None,
    )


def _build_cells(values: dict[str, str], fields: Sequence[FormField]) -> SafeString:
    """Return a cell for each field, empty without a value."""
    cells = []
    for field in fields:
        value = values.get(str(field.pk), "")
        shown = describe_value(field.kind, value) if value else ""
        cells.append((field.label, shown) if shown else ("", ""))
    return format_html_join("", CELL, cells)


def pick_line(text: str) -> str:
    """Return the beginning of a text on one line, without quoted lines.

    The first line alone is often just a greeting.
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    found = " ".join(line for line in lines if line and not line.startswith(">"))
    # Without the mark, Django looks up its own in the catalog, twice for each text.
    return Truncator(found).chars(MAX_SHOWN, truncate="…")


def _describe_writers(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return _("%(name)s is writing a draft") % {"name": names[0]}
    return _("%(names)s are writing drafts") % {"names": ", ".join(names)}
