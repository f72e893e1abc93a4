"""The admin pages of priorities, and their order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm
from accounts.admin.ordering import OrderedAdmin, PlaceOrder
from accounts.admin.texts import Text, TranslatedAdmin, TranslatedForm
from tickets.models import Priority
from tickets.selectors import get_priority_deletion_error
from tickets.services.priorities import save_priority


class PriorityForm(TranslatedForm, DeskForm):
    """A priority. The default for email moves from one priority to another and is never unset.

    A new one is offered the last rank.
    """

    texts = (
        Text("name", ("name",), _("Name"), max_length=20),
        Text("definition", ("definition",), _("Definition"), is_long=True),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            last = Priority.objects.filter(desk=self.desk).aggregate(last=Max("rank"))["last"]
            self.initial.setdefault("rank", (last or 0) + 1)

    def get_own_language(self) -> str:
        return self.desk.language if self.desk else ""

    def get_fallback(self, text: Text, language: str) -> str:
        return str(getattr(self.instance, text.name))

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"is_mail_default"}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("is_retired") and found.get("is_mail_default"):
            self.add_error(
                "is_retired",
                gettext(
                    "The default for email can't be retired. Make another priority the default "
                    "first."
                ),
            )
        return found

    def clean_is_mail_default(self) -> bool:
        wanted: bool = self.cleaned_data["is_mail_default"]
        if self.initial.get("is_mail_default") and not wanted:
            raise ValidationError(
                gettext(
                    "Email needs a default priority. Make another priority the default instead."
                )
            )
        return wanted


class PriorityOrder(PlaceOrder):
    """The ranks of the list. Retired priorities come last."""

    def get_sort_key(self, row: Any) -> tuple[Any, ...]:
        return row.instance.is_retired, *super().get_sort_key(row)


@admin.register(Priority)
class PriorityAdmin(TranslatedAdmin, OrderedAdmin):
    """Priorities, put in order by dragging the rows of the list or by typing their ranks."""

    form = PriorityForm
    list_display = ["name", "rank", "weight", "is_mail_default", "is_retired"]
    list_editable = ["rank"]
    ordering_field = "rank"
    place_order = PriorityOrder
    list_before_template = "admin/_priority_order.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "rank"),
                    "definition",
                    "weight",
                    ("is_mail_default", "is_retired"),
                ]
            },
        )
    ]
    text_rows = (("name",), ("definition",))

    def get_own_language(self, request: AdminRequest, obj: Any) -> str:
        return str(request.desk.language)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        is_default = isinstance(obj, Priority) and obj.is_mail_default
        return super().has_delete_permission(request, obj) and not is_default

    def delete_view(self, request: AdminRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Ask for confirmation, or return to the priority with the reason if tickets have it."""
        priority = self.get_object(request, object_id)
        if priority is None or not self.has_delete_permission(request, priority):
            return super().delete_view(request, object_id, *args, **kwargs)
        if problem := get_priority_deletion_error(priority):
            messages.error(request, problem)
            page = reverse("admin:tickets_priority_change", args=[priority.pk])
            return HttpResponseRedirect(page)
        return super().delete_view(request, object_id, *args, **kwargs)

    def save_model(self, request: AdminRequest, obj: Priority, form: Any, change: bool) -> None:
        obj.desk = request.desk
        save_priority(obj)
