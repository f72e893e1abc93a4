"""Pages of lists about tickets."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from helpdesk.api.pagination import Keyset


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
