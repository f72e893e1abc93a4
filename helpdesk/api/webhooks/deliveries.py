"""Deliveries of webhooks: what was sent, what came back, and send again. For desk admins."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.pagination import MAX_ID, NewestFirst
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import read_input
from helpdesk.api.webhooks.serializers import WebhookDeliveryDetail, WebhookDeliveryOutput
from helpdesk.api.webhooks.subscriptions import IsAdmin
from tickets.models import OutboxState, WebhookDelivery
from tickets.webhooks.replaying import send_again

PARAMETERS = [
    OpenApiParameter("webhook_id", int, description=_("Only deliveries of this webhook.")),
    OpenApiParameter(
        "state", str, enum=OutboxState.values, description=_("Only deliveries in this state.")
    ),
]


class DeliveryFilters(serializers.Serializer[Any]):
    """The parameters of the list, checked."""

    webhook_id = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    state = serializers.ChoiceField(OutboxState.choices, required=False)


class DeliveriesView(DeskView):
    permission_classes = [IsAdmin]
    serializer_class = WebhookDeliveryOutput

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        rows = WebhookDelivery.objects.filter(desk=self.agent.desk_id)
        return rows.select_related("ticket")

    def get_delivery(self, delivery_id: int) -> WebhookDelivery:
        """Return a delivery of the desk. Raises Http404."""
        return get_row(self.get_queryset(), delivery_id)


class DeliveryListView(DeliveriesView):
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_webhook_deliveries",
        summary=_("List deliveries of webhooks"),
        description=_("Returns the desk's deliveries, newest first. For desk admins."),
        parameters=PARAMETERS,
        responses=WebhookDeliveryOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List deliveries."""
        wanted = read_input(DeliveryFilters, request.query_params)
        if "webhook_id" in wanted:
            wanted["subscription"] = wanted.pop("webhook_id")
        page = self.paginate_queryset(self.get_queryset().filter(**wanted))
        return self.get_paginated_response(WebhookDeliveryOutput(page, many=True).data)


class DeliveryView(DeliveriesView):
    serializer_class = WebhookDeliveryDetail

    @extend_schema(
        operation_id="show_webhook_delivery",
        summary=_("Show a delivery of a webhook"),
        description=_("Returns a delivery with its attempts and the last response."),
    )
    def get(self, request: Request, delivery_id: int) -> Response:
        """Show a delivery."""
        return Response(WebhookDeliveryDetail(self.get_delivery(delivery_id)).data)


class DeliveryAgainView(DeliveriesView):
    @extend_schema(
        operation_id="send_webhook_delivery_again",
        summary=_("Send an event again"),
        description=_(
            "Sends one event again, with the same webhook-id. A delivery that is already due "
            "stays as it is. For desk admins."
        ),
        request=None,
        responses={202: WebhookDeliveryOutput},
    )
    def post(self, request: Request, delivery_id: int) -> Response:
        """Send an event again."""
        delivery = self.get_delivery(delivery_id)
        send_again(delivery, attempts=delivery.attempts, at=timezone.now())
        return Response(WebhookDeliveryOutput(self.get_delivery(delivery_id)).data, status=202)
