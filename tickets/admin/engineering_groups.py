"""Admin page of the engineering groups that agents can ask for help."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskModelAdmin, DeskTabularInline
from tickets.models import EngineeringGroup, GroupMember


class GroupMemberInline(DeskTabularInline):
    model = GroupMember
    fields = ["agent"]
    verbose_name = _("member")
    verbose_name_plural = _("members")


@admin.register(EngineeringGroup)
class EngineeringGroupAdmin(DeskModelAdmin):
    """Groups with their members and response targets."""

    list_display = ["name", "response_minutes", "is_active"]
    fields = ["name", "response_minutes", ("starts_at", "ends_at"), "is_active"]
    inlines = [GroupMemberInline]
