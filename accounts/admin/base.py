"""Base classes of the pages of a desk's rows: forms, choices within the desk, and permissions.

The desk comes from the request and is never a form field. Every page records its changes
(audited.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet, URLField
from django.forms import ModelForm
from django.utils.text import capfirst
from django.utils.translation import gettext
from unfold.admin import TabularInline

from accounts.admin.access import AdminRequest, is_desk_admin
from accounts.admin.audited import AuditedAdmin
from accounts.admin.conflicts import ConflictGuardFormSet, ConflictGuardMixin
from accounts.admin.registry import list_inlines, respond_guarded
from accounts.models import Agent, Desk, DeskModel, Level


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
    """Foreign keys that offer only rows of the desk, by filter as well as by the wall.

    Levels have the desk's own names, and a URL without a scheme is taken as https.
    """

    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def formfield_for_choice_field(
        self, db_field: Any, request: AdminRequest, **kwargs: Any
    ) -> Any:
        if db_field.choices == Level.choices and request.desk:
            blank = [("", gettext("All levels"))] if db_field.blank else []
            kwargs.setdefault("choices", [*blank, *request.desk.list_levels()])
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: AdminRequest, **kwargs: Any
    ) -> Any:
        related = db_field.remote_field.model
        if (
            isinstance(related, type)
            and issubclass(related, DeskModel)
            and "queryset" not in kwargs
        ):
            # Programs have no shifts, teams or tickets.
            people = {"is_service": False} if related is Agent else {}
            kwargs["queryset"] = related._default_manager.filter(desk=request.desk, **people)
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


class DeskModelAdmin(DeskChoices, AuditedAdmin):
    """Settings of one desk, for its admins."""

    form = DeskForm

    def get_inlines(self, request: AdminRequest, obj: Model | None) -> list[Any]:
        """Return the page's own inlines, then those that higher packages registered."""
        return [*super().get_inlines(request, obj), *list_inlines(self.model)]

    def changeform_view(self, request: AdminRequest, *args: Any, **kwargs: Any) -> Any:
        save = partial(super().changeform_view, request, *args, **kwargs)
        return respond_guarded(request, self.model, save)

    def changelist_view(self, request: AdminRequest, *args: Any, **kwargs: Any) -> Any:
        save = partial(super().changelist_view, request, *args, **kwargs)
        return respond_guarded(request, self.model, save)

    def delete_view(self, request: AdminRequest, *args: Any, **kwargs: Any) -> Any:
        delete = partial(super().delete_view, request, *args, **kwargs)
        return respond_guarded(request, self.model, delete)

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
