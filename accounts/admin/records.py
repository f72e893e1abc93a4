"""Base classes of read-only admin pages, for rows that services write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin.models import CHANGE
from django.contrib.admin.views.main import ChangeList
from django.db.models import JSONField, Model, QuerySet
from django.http import HttpRequest

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin, DeskTabularInline
from accounts.admin.display import show_json
from accounts.admin.large_lists import InfinitePaginator, LargeChangeList
from accounts.audit import record_outside_of_desks, record_view


class RecordsAdmin(DeskModelAdmin):
    """Read-only rows that services write. Large tables are never counted.

    indexed_filters: filter values that have an index and therefore cover all rows. payloads: large
    columns, which lists don't read.
    """

    paginator = InfinitePaginator
    list_max_show_all = 0
    sortable_by: Sequence[str] = ()
    list_before_template = "admin/_newest_rows.html"
    indexed_filters: Mapping[str, str] = {}
    warn_unsaved_form = False
    viewing_is_audited = False  # True also records views, such as of raw email
    payloads: Sequence[str] = ()

    def get_queryset(self, request: AdminRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        is_list = request.resolver_match is None or "object_id" not in request.resolver_match.kwargs
        return rows.defer(*self.payloads) if self.payloads and is_list else rows

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LargeChangeList

    def get_fields(self, request: AdminRequest, obj: Model | None = None) -> Sequence[Any]:
        kept = {field.name for field in self.opts.get_fields() if isinstance(field, JSONField)}
        return [
            show_json(name, self.opts.get_field(name).verbose_name) if name in kept else name
            for name in super().get_fields(request, obj)
        ]

    def change_view(
        self,
        request: AdminRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the record without a history button: a ticket's history is in its events."""
        return super().change_view(
            request, object_id, form_url, {"show_history": False, **(extra_context or {})}
        )

    def render_change_form(
        self, request: AdminRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        if self.viewing_is_audited and row is not None:
            if request.desk is not None:
                record_view(desk=request.desk, user=request.user, row=row)
            else:  # stray email, which belongs to no desk
                record_outside_of_desks(by=request.user, rows=[row], flag=CHANGE, message="Viewed.")
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: AdminRequest) -> bool:
        return False

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False


class RecordsInline(DeskTabularInline):
    """Rows that services write, read-only on the page of another row."""

    def has_add_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False
