"""Base classes of every admin page: permissions, choices within the desk, and the audit log.

Desk admins get their rights by code (`is_desk_admin`), not by Django's permission rows, which have
no desk. The desk is never a form field. Every change writes an AuditEntry of the desk in the same
transaction. Django's own LogEntry is global and would mix desks, so it is written only for rows
that belong to no desk: users and stray email, changed by installation admins.
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
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin.changes import describe_changes
from accounts.admin.conflicts import ConflictGuardFormSet, ConflictGuardMixin
from accounts.admin.registry import list_inlines
from accounts.admin.unsent import UnsentFormsMixin
from accounts.audit import record_audit, record_outside_of_desks
from accounts.models import Agent, AuditAction, Desk, DeskModel, Role, User
from accounts.tenancy import desk_scope


class AdminRequest(HttpRequest):
    """A request to the admin site: of a desk, or for installation admins if desk is None."""

    user: User
    desk: Any  # Desk | None; pages of a desk check has_permission before they use it
    agent: Agent | None
    unsent_fields: dict[str, list[str]] | None  # posted while signed out: accounts/admin/unsent.py


def is_desk_admin(request: AdminRequest) -> bool:
    """Return True if the user may change the settings of the request's desk.

    That is an admin of the desk, or of the installation.
    """
    user, agent = request.user, request.agent
    if request.desk is None or not user.is_active:
        return False
    return user.is_superuser or (agent is not None and agent.role == Role.ADMIN and user.is_staff)


def is_installation_admin(request: AdminRequest) -> bool:
    """Return True for an installation admin, on the pages of a desk or outside of all desks.

    An installation with a single desk has no pages outside of it.
    """
    return request.user.is_active and request.user.is_superuser


def require_desk_admin(request: AdminRequest) -> None:
    """Raise Http404 unless the user may change the settings of the request's desk."""
    if not is_desk_admin(request):
        raise Http404(gettext("This page is only available to desk admins."))


def require_installation_admin(request: AdminRequest) -> None:
    """Raise Http404 unless the user is an installation admin."""
    if not is_installation_admin(request):
        raise Http404(gettext("This page is only available to installation admins."))


class DeskForm(ConflictGuardMixin, ModelForm):
    """A form for a row of a desk. The desk comes from the request and counts for uniqueness."""

    # Both are set on the class that get_form or get_formset makes for each request.
    desk: Desk | None = None
    has_cell_labels = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.desk is not None and self.instance.desk_id is None:
            self.instance.desk = self.desk
        if self.instance.pk is None:
            self._offer_defaults()
        if self.has_cell_labels:
            for name, field in self.fields.items():
                widget: Any = getattr(field.widget, "widget", field.widget)  # of a foreign key
                widget.attrs.setdefault("aria-label", capfirst(str(field.label or name)))

    def _offer_defaults(self) -> None:
        """Start with the model's defaults, also in fields that a form declares itself.

        Django takes a default over only into the fields that it makes from the model.
        """
        for column in self.instance._meta.concrete_fields:
            field = self.fields.get(column.name)
            if field is not None and field.initial is None and column.has_default():
                self.initial.setdefault(column.name, getattr(self.instance, column.attname))

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"desk"}  # type: ignore[misc]


class DeskChoices:
    """Foreign keys that offer only rows of the desk, by filter as well as by the wall."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: AdminRequest, **kwargs: Any
    ) -> Any:
        related = db_field.remote_field.model
        if (
            isinstance(related, type)
            and issubclass(related, DeskModel)
            and "queryset" not in kwargs
        ):
            kwargs["queryset"] = related._default_manager.filter(desk=request.desk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def get_exclude(self, request: AdminRequest, obj: Model | None = None) -> Sequence[str]:
        return [*(super().get_exclude(request, obj) or ()), "desk"]  # type: ignore[misc]


class DeskInline(DeskChoices):
    """Rows of the desk on the page of another row."""

    form = DeskForm
    formset = ConflictGuardFormSet
    extra = 0
    hide_title = True

    def get_formset(self, request: AdminRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.form.desk = request.desk
        return formset

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)

    def has_add_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)


class DeskTabularInline(DeskInline, TabularInline):
    """Rows of the desk as a table. Each cell has a label, since column headings label none."""

    def get_formset(self, request: AdminRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.has_cell_labels = True
        return formset


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
        """Return the row; locked when it is about to be saved, so that it stays as compared."""
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
        query = urlencode({"detail__model": self.opts.label_lower, "detail__pk": object_id})
        return HttpResponseRedirect(reverse("admin:accounts_auditentry_changelist") + "?" + query)


class DeskModelAdmin(DeskChoices, AuditedAdmin):
    """Settings of one desk, for its admins."""

    form = DeskForm

    def get_inlines(self, request: AdminRequest, obj: Model | None) -> list[Any]:
        """Return the page's own inlines, then those that higher packages registered."""
        return [*super().get_inlines(request, obj), *list_inlines(self.model)]

    def get_queryset(self, request: AdminRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(desk=request.desk) if request.desk else rows.none()

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.desk = request.desk
        return form

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        obj.desk = request.desk
        super().save_model(request, obj, form, change)

    def save_formset(self, request: AdminRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.forms:
            row.instance.desk = request.desk
        super().save_formset(request, form, formset, change)

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_desk_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)

    def has_add_permission(self, request: AdminRequest) -> bool:
        return is_desk_admin(request)

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_desk_admin(request)
