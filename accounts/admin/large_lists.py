"""Lists of tables that grow for ever: no count, no sort without an index, no unbounded filter.

PostgreSQL would join first and sort the whole desk: with row-level security it expects few rows.
So the rows of a page are chosen by an index of their own table, and only they are joined.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold import paginator

from accounts.admin.audited import SafeChangeList

MAX_PAGES = 100  # further rows are found by the search
MAX_FILTERED = 10_000  # the newest rows, among which filters look


class InfinitePaginator(paginator.InfinitePaginator):
    """Pages of rows that are chosen before anything is joined to them. Never counts.

    The templates of Unfold show no count for a paginator of this name.
    """

    @cached_property
    def count(self) -> int:
        """The rows of all pages that can be opened, however many there are."""
        return int(self.per_page) * MAX_PAGES

    def page(self, number: int | str) -> Any:
        """Return a page. Two queries."""
        valid = self.validate_number(number)
        first = (valid - 1) * int(self.per_page)
        rows: Any = self.object_list
        chosen = list(rows.values_list("pk", flat=True)[first : first + int(self.per_page)])
        return self._get_page(rows.filter(pk__in=chosen), valid, self)


class LargeChangeList(SafeChangeList):
    """A list in the one order that has an index, with filters that look at the newest rows."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the page's own order, whatever the URL asks for."""
        own: Any = self.model_admin.get_ordering(request) or self.lookup_opts.ordering
        return list(own)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows that match, among the newest only if a filter without an index is on."""
        rows = super().get_queryset(request, exclude_parameters)
        admin: Any = self.model_admin
        active = {name: value for name, value in self.params.items() if value}
        if not self.has_active_filters or active.items() <= admin.indexed_filters.items():
            return rows
        newest = self.root_queryset.order_by("-pk").values_list("pk", flat=True)
        oldest = newest[MAX_FILTERED : MAX_FILTERED + 1]
        return rows.filter(pk__gt=oldest[0]) if oldest else rows
