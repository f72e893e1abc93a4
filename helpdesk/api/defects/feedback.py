"""Product feedback: the lists that agents fill when they close tickets (M64)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.pagination import Keyset
from tickets.improvements.ranking import (
    Listed,
    get_status,
    list_bugs,
    list_improvements,
    name_accounts,
)
from tickets.models import Defect, ImprovementStatus
from tickets.selectors import MAX_SEARCH_LENGTH

LIST = OpenApiParameter("list", enum=list(Listed), description=_("Which list to return."))
STATUS = OpenApiParameter(
    "status", enum=ImprovementStatus.values, description=_("Only entries of this status.")
)
WORDS = OpenApiParameter("q", description=_("Only entries whose title contains these words."))


class FeedbackOutput(serializers.Serializer[Any]):
    """An entry of a list. key: of the defect, "" for entries of the other lists."""

    id = serializers.IntegerField(help_text=_("Number of the entry, or of the defect."))
    key = serializers.CharField(
        help_text=_("Key of the defect; empty for entries of the other lists.")
    )
    title = serializers.CharField(help_text=_("What is asked for."))
    status = serializers.ChoiceField(
        choices=ImprovementStatus.choices, help_text=_("How it was decided.")
    )
    accounts = serializers.IntegerField(help_text=_("Number of accounts that ask for it."))
    tickets = serializers.IntegerField(help_text=_("Number of tickets that ask for it."))
    account_names = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Accounts whose tickets you can see, those with the most tickets first."),
    )


class MostAccountsFirst(Keyset):
    """Entries by the number of accounts that ask, then of tickets."""

    ordering = ("-accounts", "-tickets", "-id")


class FeedbackListView(DeskView):
    """The entries of a list."""

    pagination_class = MostAccountsFirst
    serializer_class = FeedbackOutput

    def get_queryset(self) -> QuerySet[Any]:
        query = self.request.query_params
        listed = _choose("list", query.get("list", Listed.DOCUMENTATION.value), list(Listed))
        status = query.get("status", "")
        if status:
            _choose("status", status, ImprovementStatus.values)
        asked = {"status": status, "words": query.get("q", "").strip()[:MAX_SEARCH_LENGTH]}
        if listed == Listed.BUGS:
            return list_bugs(self.agent, **asked)
        return list_improvements(self.agent, listed, **asked)

    @extend_schema(
        operation_id="list_product_feedback",
        summary=_("List product feedback"),
        description=_(
            "Returns what agents noted about tickets when they closed them, 50 entries per page: "
            "missing documentation, bugs or feature requests. What most accounts ask for comes "
            "first. Only accounts whose tickets you can see are named."
        ),
        parameters=[LIST, STATUS, WORDS],
        responses=FeedbackOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the entries, what most accounts ask for first."""
        page: Any = self.paginate_queryset(self.get_queryset())
        listed = request.query_params.get("list", Listed.DOCUMENTATION.value)
        named = name_accounts(self.agent, listed, [one.pk for one in page])
        return self.get_paginated_response(
            [_describe(one, [name for _pk, name in named.get(one.pk, [])]) for one in page]
        )


def _describe(entry: Any, accounts: list[str]) -> dict[str, Any]:
    is_bug = isinstance(entry, Defect)
    return {
        "id": entry.number if is_bug else entry.pk,
        "key": entry.key if is_bug else "",
        "title": entry.title,
        "status": get_status(entry).value,
        "accounts": entry.accounts,
        "tickets": entry.tickets,
        "account_names": accounts,
    }


def _choose(name: str, value: str, known: list[Any]) -> str:
    if value not in known:
        text = gettext("Choose one of: %(values)s") % {"values": ", ".join(map(str, known))}
        raise ValidationError({name: [text]})
    return value
