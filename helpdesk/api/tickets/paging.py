"""Pages of lists about tickets."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from rest_framework.request import Request

from accounts.models import Agent
from helpdesk.agent.lists.priority_order import cut_by_priority
from helpdesk.api.contract.cursors import Cursor, Order, invalid_cursor
from helpdesk.api.pagination import MAX_ID, Keyset
from helpdesk.shared import cursors
from tickets.models import Priority, QueueRow

RANK = cursors.BY_PRIORITY.fields[0]
COLUMNS = tuple(field.attname for field in QueueRow._meta.concrete_fields)


class OldestFirst(Keyset):
    """Rows by their creation, the oldest first."""

    ordering = ("created_at", "id")


class Ascending(Keyset):
    """Rows by id, the oldest first: what is added later comes at the end."""

    ordering = "id"


class TicketPages(Keyset):
    """Tickets in the order that the request asks for, which the view has read."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        ordering: tuple[str, ...] = view.ordering
        return ordering

    def make_order(self, queryset: QuerySet[Any], columns: tuple[str, ...], view: Any) -> Order:
        if columns[0].removeprefix("-") == RANK:
            return PriorityOrder(queryset, columns, view.agent)
        return super().make_order(queryset, columns, view)


class PriorityOrder(Order):
    """Tickets by the ranks of their priorities, each priority by deadline, as on the page.

    Tickets don't store ranks, so one priority after another is read, each by its index.
    """

    def __init__(
        self, queryset: QuerySet[QueueRow], columns: tuple[str, ...], agent: Agent
    ) -> None:
        super().__init__(queryset, columns)
        self.agent = agent

    def read_rows(self, cursor: Cursor | None, size: int) -> list[Any]:
        backwards = self.columns[0].startswith("-") != (cursor is not None and cursor.is_back)
        start = cursors.Cursor(cursor.values) if cursor else None
        try:
            sql, params = cut_by_priority(
                self.queryset,
                self.agent,
                start,
                columns=COLUMNS,
                backwards=backwards,
                size=size - 1,
            )
        except EmptyResultSet:  # the search found nothing
            return []
        rows: list[Any] = list(QueueRow.objects.raw(sql, params))
        ranks = dict(Priority.objects.filter(desk=self.agent.desk_id).values_list("pk", "rank"))
        for row in rows:
            row.priority_rank = ranks[row.priority_id]
        return sorted(rows, key=self._get_place, reverse=backwards)

    def _get_place(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.names)

    def read_position(self, name: str, value: Any) -> Any:
        if name != RANK:
            return super().read_position(name, value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_ID:
            raise invalid_cursor()
        return value
