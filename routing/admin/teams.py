"""Admin pages of skills, and of teams with their shifts and members."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskModelAdmin, DeskTabularInline
from routing.admin.agents import ShiftInline
from routing.models import Skill, Team, TeamMember


@admin.register(Skill)
class SkillAdmin(DeskModelAdmin):
    list_display = ["name"]
    fields = ["name"]


class TeamMemberInline(DeskTabularInline):
    model = TeamMember
    fields = ["agent"]
    verbose_name = _("member")
    verbose_name_plural = _("members")


@admin.register(Team)
class TeamAdmin(DeskModelAdmin):
    """Agents who work the same shifts."""

    list_display = ["name", "region"]
    list_select_related = ["region"]
    fields = [("name", "region")]
    inlines = [ShiftInline, TeamMemberInline]
