"""Admin page of departments: who works there, and who sees their tickets."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.models import Agent, Department
from accounts.staff import list_free_kinds, set_department_members


class DepartmentForm(DeskForm):
    """A department with its active members; deactivated agents keep their membership."""

    members = forms.ModelMultipleChoiceField(
        Agent.objects.none(),
        label=_("Members"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("New tickets of this department are assigned to its members."),
    )

    class Meta:
        model = Department
        fields: ClassVar[list[str]] = ["name", "kind", "visibility", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Agent.objects.filter(desk=self.desk, is_active=True)
        self.fields["members"].queryset = active  # type: ignore[attr-defined]
        if "kind" in self.fields:
            free = list_free_kinds(self.desk, besides=self.instance)
            self.fields["kind"].choices = free  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["members"] = list(active.filter(departments=self.instance))


@admin.register(Department)
class DepartmentAdmin(DeskModelAdmin):
    form = DepartmentForm
    list_display = ["name", "kind", "visibility", "position"]
    fields = [("name", "kind"), "visibility", "members", "position"]
    radio_fields: ClassVar[dict[str, int]] = {"visibility": admin.VERTICAL}

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        set_department_members(department=form.instance, agents=form.cleaned_data["members"])
