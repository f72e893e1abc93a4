"""Mailboxes and connected channels: how they are doing, their names, and switching them.

Secrets are entered in the admin site only, and are never shown. A new mailbox is added there, too,
because its address has to be verified.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from channels_intake.connections.pausing import resume
from channels_intake.mailboxes import get_default_error
from channels_intake.models import Connection, Mailbox
from helpdesk.api.base import IsAdmin
from helpdesk.api.configuration.declared import CHANGES, RowSerializer, describe_fields
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    SettingListView,
    SettingView,
)

READ_AND_CHANGE = ["get", "patch", "head", "options"]
READ = ["get", "head", "options"]
MAILBOX_FIELDS = ("address", "name", "is_active", "is_default", "unverified_mail", "signature")
SHOWN = ("kind", "external_id", "api_url", "problem", "checked_at", "last_event_at")


class MailboxSerializer(RowSerializer):
    """An address at which the desk receives and sends email."""

    verified_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("When the address was verified, or null.")
    )

    class Meta:
        model = Mailbox
        fields = ("id", *MAILBOX_FIELDS, "verified_at")
        read_only_fields = ("address",)
        extra_kwargs = describe_fields(
            Mailbox,
            MAILBOX_FIELDS,
            address=_("The address. It can't be changed, because it was verified."),
            is_active=_("If false, the desk neither receives nor sends email at this address."),
        )


class MailboxesView(SettingView):
    permission_classes = [IsAdmin]
    model = Mailbox
    serializer_class = MailboxSerializer

    def check(self, row: Mailbox, stored: Mailbox) -> None:
        if problem := get_default_error(row):
            raise ValidationError({"is_default": problem})


@extend_schema_view(
    get=extend_schema(
        operation_id="list_mailboxes",
        summary=_("List mailboxes"),
        description=_("Returns the desk's mailboxes by address. For desk admins."),
        responses=MailboxSerializer(many=True),
    )
)
class MailboxListView(MailboxesView, SettingListView):
    """All mailboxes."""

    http_method_names = READ


@extend_schema_view(
    get=extend_schema(
        operation_id="show_mailbox",
        summary=_("Show a mailbox"),
        description=_("Returns a mailbox and whether it is verified. For desk admins."),
    ),
    patch=extend_schema(
        operation_id="change_mailbox", summary=_("Change a mailbox"), description=CHANGES
    ),
)
class MailboxView(MailboxesView, ChangeableRowView):
    """One mailbox."""

    parameter = "mailbox_id"
    http_method_names = READ_AND_CHANGE


class ChannelSerializer(RowSerializer):
    """A connected channel, such as a Facebook page. Its secrets are never shown."""

    class Meta:
        model = Connection
        fields = ("id", "name", "is_paused", *SHOWN)
        read_only_fields = SHOWN
        extra_kwargs = describe_fields(
            Connection,
            ("name", "is_paused", *SHOWN),
            name=_("The channel's name at this desk."),
            problem=_("Why the channel isn't working, or empty."),
        )


class ChannelsView(SettingView):
    permission_classes = [IsAdmin]
    model = Connection
    serializer_class = ChannelSerializer

    def save(self, row: Connection, fields: list[str] | None) -> None:
        was_paused = Connection.objects.values_list("is_paused", flat=True).get(pk=row.pk)
        super().save(row, fields)
        if was_paused and not row.is_paused:
            resume(row, at=timezone.now())


@extend_schema_view(
    get=extend_schema(
        operation_id="list_channels",
        summary=_("List connected channels"),
        description=_("Returns the desk's channels and whether they work. For desk admins."),
        responses=ChannelSerializer(many=True),
    )
)
class ChannelListView(ChannelsView, SettingListView):
    """All connected channels."""

    http_method_names = READ


@extend_schema_view(
    get=extend_schema(
        operation_id="show_channel",
        summary=_("Show a connected channel"),
        description=_("Returns a channel and whether it works. For desk admins."),
    ),
    patch=extend_schema(
        operation_id="change_channel",
        summary=_("Rename, pause or resume a channel"),
        description=_(
            "While a channel is paused, messages and replies wait; they continue in order when you "
            "resume it. For desk admins."
        ),
    ),
)
class ChannelView(ChannelsView, ChangeableRowView):
    """One connected channel."""

    parameter = "channel_id"
    http_method_names = READ_AND_CHANGE
