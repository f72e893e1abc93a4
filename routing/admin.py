"""Pages of the admin site: the desk's people, where and when they work."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.admin.base import AdminRequest, DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.desk_forms import AgentForm
from accounts.admin.fields import MinuteOfDayField, TimeZoneField
from accounts.models import Agent, AgentDepartment
from accounts.staff import save_agent
from routing.models import Rotation, Shift
from routing.services import list_stranded_tickets
from tickets.queueing import send_after_commit


class AgentDepartmentInline(DeskTabularInline):
    model = AgentDepartment
    fields = ["department"]
    verbose_name = "department"
    verbose_name_plural = "departments"


class ShiftForm(DeskForm):
    start_minute = MinuteOfDayField(label="From")
    end_minute = MinuteOfDayField(
        label="To", is_end=True, help_text="At or before the start: the next day."
    )
    time_zone = TimeZoneField()


class ShiftInline(DeskTabularInline):
    model = Shift
    form = ShiftForm
    fields = ["weekday", "start_minute", "end_minute", "time_zone"]


class RotationInline(DeskTabularInline):
    """Whether the agent takes new tickets at all; whose turn it is, the assignment writes itself."""

    model = Rotation
    fields = ["is_away", "last_assigned_at"]
    readonly_fields = ["last_assigned_at"]
    verbose_name_plural = "turn"

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False


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
    inlines = [AgentDepartmentInline, ShiftInline, RotationInline]
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
        if change and not obj.can_write:
            self._let_tickets_go(request, obj)

    def _let_tickets_go(self, request: AdminRequest, agent: Agent) -> None:
        """A ticket does not stay with somebody who works on none: the worker places theirs anew."""
        count = list_stranded_tickets().filter(assignee=agent).count()
        if not count:
            return
        send_after_commit("routing.tasks.reassign_stranded", desk_id=agent.desk_id)
        tickets = f"{count} undone tickets" if count > 1 else "one undone ticket"
        messages.info(
            request,
            f"{agent} had {tickets}: placed anew with whose turn it is, or with nobody for now.",
        )
