"""Pages of the admin site: the desk's people, where and when they work."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Model

from accounts.admin.base import AdminRequest, DeskForm, DeskTabularInline
from accounts.admin.fields import MinuteOfDayField, TimeZoneField
from accounts.admin.registry import register_inline, register_save_hook
from accounts.models import Agent
from routing.models import Rotation, Shift
from routing.services import list_stranded_tickets
from tickets.queueing import send_after_commit


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


def announce_stranded_tickets(request: AdminRequest, agent: Agent, is_new: bool) -> None:
    """Reassign the open tickets of an agent who may no longer work on any, and say so."""
    if is_new or agent.can_write:
        return
    count = list_stranded_tickets().filter(assignee=agent).count()
    if not count:
        return
    send_after_commit("routing.tasks.reassign_stranded", desk_id=agent.desk_id)
    tickets = f"{count} undone tickets" if count > 1 else "one undone ticket"
    messages.info(
        request,
        f"{agent} had {tickets}: placed anew with whose turn it is, or with nobody for now.",
    )


register_inline(Agent, ShiftInline)
register_inline(Agent, RotationInline)
register_save_hook(Agent, announce_stranded_tickets)
