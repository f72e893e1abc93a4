"""The admin pages of tags."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils import timezone

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin
from tickets.models import Tag
from tickets.services.renamed_tags import rename_tag


@admin.register(Tag)
class TagAdmin(DeskModelAdmin):
    """Tags. Deleting one removes it from all tickets, unless a rule or a policy uses it."""

    list_display: ClassVar[list[str]] = ["name"]
    search_fields: ClassVar[list[str]] = ["name__istartswith"]
    fields: ClassVar[list[str]] = ["name"]

    def save_model(self, request: AdminRequest, obj: Tag, form: Any, change: bool) -> None:
        if change:
            rename_tag(tag=obj, by=request.agent or request.user, at=timezone.now())
        else:
            super().save_model(request, obj, form, change)
