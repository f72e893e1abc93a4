"""Pages of lists about tickets."""

from __future__ import annotations

from helpdesk.api.pagination import Keyset


class OldestFirst(Keyset):
    """Rows by their creation, the oldest first."""

    ordering = ("created_at", "id")


class Ascending(Keyset):
    """Rows by id, the oldest first: what is added later comes at the end."""

    ordering = "id"
