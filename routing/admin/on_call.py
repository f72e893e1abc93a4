"""Admin page of on-call rotas. Changes plan the future turns anew."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.fields import AdminTimeZoneField, MinuteOfDayField
from routing.models import OnCallMember, OnCallRota
from routing.staff.on_call import replan_rota


class RotaForm(DeskForm):
    time_zone = AdminTimeZoneField(label=_("Time zone"))
    change_minute = MinuteOfDayField(label=_("Time of the change"))


class OnCallMemberInline(DeskTabularInline):
    model = OnCallMember
    fields = ["agent", "position"]
    verbose_name = _("member")
    verbose_name_plural = _("members, in order")


@admin.register(OnCallRota)
class OnCallRotaAdmin(DeskModelAdmin):
    """Rotas. Agents swap their turns on the on-call page."""

    form = RotaForm
    list_display = ["name", "level", "region", "turn_length", "is_active"]
    list_select_related = ["region"]
    fields = [
        "name",
        ("level", "region"),
        ("turn_length", "time_zone"),
        ("change_weekday", "change_minute"),
        "is_active",
    ]
    inlines = [OnCallMemberInline]

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        """Plan the turns once the members are saved, too."""
        super().save_related(request, form, formsets, change)
        count = replan_rota(rota_id=form.instance.pk, at=timezone.now())
        text = ngettext("%(count)s turn was planned.", "%(count)s turns were planned.", count)
        messages.info(request, text % {"count": count})
