"""Webhooks of the desk: add, change, pause, resume, test and replay. For desk admins."""

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

from accounts.models import Role
from helpdesk.api.base import IsAgent
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    SettingListView,
    SettingRowView,
    SettingView,
)
from helpdesk.api.idempotency import run_once
from helpdesk.api.serializers import read_input
from helpdesk.api.webhooks.serializers import (
    CreatedWebhook,
    ReplayInput,
    WebhookSecret,
    WebhookSerializer,
    WebhookTestResult,
)
from helpdesk.shared.http.rate_limits import is_within_limit
from tickets.errors import ConflictError
from tickets.models import WebhookSubscription
from tickets.webhooks.attempts import Outcome
from tickets.webhooks.describing import describe_result
from tickets.webhooks.notices import tell_of_internal
from tickets.webhooks.replaying import start_replay
from tickets.webhooks.subscriptions import (
    MAX_SUBSCRIPTIONS,
    check_filters,
    check_kinds,
    make_secret,
    pause,
    resume,
    rotate_secret,
)
from tickets.webhooks.testing import send_test


class IsAdmin(IsAgent):
    """Let desk admins in only: URLs of webhooks often hold secrets of their receivers."""

    message = _("Only desk admins can use webhooks.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        return bool(request.agent.role == Role.ADMIN)  # type: ignore[attr-defined]  # by accounts.middleware


class WebhooksView(SettingView):
    permission_classes = [IsAdmin]
    model = WebhookSubscription
    serializer_class = WebhookSerializer
    related = ("desk",)

    def check(self, row: WebhookSubscription, stored: WebhookSubscription | None) -> None:
        row.clean()
        try:
            row.kinds = check_kinds(row.kinds, includes_internal=row.includes_internal)
        except ValidationError as error:
            raise ValidationError({"kinds": error.messages}) from None
        try:
            row.filters = check_filters(row.filters, desk_id=row.desk_id)
        except ValidationError as error:
            raise ValidationError({"filters": error.messages}) from None
        self.was_internal = stored is not None and stored.includes_internal

    def save(self, row: WebhookSubscription, fields: list[str] | None) -> None:
        super().save(row, fields)
        if row.includes_internal and not self.was_internal:
            tell_of_internal(row, at=timezone.now())


@extend_schema_view(
    get=extend_schema(
        operation_id="list_webhooks",
        summary=_("List webhooks"),
        description=_("Returns the desk's webhooks by name. For desk admins."),
        responses=WebhookSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_webhook",
        summary=_("Add a webhook"),
        description=_(
            "Subscribes a URL to ticket events from now on. Only this response contains the "
            "secret that signs the requests. For desk admins."
        ),
        responses={201: CreatedWebhook},
    ),
)
class WebhookListView(WebhooksView, SettingListView):
    """All webhooks, and a new one."""

    def post(self, request: Request) -> Response:
        """Add a webhook, and show its secret."""
        values = self.read(request)
        secret = make_secret()
        made = run_once(request, lambda: self._add(values, secret), visible=self.get_rows())
        shown = secret if made.secret == secret else ""
        row = self.get_rows().get(pk=made.pk)
        return Response({**self.describe(row), "secret": shown}, status=201)

    def _add(self, values: dict[str, Any], secret: str) -> WebhookSubscription:
        if self.get_rows().count() >= MAX_SUBSCRIPTIONS:
            text = gettext("A desk can have up to %(maximum)s webhooks. Delete one first.")
            raise ConflictError(text % {"maximum": MAX_SUBSCRIPTIONS})
        now = timezone.now()
        row = WebhookSubscription(desk=self.agent.desk, next_try_at=now, created_at=now)
        row.set_secret(secret)
        self.write(row, values)
        return row


@extend_schema_view(
    get=extend_schema(
        operation_id="show_webhook",
        summary=_("Show a webhook"),
        description=_("Returns a webhook without its secret. For desk admins."),
    ),
    patch=extend_schema(
        operation_id="change_webhook",
        summary=_("Change a webhook"),
        description=_(
            "Changes the given fields. Waiting events are sent with the new settings. For desk "
            "admins."
        ),
    ),
    delete=extend_schema(
        operation_id="delete_webhook",
        summary=_("Delete a webhook"),
        description=_("Deletes a webhook with its deliveries. For desk admins."),
        responses={204: None},
    ),
)
class WebhookView(WebhooksView, ChangeableRowView):
    """One webhook."""

    parameter = "webhook_id"


class WebhookActView(WebhooksView, SettingRowView):
    """An act on a webhook."""

    parameter = "webhook_id"
    http_method_names = ["post", "options"]


class WebhookPauseView(WebhookActView):
    @extend_schema(
        operation_id="pause_webhook",
        summary=_("Pause a webhook"),
        description=_("Stops sending; events wait. For desk admins."),
        request=None,
        responses=WebhookSerializer,
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Pause a webhook; a paused one stays as it is."""
        pause(self.get_row(), by=self.agent, at=timezone.now())
        return self.show(webhook_id)


class WebhookResumeView(WebhookActView):
    @extend_schema(
        operation_id="resume_webhook",
        summary=_("Resume a webhook"),
        description=_("Sends the waiting events, in order. For desk admins."),
        request=None,
        responses=WebhookSerializer,
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Resume a webhook; an active one stays as it is."""
        resume(self.get_row(), by=self.agent, at=timezone.now())
        return self.show(webhook_id)


class WebhookSecretView(WebhookActView):
    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary=_("Create a new secret"),
        description=_(
            "Returns a new secret, which is shown only once. For 24 hours, requests are also "
            "signed with the previous one. For desk admins."
        ),
        request=None,
        responses={201: WebhookSecret},
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Rotate the secret of a webhook."""
        row, made = self.get_row(), []

        def rotate() -> WebhookSubscription:
            made.append(rotate_secret(row, by=self.agent, at=timezone.now()))
            return row

        run_once(request, rotate, visible=self.get_rows())
        return Response({"id": row.pk, "secret": made[0] if made else ""}, status=201)


class WebhookTestView(WebhookActView):
    runs_outside = True

    @extend_schema(
        operation_id="test_webhook",
        summary=_("Send a test event"),
        description=_(
            "Sends a test event and returns the receiver's response. Up to ten per minute. For "
            "desk admins."
        ),
        request=None,
        responses=WebhookTestResult,
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Send a test event."""
        row = self.get_row()
        if not is_within_limit(request._request, "webhook_test"):
            raise Throttled
        return _test(row)


class WebhookReplayView(WebhookActView):
    @extend_schema(
        operation_id="replay_webhook",
        summary=_("Replay events"),
        description=_(
            "Sends all events again, starting at an event or a time, oldest first and with the "
            "same webhook-ids. The replay runs in the background (202). For desk admins."
        ),
        request=ReplayInput,
        responses={202: WebhookSerializer},
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Start a replay; one that is running starts anew."""
        row = self.get_row()
        given = read_input(ReplayInput, request.data)
        if len(given) != 1:
            text = gettext("Give either “event_id” or “since”.")
            raise serializers.ValidationError({"event_id": [text]})
        start_replay(row, by=self.agent, at=timezone.now(), **given)
        return self.show(webhook_id, status=202)


def _test(row: WebhookSubscription) -> Response:
    result = send_test(row, at=timezone.now())
    return Response(
        {
            "is_accepted": result.outcome == Outcome.DELIVERED,
            "status": result.status,
            "milliseconds": result.milliseconds,
            "result": describe_result(result),
        }
    )
