"""The admin pages of tags."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.admin.base import DeskModelAdmin
from tickets.models import Tag


@admin.register(Tag)
class TagAdmin(DeskModelAdmin):
    """Tags. Deleting one removes it from all tickets, unless a rule or a policy uses it."""

    list_display: ClassVar[list[str]] = ["name"]
    search_fields: ClassVar[list[str]] = ["name__istartswith"]
    fields: ClassVar[list[str]] = ["name"]
