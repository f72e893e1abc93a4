"""Custom fields of a ticket."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.serializers import StrictSerializer, read_input
from tickets.actors import Actor
from tickets.fields.setting import set_field_values
from tickets.fields.values import MAX_LONG
from tickets.models import Ticket
from tickets.models.forms import MAX_FIELDS


class TicketFields(StrictSerializer):
    """Values of the desk's custom fields, by key."""

    fields = serializers.DictField(  # type: ignore[assignment]  # a field, taken off the class
        child=serializers.CharField(allow_blank=True, max_length=MAX_LONG),
        help_text=_(
            "Every value is a string: a number such as “12.5”, a date such as “2026-11-27”, or "
            "“yes” or “no” for a checkbox. An empty string clears the field."
        ),
    )

    def validate_fields(self, values: dict[str, str]) -> dict[str, str]:
        if len(values) > MAX_FIELDS:
            text = _("A desk can have at most %(maximum)s fields.") % {"maximum": MAX_FIELDS}
            raise serializers.ValidationError(text)
        return values


class TicketFieldsView(DeskView):
    serializer_class = TicketFields

    @extend_schema(
        operation_id="show_ticket_fields",
        summary=_("Show the fields of a ticket"),
        description=_("Returns the values of the desk's custom fields, by key."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the fields of a ticket."""
        return Response(_describe(self.get_ticket(number)))

    @extend_schema(
        operation_id="set_ticket_fields",
        summary=_("Set fields of a ticket"),
        description=_("Sets the given fields. Other fields keep their values."),
    )
    def patch(self, request: Request, number: int) -> Response:
        """Set fields of a ticket."""
        ticket = self.get_ticket(number)
        changed = set_field_values(
            ticket_id=ticket.pk,
            values=read_input(TicketFields, request.data)["fields"],
            by=Actor.of(self.agent),
            at=timezone.now(),
        )
        return Response(_describe(changed))


def _describe(ticket: Ticket) -> dict[str, Any]:
    return {"fields": ticket.fields}
