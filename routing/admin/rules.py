"""Admin pages of routing rules: their order, conditions and actions, and their versions."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, is_desk_admin
from accounts.admin.base import DeskTabularInline
from accounts.admin.ordering import OrderedAdmin
from accounts.admin.records import RecordsAdmin
from routing.admin.rule_forms import ActionForm, ActionFormSet, ConditionForm, PartForm, RuleForm
from routing.models import Rule, RuleAction, RuleCondition, RuleVersion
from routing.rules.checking import find_problems
from routing.rules.sentences import describe_action, describe_condition
from routing.rules.versions import copy_action, copy_condition, save_version


class PartInline(DeskTabularInline):
    """Conditions or actions on the page of a rule."""

    def get_formset(self, request: AdminRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        cast("type[PartForm]", formset.form).groups = None  # its choices are those of the desk
        return formset


class ConditionInline(PartInline):
    model = RuleCondition
    form = ConditionForm
    fields = ["what", "is_negated", "value"]
    verbose_name_plural = _("if")


class ActionInline(PartInline):
    model = RuleAction
    form = ActionForm
    formset = ActionFormSet
    fields = ["what"]
    verbose_name_plural = _("then")


@admin.register(Rule)
class RuleAdmin(OrderedAdmin):
    """Routing rules, put in order by dragging the rows of the list or by typing their positions."""

    form = RuleForm
    list_display = ["name", "position", "conditions_text", "actions_text", "is_active", "stops"]
    list_editable = ["position"]
    ordering_field = "position"
    place_label = _("Position")
    list_before_template = "admin/_rule_order.html"
    change_form_before_template = "admin/_rule_help.html"
    fields = ["name", ("is_active", "stops")]
    inlines = [ConditionInline, ActionInline]

    def get_queryset(self, request: AdminRequest) -> QuerySet[Rule]:
        rules = super().get_queryset(request)
        return rules.prefetch_related(
            "conditions__plan",
            "conditions__product",
            "conditions__form_field",
            "actions__department",
            "actions__tag",
            "actions__priority",
            "actions__skill",
            "actions__desk",
        )

    @admin.display(description=_("if"))
    def conditions_text(self, rule: Rule) -> SafeString:
        found = (describe_condition(copy_condition(row)) for row in rule.conditions.all())
        return _list_lines([str(text) for text in found] or [str(_("Every request"))])

    @admin.display(description=_("then"))
    def actions_text(self, rule: Rule) -> SafeString:
        return _list_lines(
            [describe_action(copy_action(row), row.desk) for row in rule.actions.all()]
        )

    def changelist_view(
        self, request: AdminRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the rules with their problems; a new order is a new version."""
        if not is_desk_admin(request):
            return super().changelist_view(request, extra_context)
        with transaction.atomic():
            shown = {"problems": find_problems(request.desk)} if request.method == "GET" else {}
            response = super().changelist_view(request, {**shown, **(extra_context or {})})
            if request.method == "POST":
                self._save_version(request)
        return response

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._save_version(request)
        for problem in find_problems(request.desk):
            if problem.rule_id == form.instance.pk:
                messages.warning(request, problem.text)

    def delete_model(self, request: AdminRequest, obj: Rule) -> None:
        super().delete_model(request, obj)
        self._save_version(request)

    def _save_version(self, request: AdminRequest) -> None:
        save_version(desk_id=request.desk.pk, by_name=str(request.user), at=timezone.now())


@admin.register(RuleVersion)
class RuleVersionAdmin(RecordsAdmin):
    """Versions of the rules: what they were, who saved them, and what was different before."""

    list_display = ["number", "made_at", "by_name", "rule_count"]
    fields = ["number", "made_at", "by_name", "rules_text", "changes_text"]
    readonly_fields = fields
    ordering = ["-number"]

    @admin.display(description=_("rules"))
    def rule_count(self, version: RuleVersion) -> int:
        return len(version.rules)

    @admin.display(description=_("rules"))
    def rules_text(self, version: RuleVersion) -> SafeString:
        return _list_lines(write_lines(version))

    @admin.display(description=_("changes since the previous version"))
    def changes_text(self, version: RuleVersion) -> SafeString:
        before = RuleVersion.objects.filter(desk_id=version.desk_id, number=version.number - 1)
        return _list_lines(compare(before.first(), version))


def write_lines(version: RuleVersion) -> list[str]:
    """Return a version as lines of text: a rule, then its conditions and actions."""
    lines = []
    for place, rule in enumerate(version.rules, start=1):
        state = "" if rule["is_active"] else str(_("inactive"))
        ends = str(_("then stop") if rule["stops"] else _("then continue"))
        lines.append(f"{place}. {rule['name']} ({', '.join(filter(None, (state, ends)))})")
        lines += [f"— {describe_condition(each)}" for each in rule["conditions"]]
        lines += [f"→ {describe_action(each, version.desk)}" for each in rule["actions"]]
    return lines


def compare(before: RuleVersion | None, after: RuleVersion) -> list[str]:
    """Return the lines that a version removed and added, as a diff."""
    old, new = write_lines(before) if before else [], write_lines(after)
    found = unified_diff(old, new, n=1, lineterm="")
    return [line for line in found if not line.startswith(("---", "+++", "@@"))]


def _list_lines(lines: list[str]) -> SafeString:
    shown = format_html_join("", "<p>{}</p>", ((line,) for line in lines))
    return format_html('<div class="rule-lines">{}</div>', shown)
