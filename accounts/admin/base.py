"""The ground of every page of the admin site: whose it is, what it may choose from, and what it leaves behind.

A desk's settings are open to the desk's admins by code (`is_desk_admin`), not by Django's permission rows, which
know no desk. The desk is never a field of a form. Every change leaves an AuditEntry of the desk in the same
transaction; Django's own LogEntry is global and would mix the desks' names, so it is written only for what belongs
to no desk: logins, changed by the installation's admin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin.changes import describe_changes
from accounts.admin.registry import list_inlines
from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk, DeskModel, Role, User
from accounts.tenancy import desk_scope

REQUIREMENT = re.compile(r"\s*(?:\(M\d+\)|\bM\d+\b)")


class AdminRequest(HttpRequest):
    """A request to the admin site: below a desk, or (desk is None) for the installation's admin."""

    user: User
    desk: Any  # Desk | None: the pages of desks ask has_permission before they name it
    agent: Agent | None


def is_desk_admin(request: AdminRequest) -> bool:
    """Whether the person may change the settings of the request's desk: its admin, or the installation's."""
    user, agent = request.user, request.agent
    if request.desk is None or not user.is_active:
        return False
    return user.is_superuser or (agent is not None and agent.role == Role.ADMIN and user.is_staff)


def is_installation_admin(request: AdminRequest) -> bool:
    """Whether this is the installation's admin, outside of every desk or at one: with a single desk there is no
    outside."""
    return request.user.is_active and request.user.is_superuser


class DeskForm(ModelForm):
    """A form of a desk's row: the desk comes from the request and takes part in the checks of uniqueness."""

    desk: Desk | None = None  # set on the class that the admin makes for each request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.desk is not None and self.instance.desk_id is None:
            self.instance.desk = self.desk

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"desk"}  # type: ignore[misc]


class PlainHelp:
    """Help texts as readers need them: the tables' own name a requirement (M17) as well."""

    def formfield_for_dbfield(self, db_field: Any, request: AdminRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            field.help_text = REQUIREMENT.sub("", str(field.help_text))
        return field


class DeskChoices(PlainHelp):
    """Choices of a foreign key: the desk's own rows, by filter as well as by the wall."""

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
    """Rows of the desk below another row of the desk."""

    form = DeskForm
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
    """Rows of the desk as a table. The heading of a column is no label of its cells, so each carries its own."""

    def get_formset(self, request: AdminRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        for name, field in formset.form.base_fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # a foreign key's is wrapped
            widget.attrs.setdefault("aria-label", capfirst(str(field.label or name)))
        return formset


class AuditedAdmin(PlainHelp, ModelAdmin):
    """Writes what was changed, from what to what, into the audit of the desk."""

    actions = None  # nothing is done to many rows at once: each change is looked at, and audited, by itself
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    warn_unsaved_form = True
    list_filter_submit = False

    def construct_change_message(
        self, request: AdminRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        return describe_changes(form, formsets, is_new=add)

    def log_addition(self, request: AdminRequest, obj: Model, message: Any) -> Any:
        return self._log(request, obj, AuditAction.ADDED, message) or super().log_addition(
            request, obj, "Added."
        )

    def log_change(self, request: AdminRequest, obj: Model, message: Any) -> Any:
        if not message:
            return None
        return self._log(request, obj, AuditAction.CHANGED, message) or super().log_change(
            request, obj, "Changed " + ", ".join(message.get("changes", ())) + "."
        )

    def log_deletions(self, request: AdminRequest, queryset: Any) -> Any:
        logged = [self._log(request, obj, AuditAction.DELETED, {}) for obj in queryset]
        return logged if all(logged) else super().log_deletions(request, queryset)

    def _log(
        self, request: AdminRequest, obj: Model, what: AuditAction, message: dict[str, Any]
    ) -> Any:
        desk = (
            obj if isinstance(obj, Desk) else request.desk if isinstance(obj, DeskModel) else None
        )
        if desk is None or (isinstance(obj, Desk) and what == AuditAction.DELETED):
            return None
        with desk_scope(desk):  # the installation's admin may stand elsewhere
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
        """A row that is not there, another desk's above all, is 404 here as everywhere; Django would redirect."""
        raise Http404("There is no such row here.")

    def history_view(
        self, request: AdminRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of a row is the part of the desk's audit that names it. Who may not look learns nothing of
        ids: Django would say first whether there is such a row.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.desk is None or not issubclass(self.model, Desk | DeskModel):
            return super().history_view(request, object_id, extra_context)
        query = urlencode({"detail__model": self.opts.label_lower, "detail__pk": object_id})
        return HttpResponseRedirect(reverse("admin:accounts_auditentry_changelist") + "?" + query)


class DeskModelAdmin(DeskChoices, AuditedAdmin):
    """The settings of one desk, for its admins."""

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
