"""Pages of lists by keyset. A cursor that was changed by hand is a 400."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

MAX_ID = 2**63 - 1


class Keyset(CursorPagination):
    """Fifty rows per page. Subclasses say which positions their column can have."""

    page_size = 50

    def is_position(self, text: str) -> bool:
        """Return True if the text can be a value of the column that orders the list."""
        raise NotImplementedError

    def decode_cursor(self, request: Request) -> Any:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise ParseError(gettext("The cursor is invalid.")) from None
        if cursor is None:
            return None
        is_in_range = cursor.offset < self.offset_cutoff
        is_known = cursor.position is None or self.is_position(str(cursor.position))
        if not is_in_range or not is_known:
            raise ParseError(gettext("The cursor is invalid."))
        return cursor


class NewestFirst(Keyset):
    """Rows by id, the newest first."""

    ordering = "-id"

    def is_position(self, text: str) -> bool:
        return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID


class LastChangedFirst(Keyset):
    """Tickets by the time of the last change."""

    ordering = ("-updated_at", "-ticket_id")

    def is_position(self, text: str) -> bool:
        """Return True for a time with its zone that UTC can express, too."""
        try:
            moment = parse_datetime(text)
            return moment is not None and moment.tzinfo is not None and bool(moment.astimezone(UTC))
        except (ValueError, OverflowError):
            return False
