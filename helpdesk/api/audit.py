"""The audit log: who changed which setting or right, and when. Nothing here writes."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AuditAction, AuditEntry
from helpdesk.api.base import DeskView, IsAdmin
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.serializers import read_input

MAX_LABEL = 100
SHOWN_ELSEWHERE = ("model", "pk", "changes")


class AuditChange(serializers.Serializer[Any]):
    """A changed field. Values are text; numbers, lists and objects are JSON."""

    field = serializers.CharField(help_text=_("The name of the field."))
    before = serializers.CharField(allow_null=True, help_text=_("The value before, or null."))
    after = serializers.CharField(allow_null=True, help_text=_("The value after, or null."))


class AuditRow(serializers.ModelSerializer[AuditEntry]):
    """A change to a setting or a permission."""

    summary = serializers.CharField(help_text=_("The action in your language."))
    table = serializers.SerializerMethodField(
        help_text=_("The kind of row that was changed, such as “sla.calendar”, or empty.")
    )
    row_id = serializers.SerializerMethodField(help_text=_("The id of that row, or empty."))
    changes = serializers.SerializerMethodField(help_text=_("The fields that were changed."))
    facts = serializers.SerializerMethodField(
        help_text=_("More facts about the action, by name. Lists and objects are JSON.")
    )

    class Meta:
        model = AuditEntry
        fields = (
            "id",
            "at",
            "actor",
            "action",
            "summary",
            "table",
            "row_id",
            "target",
            "changes",
            "facts",
        )
        extra_kwargs = {
            "at": {"help_text": _("When it happened.")},
            "actor": {"help_text": _("Who did it: an address, an agent's name, or a system.")},
            "action": {"help_text": _("The code of the action.")},
            "target": {"help_text": _("The name of what was changed.")},
        }

    def get_table(self, entry: AuditEntry) -> str:
        return str(entry.detail.get("model", ""))

    def get_row_id(self, entry: AuditEntry) -> str:
        return str(entry.detail.get("pk", ""))

    @extend_schema_field(AuditChange(many=True))
    def get_changes(self, entry: AuditEntry) -> list[dict[str, Any]]:
        changes = entry.detail.get("changes") or {}
        return [
            {"field": name, "before": _as_text(before), "after": _as_text(after)}
            for name, (before, after) in changes.items()
        ]

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_null=True)))
    def get_facts(self, entry: AuditEntry) -> dict[str, str | None]:
        others = entry.detail.items()
        return {name: _as_text(value) for name, value in others if name not in SHOWN_ELSEWHERE}


def _as_text(value: Any) -> str | None:
    """Return a stored value as text: JSON for all but text, null for none."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


class AuditFilters(serializers.Serializer[Any]):
    """Parameters of the audit log."""

    actor = serializers.CharField(
        required=False, max_length=254, help_text=_("Only entries by exactly this actor.")
    )
    action = serializers.ChoiceField(
        AuditAction.choices, required=False, help_text=_("Only entries with this action.")
    )
    table = serializers.CharField(
        required=False,
        max_length=MAX_LABEL,
        help_text=_("Only entries about this kind of row, such as “accounts.plan”."),
    )
    row_id = serializers.CharField(
        required=False,
        max_length=MAX_LABEL,
        help_text=_("Only entries about the row with this id."),
    )
    since = serializers.DateTimeField(
        required=False, help_text=_("Only entries at or after this time.")
    )
    until = serializers.DateTimeField(required=False, help_text=_("Only entries before this time."))


COLUMNS = {
    "actor": "actor",
    "action": "action",
    "table": "about_model",
    "row_id": "about_pk",
    "since": "at__gte",
    "until": "at__lt",
}


class AuditListView(DeskView):
    permission_classes = [IsAdmin]
    serializer_class = AuditRow
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[AuditEntry]:
        """Return the entries that match the parameters. Raises ValidationError."""
        given = read_input(AuditFilters, self.request.query_params)
        wanted = {COLUMNS[name]: value for name, value in given.items()}
        return AuditEntry.objects.filter(desk=self.agent.desk_id, **wanted)

    @extend_schema(
        operation_id="list_audit_entries",
        summary=_("List audit entries"),
        description=_(
            "Returns changes to settings and permissions, newest first. For desk admins."
        ),
        parameters=[AuditFilters],
        responses=AuditRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """List audit entries, the newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(AuditRow(page or (), many=True).data)
