"""Lists in the order of changes, for programs that keep a copy of a desk.

The database sets ``changed_at`` (accounts/database/change_times.py), and a list ends where changes
are settled, so that none is missed.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.database.settled import find_settled_time
from helpdesk.api.contract.problems import ParameterError
from helpdesk.api.pagination import NewestFirst

SINCE = "updated_since"
SINCE_TEXT = _(
    "Only objects that changed at this time or later, in the order of their changes. Use the "
    "“changed_at” of the last one in your next request, and you won't miss a change. Changes from "
    "the last few seconds, and from transactions that are still running, appear later."
)


def make_change_field(**options: Any) -> serializers.DateTimeField:
    """Return the field whose value a program sends with its next request."""
    text = _("When the object last changed in any way, for “updated_since”.")
    return serializers.DateTimeField(read_only=True, help_text=text, **options)


class ChangeFilter(serializers.Serializer[Any]):
    """The parameter that asks for changes."""

    updated_since = serializers.DateTimeField(required=False, help_text=SINCE_TEXT)


class NewestOrChanged(NewestFirst):
    """Rows by id, newest first; by their last change, oldest first, with ``updated_since``."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        if SINCE in request.query_params:
            return ("changed_at", "id")
        return super().get_ordering(request, queryset, view)


def select_changed(rows: QuerySet[Any], given: QueryDict) -> QuerySet[Any]:
    """Return the rows that the parameter asks for, as far as settled. Raises ParameterError."""
    if SINCE not in given:
        return rows
    try:
        since = serializers.DateTimeField().run_validation(given[SINCE])
    except serializers.ValidationError as error:
        raise ParameterError({SINCE: list(map(str, error.detail))}) from None
    return rows.filter(changed_at__gte=since, changed_at__lte=find_settled_time())
