"""Admin pages of SLA policies: their order, versions, and which are never used."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.audited import SafeChangeList
from accounts.admin.ordering import OrderedAdmin, PlaceForm
from sla.admin.policy_forms import CONDITIONS, TARGET_HELP, PolicyForm
from sla.models import TARGETED, Policy
from sla.policies.contents import (
    Version,
    describe_conditions,
    describe_targets,
    keep_version,
    list_policies,
    list_versions,
    read_snapshot,
)
from sla.policies.review import find_flaw, list_flaws


class PolicyChangeList(SafeChangeList):
    """The list of policies, with the problems of each."""

    def get_results(self, request: Any) -> None:
        super().get_results(request)
        flaws = list_flaws(request.desk)
        for policy in self.result_list:
            policy.flaw = flaws.get(policy.pk, "")


@admin.register(Policy)
class PolicyAdmin(OrderedAdmin):
    """Policies, put in order by dragging the rows of the list or by typing their positions."""

    form = PolicyForm
    list_display = ["name", "position", "applies", "promises", "is_active", "flaw"]
    list_editable = ["position"]
    ordering_field = "position"
    list_before_template = "admin/_policy_order.html"
    readonly_fields = ["sentence", "versions"]
    fieldsets = [
        (None, {"fields": [("name", "is_active"), "sentence"]}),
        (
            _("Conditions"),
            {
                "fields": [kind.value for kind in CONDITIONS],
                "description": _(
                    "A ticket must meet every condition. If you choose several values in one, "
                    "any of them will do. An empty condition accepts every ticket."
                ),
            },
        ),
        (
            _("Targets"),
            {
                "fields": [(clock.value, f"{clock}_calendar") for clock in TARGETED],
                "description": TARGET_HELP,
            },
        ),
        (_("Versions"), {"fields": ["versions"]}),
    ]

    def get_queryset(self, request: AdminRequest) -> Any:
        found = super().get_queryset(request)
        return list_policies(request.desk).filter(pk__in=found.values("pk"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PolicyChangeList]:
        return PolicyChangeList

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.position = Policy.objects.filter(desk=request.desk).count() + 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        if not isinstance(form, PlaceForm):
            form.save_contents()
        super().save_related(request, form, formsets, change)
        keep_version(policy_id=form.instance.pk, by=request.agent, at=timezone.now())

    @admin.display(description=_("applies to"))
    def applies(self, policy: Policy) -> str:
        return describe_conditions(read_snapshot(policy)["conditions"])

    @admin.display(description=_("targets"))
    def promises(self, policy: Policy) -> str:
        lines = describe_targets(read_snapshot(policy)["targets"])
        return format_html_join("", "<div>{}: {}</div>", lines)

    @admin.display(description=_("check"))
    def flaw(self, policy: Policy) -> str:
        return str(getattr(policy, "flaw", ""))

    @admin.display(description=_("in words"))
    def sentence(self, policy: Policy) -> str:
        if not policy.pk:
            return gettext("Save the policy to read it in words.")
        text = describe_conditions(read_snapshot(policy)["conditions"])
        problem = find_flaw(policy)
        return format_html("{} <strong>{}</strong>", text, problem) if problem else text

    @admin.display(description=_("versions"))
    def versions(self, policy: Policy) -> str:
        if not policy.pk:
            return ""
        rows = format_html_join(
            "", "{}", ((_show_version(each),) for each in list_versions(policy))
        )
        return format_html('<ol class="policy-versions">{}</ol>', rows)


def _show_version(version: Version) -> str:
    number = gettext("Version %(number)s") % {"number": version.number}
    changes = format_html_join("", "<div>{}</div>", ((line,) for line in version.changes))
    return format_html(
        "<li><strong>{}</strong> {}{}</li>", number, _describe_origin(version), changes
    )


def _describe_origin(version: Version) -> str:
    at = date_format(timezone.localtime(version.at), "DATETIME_FORMAT")
    if not version.by:
        return at
    return gettext("%(time)s by %(name)s") % {"time": at, "name": version.by}
