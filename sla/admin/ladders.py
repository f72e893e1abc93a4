"""Admin pages of escalation ladders: drawn as steps, with a preview of the coming night."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskTabularInline
from accounts.admin.ordering import OrderedAdmin
from accounts.admin.registry import Respond, register_save_guard
from sla.ladders.changing import Effect, end_runs, follow_change
from sla.ladders.duty import Gap
from sla.ladders.gaps import find_gaps
from sla.ladders.previews import PreviewStep, find_tonight, preview_ladder
from sla.ladders.terms import load_ladders, make_terms
from sla.models import Action, Ladder, LadderStep, Trigger
from tickets.actors import SYSTEM, Actor
from tickets.sentences.ladders import LadderEnding, get_action_name


class StepForm(DeskForm):
    """A step. An executive is always named."""

    def clean(self) -> Any:
        given = super().clean()
        if self.cleaned_data.get("action") == Action.EXECUTIVE and not self.cleaned_data.get(
            "agent"
        ):
            self.add_error("agent", gettext("Choose the executive to notify."))
        return given


class StepInline(DeskTabularInline):
    """The steps of a ladder, in order."""

    model = LadderStep
    form = StepForm
    fields = ["position", "minutes", "trigger", "action", "agent"]


@admin.register(Ladder)
class LadderAdmin(OrderedAdmin):
    """Ladders, put in order as the policies are: a ticket follows the first one that fits."""

    list_display = ["name", "position", "clock", "priority", "plan", "policy", "is_active"]
    list_editable = ["position"]
    list_select_related = ["priority", "plan", "policy"]
    ordering_field = "position"
    place_label = _("Position")
    inlines = [StepInline]
    readonly_fields = ["drawn", "preview", "gaps"]
    fieldsets = [
        (None, {"fields": [("name", "is_active"), "clock", "drawn", "preview", "gaps"]}),
        (
            _("Conditions"),
            {
                "fields": ["priority", "plan", "policy"],
                "description": _(
                    "A ticket follows the first ladder in the list that counts from one of"
                    " its clocks and whose conditions it meets. Changes apply to open tickets,"
                    " too. An overdue ticket gets a single alert for all the steps it missed."
                ),
            },
        ),
        (_("Afterwards"), {"fields": ["resume_minutes", "repeat_minutes"]}),
    ]

    def get_queryset(self, request: AdminRequest) -> QuerySet[Ladder]:
        ladders: QuerySet[Ladder] = super().get_queryset(request)
        return ladders.prefetch_related("steps")

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.position = Ladder.objects.filter(desk=request.desk).count() + 1
        super().save_model(request, obj, form, change)

    def delete_model(self, request: AdminRequest, obj: Any) -> None:
        end_runs([obj.pk], LadderEnding.DELETED, _get_actor(request), timezone.now())
        super().delete_model(request, obj)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Do not list the tickets that are on the ladder."""
        _found, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return [str(ladder) for ladder in objs], counts, set(), protected

    @admin.display(description=_("steps"))
    def drawn(self, ladder: Ladder) -> str:
        if not ladder.pk:
            return gettext("Save the ladder to see its steps.")
        lines = ((_describe_step(step),) for step in ladder.steps.all())
        return format_html('<ol class="ladder-drawn">{}</ol>', _join(lines))

    @admin.display(description=_("preview"))
    def preview(self, ladder: Ladder) -> str:
        """Return what happens for a deadline in the coming night that nobody meets."""
        terms = make_terms(ladder) if ladder.pk else None
        if terms is None or not terms.steps:
            return ""
        due_at = find_tonight(ladder.desk, timezone.now())
        lines = ((_describe_turn(step),) for step in preview_ladder(terms, ladder.desk, due_at))
        title = gettext("If a deadline at %(time)s tonight is missed:") % {
            "time": date_format(timezone.localtime(due_at), "TIME_FORMAT")
        }
        return format_html('<p>{}</p><ol class="ladder-drawn">{}</ol>', title, _join(lines))

    @admin.display(description=_("on-call gaps"))
    def gaps(self, ladder: Ladder) -> str:
        """Return the hours of the next days in which a page would reach nobody."""
        gaps = find_gaps(ladder.desk, timezone.now()) if ladder.pk else []
        if not gaps:
            return gettext("None in the next seven days.")
        levels = dict(ladder.desk.list_levels())
        lines = ((_describe_gap(gap, levels.get(gap.level, "")),) for gap in gaps)
        return format_html("<ul>{}</ul>", _join(lines))


def _join(lines: Any) -> SafeString:
    return format_html_join("", "<li>{}</li>", lines)


def _describe_step(step: LadderStep) -> str:
    who = f" ({step.agent})" if step.agent else ""
    return f"{_describe_time(step)}: {step.get_action_display()}{who}"


def _describe_time(step: LadderStep) -> str:
    if not step.minutes and step.trigger != Trigger.UNACKNOWLEDGED:
        return gettext("At the deadline")
    sentences = {
        Trigger.BEFORE.value: ngettext(
            "%(minutes)s minute before the deadline",
            "%(minutes)s minutes before the deadline",
            step.minutes,
        ),
        Trigger.AFTER.value: ngettext(
            "%(minutes)s minute after the deadline",
            "%(minutes)s minutes after the deadline",
            step.minutes,
        ),
        Trigger.UNACKNOWLEDGED.value: ngettext(
            "%(minutes)s minute later, without an acknowledgement",
            "%(minutes)s minutes later, without an acknowledgement",
            step.minutes,
        ),
    }
    return sentences[step.trigger] % {"minutes": step.minutes}


def _describe_turn(step: PreviewStep) -> str:
    at = date_format(timezone.localtime(step.at), "TIME_FORMAT")
    named = {"time": at, "action": get_action_name(step.action), "names": ", ".join(step.names)}
    return _find_sentence(step) % named


def _find_sentence(step: PreviewStep) -> str:
    if step.is_fallback and step.action == Action.CHANNEL:
        return gettext(
            "%(time)s: %(action)s. No chat channel is set up for it, so the leads are alerted:"
            " %(names)s"
        )
    if step.is_fallback:
        return gettext(
            "%(time)s: %(action)s. Nobody is available, so the leads are alerted: %(names)s"
        )
    if step.names:
        return gettext("%(time)s: %(action)s (%(names)s)")
    return gettext("%(time)s: %(action)s")


def _describe_gap(gap: Gap, level: str) -> str:
    named = {
        "start": date_format(timezone.localtime(gap.start), "DATETIME_FORMAT"),
        "end": date_format(timezone.localtime(gap.end), "DATETIME_FORMAT"),
    }
    span = gettext("%(start)s to %(end)s") % named
    return f"{level}: {span}" if level else span


def save_and_follow(request: AdminRequest, save: Respond) -> Any:
    """Save, order or delete ladders, and let open tickets follow."""
    if request.desk is None:
        return save()
    with transaction.atomic():
        before = load_ladders(request.desk.pk)
        response = save()
        effect = follow_change(
            before, desk_id=request.desk.pk, by=_get_actor(request), at=timezone.now()
        )
    if effect is not None:
        messages.info(request, _describe_effect(effect))
    return response


def _get_actor(request: AdminRequest) -> Actor:
    return Actor.of(request.agent) if request.agent else SYSTEM


def _describe_effect(effect: Effect) -> str:
    if effect.is_capped:
        return gettext("Open tickets follow this change now.")
    text = ngettext(
        "%(count)s open ticket follows this change now.",
        "%(count)s open tickets follow this change now.",
        effect.tickets,
    )
    return text % {"count": effect.tickets}


register_save_guard(Ladder, save_and_follow)
