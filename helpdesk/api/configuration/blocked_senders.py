"""Blocked senders: addresses and domains whose email goes to quarantine."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from channels_intake.incoming.blocking import clean_sender
from channels_intake.models import BlockedSender
from helpdesk.api.base import IsAdmin
from helpdesk.api.configuration.declared import CHANGES, RowSerializer, describe_fields
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    PagedListView,
    SettingView,
)
from helpdesk.api.references import ReferenceField
from helpdesk.api.serializers import read_input

SENDER_FIELDS = ("value", "why", "blocked_at")


class BlockedSenderSerializer(RowSerializer):
    """A sender whose email opens no ticket and joins none."""

    blocked_by = ReferenceField("agent", help_text=_("Who blocked the sender, or null."))

    class Meta:
        model = BlockedSender
        fields = ("id", *SENDER_FIELDS, "blocked_by")
        read_only_fields = ("blocked_at",)
        extra_kwargs = describe_fields(BlockedSender, SENDER_FIELDS)


class BlockedSenderFilters(serializers.Serializer[Any]):
    """Parameters of the list of blocked senders."""

    value = serializers.CharField(
        required=False, max_length=254, help_text=_("Only this address or domain.")
    )


class BlockedSendersView(SettingView):
    permission_classes = [IsAdmin]
    model = BlockedSender
    serializer_class = BlockedSenderSerializer
    related = ("blocked_by",)
    key = "value"

    def check(self, row: BlockedSender, stored: BlockedSender | None) -> None:
        if stored is None or stored.value != row.value:
            row.value = clean_sender(self.agent.desk, row.value)

    def save(self, row: BlockedSender, fields: list[str] | None) -> None:
        if row.pk is None:
            row.blocked_by = self.agent
        super().save(row, fields)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_blocked_senders",
        summary=_("List blocked senders"),
        description=_("Returns blocked addresses and domains, newest first. For desk admins."),
        parameters=[BlockedSenderFilters],
        responses=BlockedSenderSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="block_sender",
        summary=_("Block a sender"),
        description=_(
            "Email from the address or domain goes to quarantine from now on. The desk's own "
            "addresses, free email services and customers' domains can't be blocked. For desk "
            "admins."
        ),
        responses={201: BlockedSenderSerializer},
    ),
)
class BlockedSenderListView(BlockedSendersView, PagedListView):
    """The blocked senders."""

    def filter_rows(self, rows: QuerySet[BlockedSender]) -> QuerySet[BlockedSender]:
        value = read_input(BlockedSenderFilters, self.request.query_params).get("value")
        return rows if value is None else rows.filter(value=value.strip().lower())


@extend_schema_view(
    get=extend_schema(
        operation_id="show_blocked_sender",
        summary=_("Show a blocked sender"),
        description=_("Returns a blocked address or domain. For desk admins."),
    ),
    patch=extend_schema(
        operation_id="change_blocked_sender",
        summary=_("Change a blocked sender"),
        description=CHANGES,
    ),
    delete=extend_schema(
        operation_id="unblock_sender",
        summary=_("Unblock a sender"),
        description=_("Accepts email from the sender again. For desk admins."),
        responses={204: None},
    ),
)
class BlockedSenderView(BlockedSendersView, ChangeableRowView):
    """One blocked sender."""

    parameter = "blocked_sender_id"
