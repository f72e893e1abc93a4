"""Admin page of the regions that a desk has staff in."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.admin.fields import AdminTimeZoneField
from accounts.models import Region


class RegionForm(DeskForm):
    time_zone = AdminTimeZoneField(label=_("Time zone"))


@admin.register(Region)
class RegionAdmin(DeskModelAdmin):
    form = RegionForm
    list_display = ["name", "time_zone", "position"]
    fields = [("name", "time_zone"), "position"]
