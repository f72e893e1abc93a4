"""Admin page of agents: the people who work for a desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.registry import run_save_hooks
from accounts.models import Agent, AgentDepartment, Level, User
from accounts.places.countries import list_countries
from accounts.staff import (
    SWITCH_OFF_HELP,
    check_own_rights,
    get_subdivision_error,
    save_agent,
)


class AgentForm(DeskForm):
    """An agent, who joined by invitation.

    Admins cannot remove their own admin role or deactivate themselves, so a desk always keeps one.
    """

    editor: ClassVar[User | None] = None  # set on the class that get_form makes for each request

    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Shifts are off on this country's public holidays."),
    )

    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = [
            *("name", "role", "level", "is_active", "needs_approval"),
            *("region", "country", "subdivision", "capacity", "signature"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if active := self.fields.get("is_active"):
            active.help_text = SWITCH_OFF_HELP
        if country := self.fields.get("country"):
            country.choices = [("", "---------"), *list_countries()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        country, subdivision = found.get("country", ""), found.get("subdivision", "").upper()
        found["subdivision"] = subdivision
        if problem := get_subdivision_error(country, subdivision):
            self.add_error("subdivision", problem)
        if self.editor is not None:
            rights = {"role": found.get("role"), "is_active": bool(found.get("is_active"))}
            check_own_rights(Agent(user_id=self.instance.user_id, **rights), editor=self.editor)
        return found


class AgentDepartmentInline(DeskTabularInline):
    model = AgentDepartment
    fields = ["department"]
    verbose_name = _("department")
    verbose_name_plural = _("departments")


class LevelFilter(admin.SimpleListFilter):
    """Agents of a level, by the desk's own names."""

    title = _("level")
    parameter_name = "level__exact"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return request.desk.list_levels() if request.desk else []

    def queryset(self, request: Any, queryset: QuerySet[Agent]) -> QuerySet[Agent]:
        return queryset.filter(level=self.value()) if self.value() in Level.values else queryset


@admin.register(Agent)
class AgentAdmin(DeskModelAdmin):
    """The desk's agents. New ones are invited, so that they accept their rights first.

    routing adds shifts, skills, languages and the rotation (routing/admin/agents.py).
    """

    form = AgentForm
    list_display = ["name", "email", "role", "level_name", "is_active"]
    list_filter = ["role", LevelFilter, "is_active"]
    list_select_related = ["user", "desk"]
    search_fields = ["name__istartswith", "user__email__startswith"]
    search_help_text = _("Start of a name or email address")
    readonly_fields = ["email"]
    fields = [
        *("email", "name", ("role", "level"), "is_active", "needs_approval"),
        *("region", ("country", "subdivision"), "capacity", "signature"),
    ]
    inlines = [AgentDepartmentInline]
    change_form_outer_after_template = "admin/_agent_actions.html"

    def get_queryset(self, request: AdminRequest) -> QuerySet[Agent]:
        """Leave out service accounts, which have pages of their own."""
        rows: QuerySet[Agent] = super().get_queryset(request)
        return rows.filter(is_service=False)

    @admin.display(description=_("level"), ordering="level")
    def level_name(self, agent: Agent) -> str:
        return agent.desk.word_for_level(agent.level)

    @admin.display(description=_("email"), ordering="user__email")
    def email(self, agent: Agent) -> str:
        return agent.user.email

    def add_view(self, request: AdminRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect to the invitation form: agents are never created directly."""
        return HttpResponseRedirect(reverse("admin:invite"))

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False  # deactivate instead: messages and events keep their author

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.editor = request.user
        return form

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        obj.desk = request.desk
        save_agent(agent=obj, by=request.user)
        run_save_hooks(request, obj, is_new=not change)
