"""The admin pages of blocked senders."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError

from accounts.admin.base import DeskForm, DeskModelAdmin
from channels_intake.incoming.blocking import clean_sender
from channels_intake.models import BlockedSender
from tickets.errors import InvalidValueError


class BlockedSenderForm(DeskForm):
    """A blocked address or domain."""

    def clean_value(self) -> str:
        assert self.desk is not None  # noqa: S101 (a page of a desk)
        try:
            return clean_sender(self.desk, self.cleaned_data["value"])
        except InvalidValueError as error:
            raise ValidationError(str(error)) from None


@admin.register(BlockedSender)
class BlockedSenderAdmin(DeskModelAdmin):
    """Blocked senders. Deleting one accepts their email again."""

    form = BlockedSenderForm
    list_display: ClassVar[list[str]] = ["value", "why", "blocked_by", "blocked_at"]
    list_select_related: ClassVar[list[str]] = ["blocked_by"]
    search_fields: ClassVar[list[str]] = ["value__istartswith"]
    fields: ClassVar[list[str]] = ["value", "why"]
