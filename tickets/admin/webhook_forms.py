"""Admin form of webhooks: chosen events and filters as fields of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from accounts.admin.base import DeskForm
from accounts.models import Department, Plan
from tickets.models import Priority, Tag, WebhookSubscription
from tickets.webhooks.kinds import CATALOG, is_internal
from tickets.webhooks.subscriptions import MAX_SUBSCRIPTIONS, check_filters, check_kinds

# Filters that the form offers. Others are set by the API, and stay.
OFFERED = {"department": Department, "priority": Priority, "tag": Tag, "plan": Plan}
PREFIX = "only_"


def list_choices() -> list[tuple[str, str]]:
    """Return all kinds with their names, the internal ones last."""
    kinds = sorted(CATALOG, key=is_internal)
    return [(str(kind), f"{CATALOG[kind].name} ({kind})") for kind in kinds]


def _rows(model: Any, label: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        model._default_manager.none(),
        required=False,
        label=label,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Leave empty for all tickets."),
    )


class WebhookForm(DeskForm):
    """A webhook. Its secret isn't a field: it's made, and shown once."""

    url = WebhookSubscription._meta.get_field("url").formfield(
        assume_scheme="https", widget=UnfoldAdminURLInputWidget()
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        label=_("Events"),
        choices=list_choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_(
            "Leave empty for all events. The last ones are internal and need the option below."
        ),
    )
    only_department = _rows(Department, _("Departments"))
    only_priority = _rows(Priority, _("Priorities"))
    only_tag = _rows(Tag, _("Tags"))
    only_plan = _rows(Plan, _("Plans"))

    class Meta:
        model = WebhookSubscription
        fields: ClassVar[list[str]] = [
            "name", "url", "kinds", "payload", "format", "includes_internal",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.filters or {}
        for name, model in OFFERED.items():
            field: Any = self.fields[PREFIX + name]
            field.queryset = model._default_manager.filter(desk=self.desk)
            ids = [int(each) for each in stored.get(name, "").split(",") if each]
            self.initial.setdefault(PREFIX + name, ids)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.instance.pk is None and self._count() >= MAX_SUBSCRIPTIONS:
            text = gettext("A desk can have up to %(maximum)s webhooks. Delete one first.")
            raise ValidationError(text % {"maximum": MAX_SUBSCRIPTIONS})
        if "kinds" in found:
            with_internal = bool(found.get("includes_internal"))
            try:
                found["kinds"] = check_kinds(found["kinds"], includes_internal=with_internal)
            except ValidationError as error:
                self.add_error("kinds", error)
        if not self.errors:
            self.instance.filters = self._build_filters(found)
        return found

    def _count(self) -> int:
        return WebhookSubscription.objects.filter(desk=self.desk).count()

    def _build_filters(self, found: dict[str, Any]) -> dict[str, str]:
        kept = {k: v for k, v in (self.instance.filters or {}).items() if k not in OFFERED}
        for name in OFFERED:
            if rows := found.get(PREFIX + name):
                kept[name] = ",".join(str(row.pk) for row in rows)
        return check_filters(kept, desk_id=self.instance.desk_id)
