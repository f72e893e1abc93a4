"""Shifts, skills, languages and rotation on the admin page of an agent.

Reassigns the tickets of an agent who leaves.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskTabularInline
from accounts.admin.fields import AdminTimeZoneField, MinuteOfDayField
from accounts.admin.registry import register_inline, register_save_hook
from accounts.models import Agent
from accounts.places.spoken_languages import list_languages
from routing.models import AgentLanguage, AgentSkill, Rotation, Shift
from routing.staff.leaving import hand_on_work


class ShiftForm(DeskForm):
    start_minute = MinuteOfDayField(label=_("From"))
    end_minute = MinuteOfDayField(
        label=_("To"),
        is_end=True,
        help_text=_("A time at or before the start means the next day."),
    )
    time_zone = AdminTimeZoneField(label=_("Time zone"))


class ShiftInline(DeskTabularInline):
    model = Shift
    form = ShiftForm
    fields = ["weekday", "start_minute", "end_minute", "time_zone", "works_on_holidays"]


class SkillInline(DeskTabularInline):
    model = AgentSkill
    fields = ["skill", "level"]
    verbose_name = _("skill")
    verbose_name_plural = _("skills")


class LanguageForm(DeskForm):
    code = forms.ChoiceField(
        label=_("Language"), choices=list_languages, widget=UnfoldAdminSelectWidget
    )


class LanguageInline(DeskTabularInline):
    model = AgentLanguage
    form = LanguageForm
    fields = ["code"]
    verbose_name = _("language")
    verbose_name_plural = _("languages")


class RotationInline(DeskTabularInline):
    """The agent's place in the rotation. Only the assignment writes the last assigned time."""

    model = Rotation
    fields = ["last_assigned_at"]
    readonly_fields = ["last_assigned_at"]
    verbose_name_plural = _("rotation")

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False


def reassign_stranded_tickets(request: AdminRequest, agent: Agent, is_new: bool) -> None:
    """Reassign the open tickets of an agent who can no longer work on them, and say so.

    Others get their on-call turns, too.
    """
    count = 0 if is_new else hand_on_work(agent, at=timezone.now())
    if not count:
        return
    text = ngettext(
        "%(agent)s had %(count)s open ticket. It is being reassigned to the next agent in "
        "rotation.",
        "%(agent)s had %(count)s open tickets. They are being reassigned to the next agents in "
        "rotation.",
        count,
    )
    messages.info(request, text % {"agent": agent, "count": count})


register_inline(Agent, ShiftInline)
register_inline(Agent, SkillInline)
register_inline(Agent, LanguageInline)
register_inline(Agent, RotationInline)
register_save_hook(Agent, reassign_stranded_tickets)
