"""The base class of every admin page: lists, lookups, and the audit log.

Every change writes an AuditEntry of the desk in the same transaction. Django's own LogEntry is
global and would mix desks, so it is written only for rows that belong to no desk: users and stray
email, changed by installation admins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import ShowFacets
from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import ForeignKey, Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from accounts.admin.access import AdminRequest
from accounts.admin.changes import describe_changes
from accounts.admin.unsent import UnsentFormsMixin
from accounts.audit import record_audit, record_outside_of_desks
from accounts.models import AuditAction, Desk, DeskModel
from accounts.tenancy import desk_scope

MAX_PAGE_NUMBER = 1_000_000


class SafeChangeList(ChangeList):
    """A list whose page number is in range, also where rows are not counted."""

    def get_results(self, request: HttpRequest) -> None:
        if not 1 <= self.page_num <= MAX_PAGE_NUMBER:
            raise IncorrectLookupParameters
        super().get_results(request)


class AuditedAdmin(UnsentFormsMixin, ModelAdmin):
    """A page that records each change, with old and new values, in the desk's audit log."""

    actions = None  # no bulk actions: each change is reviewed and audited on its own
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    warn_unsaved_form = True
    list_filter_submit = False
    extra_lookups: Sequence[str] = ()  # parameters of the list that other pages link to

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the row, locked before a save so that it can't change after the comparison."""
        found = super().get_object(request, object_id, from_field)
        is_saving = request.method == "POST" and connection.in_atomic_block
        if found is None or not is_saving or not self.has_change_permission(request, found):
            return found
        locked = self.model._base_manager.select_for_update(of=("self",)).filter(pk=found.pk)
        return super().get_object(request, object_id, from_field) if locked.first() else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SafeChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return True for the parameters of the list's own filters and for `extra_lookups`.

        Django would allow every local field, so that hashes can be probed bit by bit.
        """
        if lookup in self.extra_lookups:
            return True
        return any(
            lookup in self._list_parameters(each)
            for each in (self.list_filter if request is None else self.get_list_filter(request))
        )

    def _list_parameters(self, list_filter: Any) -> set[str]:
        """Return the query parameters of a filter: of a field of this model, or of its own."""
        if not isinstance(list_filter, str):
            return {list_filter.parameter_name}
        field = self.opts.get_field(list_filter)
        exact = f"{list_filter}__exact"
        if isinstance(field, ForeignKey):
            exact = f"{list_filter}__{field.target_field.name}__exact"
        return {list_filter, exact, f"{list_filter}__isnull"}

    def construct_change_message(
        self, request: AdminRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        return describe_changes(form, formsets, is_new=add)

    def log_addition(self, request: AdminRequest, obj: Model, message: Any) -> Any:
        return self._log(request, obj, AuditAction.ADDED, message) or record_outside_of_desks(
            by=request.user, rows=[obj], flag=ADDITION, message='[{"added": {}}]'
        )

    def log_change(self, request: AdminRequest, obj: Model, message: Any) -> Any:
        if not message:
            return None
        told = json.dumps([{"changed": {"fields": list(message.get("changes", ()))}}])
        return self._log(request, obj, AuditAction.CHANGED, message) or record_outside_of_desks(
            by=request.user, rows=[obj], flag=CHANGE, message=told
        )

    def log_deletions(self, request: AdminRequest, queryset: Any) -> Any:
        logged = [self._log(request, obj, AuditAction.DELETED, {}) for obj in queryset]
        if all(logged):
            return logged
        return record_outside_of_desks(by=request.user, rows=queryset, flag=DELETION, message="")

    def _log(
        self, request: AdminRequest, obj: Model, what: AuditAction, message: dict[str, Any]
    ) -> Any:
        desk = (
            obj if isinstance(obj, Desk) else request.desk if isinstance(obj, DeskModel) else None
        )
        if desk is None or (isinstance(obj, Desk) and what == AuditAction.DELETED):
            return None
        with desk_scope(desk):  # an installation admin may be outside of the desk
            return record_audit(
                desk=desk,
                by=request.user,
                action=what,
                about=obj,
                detail=message,
            )

    def _get_obj_does_not_exist_redirect(
        self, request: AdminRequest, opts: Any, object_id: str
    ) -> Any:
        """Raise 404 for a missing row or one of another desk, where Django would redirect."""
        raise Http404(gettext("This record doesn't exist at this desk."))

    def history_view(
        self, request: AdminRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the audit entries of the row.

        Permission is checked first: Django would reveal whether the row exists.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.desk is None or not issubclass(self.model, Desk | DeskModel):
            return super().history_view(request, object_id, extra_context)
        query = urlencode({"about_model": self.opts.label_lower, "about_pk": object_id})
        return HttpResponseRedirect(reverse("admin:accounts_auditentry_changelist") + "?" + query)
