"""Pages of the admin site: the people who work for a desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.admin.base import AdminRequest, DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.registry import run_save_hooks
from accounts.models import Agent, AgentDepartment, Role, User
from accounts.staff import save_agent


class AgentForm(DeskForm):
    """A person of the desk, who came by an invitation.

    The desk's last word stays with its admins: nobody takes the admin role or the way in from oneself.
    """

    editor: ClassVar[User | None] = None  # set on the class that the admin makes for each request

    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = ["name", "role", "level", "is_active"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        is_self = self.editor is not None and self.instance.user_id == self.editor.pk
        if is_self and (found.get("role") != Role.ADMIN or not found.get("is_active")):
            raise ValidationError("Another admin of the desk must take these rights from you.")
        return found


class AgentDepartmentInline(DeskTabularInline):
    model = AgentDepartment
    fields = ["department"]
    verbose_name = "department"
    verbose_name_plural = "departments"


@admin.register(Agent)
class AgentAdmin(DeskModelAdmin):
    """Who works here. A new agent is invited, so that nobody has rights at a desk before they came for them."""

    form = AgentForm
    list_display = ["name", "email", "role", "level", "is_active"]
    list_filter = ["role", "level", "is_active"]
    list_select_related = ["user"]
    search_fields = ["name__istartswith", "user__email__startswith"]
    search_help_text = "Start of a name or of an address"
    readonly_fields = ["email"]
    fields = ["email", "name", ("role", "level"), "is_active"]
    inlines = [AgentDepartmentInline]
    change_form_outer_after_template = "admin/_agent_privacy.html"

    @admin.display(ordering="user__email")
    def email(self, agent: Agent) -> str:
        return agent.user.email

    def add_view(self, request: AdminRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The way to add somebody is the invitation's form; nothing is made here."""
        return HttpResponseRedirect(reverse("admin:invite"))

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False  # switched off instead: messages and events keep their author

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.editor = request.user
        return form

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        obj.desk = request.desk
        save_agent(agent=obj)
        run_save_hooks(request, obj, is_new=not change)
