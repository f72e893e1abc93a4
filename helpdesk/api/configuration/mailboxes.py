"""Mailboxes: added, verified with a code sent to their address, changed and deleted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from channels_intake.mailboxes import VerificationError, get_default_error, verify_by_code
from channels_intake.models import Mailbox
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.api.base import IsAdmin
from helpdesk.api.configuration.declared import (
    CHANGES,
    DELETES,
    RowSerializer,
    describe_fields,
)
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    SettingListView,
    SettingRowView,
    SettingView,
)
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.shared.http.rate_limits import is_within_limit
from helpdesk.shared.mailbox_codes import send_code
from tickets.errors import ConflictError

MAILBOX_FIELDS = ("address", "name", "is_active", "is_default", "unverified_mail", "signature")
DESCRIBED: Any = describe_fields(
    Mailbox,
    MAILBOX_FIELDS,
    address=_("The address. It can't be changed, because it was verified."),
    is_active=_("If false, the desk neither receives nor sends email at this address."),
)


class MailboxSerializer(RowSerializer):
    """An address at which the desk receives and sends email."""

    verified_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("When the address was verified, or null.")
    )

    class Meta:
        model = Mailbox
        fields = ("id", *MAILBOX_FIELDS, "verified_at")
        read_only_fields: tuple[str, ...] = ("address",)
        extra_kwargs = DESCRIBED


class NewMailbox(MailboxSerializer):
    """A new mailbox with its address."""

    class Meta(MailboxSerializer.Meta):
        read_only_fields = ()


class MailboxCode(StrictSerializer):
    """The code from the email that was sent to the address."""

    code = serializers.CharField(
        max_length=40, help_text=_("The code. Hyphens and upper or lower case don't matter.")
    )


class MailboxesView(SettingView):
    permission_classes = [IsAdmin]
    model = Mailbox
    serializer_class = MailboxSerializer
    key = "address"

    def check(self, row: Mailbox, stored: Mailbox | None) -> None:
        if stored is not None and stored.address != row.address:
            text = gettext("The address can't be changed, because it was verified.")
            raise ValidationError({"address": text})
        if problem := get_default_error(row):
            raise ValidationError({"is_default": problem})


@extend_schema_view(
    get=extend_schema(
        operation_id="list_mailboxes",
        summary=_("List mailboxes"),
        description=_("Returns the desk's mailboxes by address. For desk admins."),
        responses=MailboxSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_mailbox",
        summary=_("Add a mailbox"),
        description=_(
            "Adds an address. It receives and sends email once it is verified: send a code to it, "
            "and enter the code. For desk admins."
        ),
        request=NewMailbox,
        responses={201: MailboxSerializer},
    ),
)
class MailboxListView(MailboxesView, SettingListView):
    """All mailboxes, and a new one."""

    serializer_class = NewMailbox


@extend_schema_view(
    get=extend_schema(
        operation_id="show_mailbox",
        summary=_("Show a mailbox"),
        description=_("Returns a mailbox and whether it is verified. For desk admins."),
    ),
    patch=extend_schema(
        operation_id="change_mailbox", summary=_("Change a mailbox"), description=CHANGES
    ),
    delete=extend_schema(
        operation_id="delete_mailbox",
        summary=_("Delete a mailbox"),
        description=DELETES,
        responses={204: None},
    ),
)
class MailboxView(MailboxesView, ChangeableRowView):
    """One mailbox."""

    parameter = "mailbox_id"


class MailboxActView(MailboxesView, SettingRowView):
    """An action on a mailbox, outside of a transaction: failed attempts at a code must count."""

    parameter = "mailbox_id"
    http_method_names = ["post", "options"]
    runs_outside = True


class MailboxCodeView(MailboxActView):
    @extend_schema(
        operation_id="send_mailbox_code",
        summary=_("Send a code to a mailbox"),
        description=_(
            "Sends an email with a code to the address; earlier codes stop working. Returns 409 if "
            "the mail server rejects it. For desk admins."
        ),
        request=None,
        responses=MailboxSerializer,
    )
    def post(self, request: Request, mailbox_id: int) -> Response:
        """Send a code; do nothing if the address is verified."""
        mailbox: Mailbox = self.get_row()
        if mailbox.verified_at is not None:
            return self.show(mailbox_id)
        if not is_within_limit(request._request, "mailbox_code", mailbox.address):
            raise Throttled
        try:
            send_code(mailbox, by=self.agent.user, at=timezone.now())
        except MAIL_SERVER_ERRORS as error:
            text = gettext("The mail server rejected the email (%(error)s). Send a new code.")
            raise ConflictError(text % {"error": error}) from None
        return self.show(mailbox_id)


class MailboxVerificationView(MailboxActView):
    @extend_schema(
        operation_id="verify_mailbox",
        summary=_("Verify a mailbox"),
        description=_(
            "Verifies the address with the code that was sent to it. A code is valid for seven "
            "days and five attempts. For desk admins."
        ),
        request=MailboxCode,
        responses=MailboxSerializer,
    )
    def post(self, request: Request, mailbox_id: int) -> Response:
        """Verify a mailbox with a code."""
        mailbox = self.get_row()
        code = read_input(MailboxCode, request.data)["code"]
        try:
            verify_by_code(mailbox, code, by=self.agent.user, at=timezone.now())
        except VerificationError as refused:
            raise serializers.ValidationError({"code": [str(refused)]}) from None
        return self.show(mailbox_id)
