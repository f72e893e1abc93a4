"""The admin pages of a desk's own reasons for closing tickets."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.admin.base import DeskModelAdmin
from tickets.models import ClosingReason


@admin.register(ClosingReason)
class ClosingReasonAdmin(DeskModelAdmin):
    """Reasons for closing, besides the built-in ones."""

    list_before_template = "admin/_closing_reasons.html"
    list_display: ClassVar[list[str]] = ["name", "is_solution", "is_active"]
    list_filter: ClassVar[list[str]] = ["is_active"]
    search_fields: ClassVar[list[str]] = ["name__istartswith"]
    fields: ClassVar[list[str]] = ["name", "is_solution", "is_active"]
