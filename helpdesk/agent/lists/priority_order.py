"""Pages of the queue by priority, whose ranks are not stored with the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agent
from helpdesk.shared.cursors import BY_DEADLINE, Cursor, is_beyond
from tickets.models import Priority, QueueRow


def cut_by_priority(
    tickets: QuerySet[QueueRow],
    agent: Agent,
    cursor: Cursor | None,
    *,
    columns: Sequence[str],
    backwards: bool,
    size: int,
) -> tuple[str, list[Any]]:
    """Return the statement for a page sorted by priority, which reads one priority after another.

    Tickets don't store ranks, so that a new order of priorities applies at once.
    """
    parts: list[str] = []
    params: list[Any] = []
    limit = str(size + 1)
    for priority_id, start in _list_priorities(agent, cursor, backwards=backwards):
        rows = tickets.filter(priority_id=priority_id)
        if start is not None:
            rows = rows.filter(is_beyond(BY_DEADLINE, start, backwards=backwards))
        ordered = BY_DEADLINE.sort(rows, backwards=backwards).values(*columns)
        part_sql, part_params = ordered.query.sql_with_params()
        name = f"of_{priority_id}"
        parts.append(f"{name} AS MATERIALIZED ({part_sql} LIMIT {limit})")
        limit += f" - (SELECT count(*) FROM {name})"  # noqa: S608 (own name)
        params += part_params
    names = [part.partition(" ")[0] for part in parts]
    union = " UNION ALL ".join(f"SELECT * FROM {name}" for name in names)  # noqa: S608 (own names)
    return f"WITH {', '.join(parts)} {union}", params


def _list_priorities(
    agent: Agent, cursor: Cursor | None, *, backwards: bool
) -> list[tuple[int, Cursor | None]]:
    """Return the desk's priorities after a cursor, each with the position to start from.

    The ID 0, which no priority has, stands for an empty page after the last one, or at a desk that
    has none.
    """
    ranked = Priority.objects.filter(desk_id=agent.desk_id).order_by("rank")
    rows = list(ranked.values_list("pk", "rank"))[:: -1 if backwards else 1]
    if cursor is None:
        return [(pk, None) for pk, _rank in rows] or [(0, None)]
    reached: Any = cursor.values[0]
    place = Cursor(cursor.values[1:])
    left = [(pk, rank) for pk, rank in rows if (rank <= reached if backwards else rank >= reached)]
    if not left:
        return [(0, None)]
    return [(pk, place if rank == reached else None) for pk, rank in left]
