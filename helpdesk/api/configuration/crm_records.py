"""Pulls of the CRM: started, listed with what they changed, and the records they skipped.

Reports name customers, so programs need the scope of customers to read them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import CrmConnection, CrmPull, CrmSetAside, Resource
from helpdesk.api.base import DeskView, IsAdmin
from helpdesk.api.configuration.crm_connections import CrmConnectionSerializer, CrmConnectionsView
from helpdesk.api.configuration.declared import describe_fields
from helpdesk.api.configuration.setting_rows import SettingRowView
from helpdesk.api.pagination import MAX_ID, NewestFirst
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import read_input
from helpdesk.shared.crm_pulls import request_pull

CHANGE_FIELDS = ("module", "record", "name", "what", "fields")  # as in a pull's report
COUNTS = ("created", "changed", "unchanged", "set_aside")
PULL_FIELDS = ("state", "started_at", "finished_at", "since", *COUNTS)
SKIPPED_FIELDS = ("module", "record_id", "name", "may_heal", "first_at")


class CrmChange(serializers.Serializer[Any]):
    """A customer that a pull created or changed."""

    module = serializers.CharField(help_text=_("The module of the CRM."))
    record = serializers.CharField(help_text=_("The record's ID in the CRM."))
    name = serializers.CharField(help_text=_("The name."))
    what = serializers.ChoiceField(("created", "changed"), help_text=_("What happened."))
    fields = serializers.CharField(  # type: ignore[assignment]  # a field, taken off the class
        help_text=_("The fields that were changed, in words.")
    )


class CrmPullRow(serializers.ModelSerializer[CrmPull]):
    """A pull of the CRM."""

    problem = serializers.CharField(source="explanation", help_text=_("error"))

    class Meta:
        model = CrmPull
        fields: tuple[str, ...] = ("id", *PULL_FIELDS, "problem")
        extra_kwargs = describe_fields(CrmPull, PULL_FIELDS)


class CrmPullReport(CrmPullRow):
    """A pull of the CRM with its first changes."""

    changes = serializers.SerializerMethodField(help_text=_("The first 500 changes."))

    class Meta(CrmPullRow.Meta):
        fields = (*CrmPullRow.Meta.fields, "changes")

    @extend_schema_field(CrmChange(many=True))
    def get_changes(self, pull: CrmPull) -> list[dict[str, str]]:
        names = CHANGE_FIELDS
        return [{name: line.get(name, "") for name in names} for line in pull.report]


class SkippedRecord(serializers.ModelSerializer[CrmSetAside]):
    """A record of the CRM that was skipped."""

    pull_id = serializers.IntegerField(
        allow_null=True, help_text=_("The last pull that skipped the record.")
    )
    problem = serializers.CharField(source="explanation", help_text=_("reason"))

    class Meta:
        model = CrmSetAside
        fields = ("id", *SKIPPED_FIELDS, "pull_id", "problem")
        extra_kwargs = describe_fields(CrmSetAside, SKIPPED_FIELDS)


class SkippedRecordFilters(serializers.Serializer[Any]):
    """Parameters of the list of skipped records."""

    pull_id = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_ID, help_text=_("Only records of this pull.")
    )


class PullNowView(CrmConnectionsView, SettingRowView):
    parameter = "connection_id"
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="start_crm_pull",
        summary=_("Pull now"),
        description=_(
            "Starts a pull of the CRM in the background. Returns 409 if the connection is paused "
            "or the CRM asked to wait. For desk admins."
        ),
        request=None,
        responses={202: CrmConnectionSerializer},
    )
    def post(self, request: Request, connection_id: int) -> Response:
        """Queue a pull."""
        request_pull(self.get_row(), by=self.agent)
        return self.show(connection_id, status=202)


class CrmRecordsView(DeskView):
    """What belongs to a connection."""

    permission_classes = [IsAdmin]
    resource = Resource.CUSTOMERS

    def get_connection(self) -> CrmConnection:
        """Return the desk's connection of the URL. Raises Http404."""
        mine = CrmConnection.objects.filter(desk=self.agent.desk_id)
        return get_row(mine, self.kwargs["connection_id"])

    def get_pulls(self) -> QuerySet[CrmPull]:
        """Return the pulls of the connection. Raises Http404."""
        return CrmPull.objects.filter(desk=self.agent.desk_id, connection=self.get_connection())


class PullListView(CrmRecordsView):
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_crm_pulls",
        summary=_("List CRM pulls"),
        description=_("Returns the pulls of the connection, newest first. For desk admins."),
        responses=CrmPullRow(many=True),
    )
    def get(self, request: Request, connection_id: int) -> Response:
        """List the pulls, without their reports."""
        page = self.paginate_queryset(self.get_pulls().defer("report"))
        return self.get_paginated_response(CrmPullRow(page or (), many=True).data)


class PullView(CrmRecordsView):
    @extend_schema(
        operation_id="show_crm_pull",
        summary=_("Show a CRM pull"),
        description=_("Returns a pull with the customers that it changed. For desk admins."),
        responses=CrmPullReport,
    )
    def get(self, request: Request, connection_id: int, pull_id: int) -> Response:
        """Show a pull with its report."""
        return Response(CrmPullReport(get_row(self.get_pulls(), pull_id)).data)


class SkippedListView(CrmRecordsView):
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_skipped_crm_records",
        summary=_("List skipped CRM records"),
        description=_("Returns the records that couldn't be imported, and why. For desk admins."),
        parameters=[SkippedRecordFilters],
        responses=SkippedRecord(many=True),
    )
    def get(self, request: Request, connection_id: int) -> Response:
        """List the skipped records."""
        wanted = read_input(SkippedRecordFilters, request.query_params)
        mine = CrmSetAside.objects.filter(
            desk=self.agent.desk_id, connection=self.get_connection(), **wanted
        )
        page = self.paginate_queryset(mine)
        return self.get_paginated_response(SkippedRecord(page or (), many=True).data)


CRM_RECORDS = [
    path("crm-connections/<int:connection_id>/pull/", PullNowView.as_view(), name="crm_pull_now"),
    path("crm-connections/<int:connection_id>/pulls/", PullListView.as_view(), name="crm_pulls"),
    path(
        "crm-connections/<int:connection_id>/pulls/<int:pull_id>/",
        PullView.as_view(),
        name="crm_pull",
    ),
    path(
        "crm-connections/<int:connection_id>/skipped-records/",
        SkippedListView.as_view(),
        name="skipped_crm_records",
    ),
]
