"""Admin lists of tables that grow without limit: no counts, no unindexed sorts or filters.

With row-level security, PostgreSQL underestimates the number of rows, so it would join first and
sort the whole desk. Instead, an index selects the rows of a page, and only those are joined.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold import paginator

from accounts.admin.audited import SafeChangeList

MAX_PAGES = 100  # use search to find older rows
MAX_FILTERED = 10_000  # the newest rows, which unindexed filters cover


class InfinitePaginator(paginator.InfinitePaginator):
    """Select the rows of a page before joining other tables. Never count them.

    Unfold's templates show no count for a paginator with this class name.
    """

    @cached_property
    def count(self) -> int:
        """Number of rows on all pages that can be opened, not of rows that exist."""
        return int(self.per_page) * MAX_PAGES

    def page(self, number: int | str) -> Any:
        """Return a page. Two queries."""
        valid = self.validate_number(number)
        first = (valid - 1) * int(self.per_page)
        rows: Any = self.object_list
        chosen = list(rows.values_list("pk", flat=True)[first : first + int(self.per_page)])
        return self._get_page(rows.filter(pk__in=chosen), valid, self)


class LargeChangeList(SafeChangeList):
    """A list with one indexed order, whose unindexed filters cover only the newest rows."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the default order; the URL can't change it."""
        own: Any = self.model_admin.get_ordering(request) or self.lookup_opts.ordering
        return list(own)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the matching rows: only among the newest if an unindexed filter is active."""
        rows = super().get_queryset(request, exclude_parameters)
        admin: Any = self.model_admin
        active = {name: value for name, value in self.params.items() if value}
        if not self.has_active_filters or active.items() <= admin.indexed_filters.items():
            return rows
        newest = self.root_queryset.order_by("-pk").values_list("pk", flat=True)
        oldest = newest[MAX_FILTERED : MAX_FILTERED + 1]
        return rows.filter(pk__gt=oldest[0]) if oldest else rows
