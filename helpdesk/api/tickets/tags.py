"""Tags of a ticket."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.serializers import NameField, StrictSerializer, read_input
from tickets.actors import Actor
from tickets.models import Tag
from tickets.services.tags import list_tags, set_tags


class TicketTags(StrictSerializer):
    """The tags of a ticket."""

    tags = serializers.ListField(
        child=NameField("name", queryset=Tag.objects.all()),
        max_length=50,
        help_text=_("Names of the desk's tags. An admin creates tags."),
    )


class TicketTagsView(DeskView):
    serializer_class = TicketTags

    @extend_schema(
        operation_id="show_ticket_tags",
        summary=_("Show the tags of a ticket"),
        description=_("Returns the names of the ticket's tags."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the tags of a ticket."""
        return Response(_describe(list_tags(self.get_ticket(number))))

    @extend_schema(
        operation_id="set_ticket_tags",
        summary=_("Set the tags of a ticket"),
        description=_("Adds and removes tags, so that the ticket has exactly these."),
    )
    def put(self, request: Request, number: int) -> Response:
        """Set the tags of a ticket."""
        ticket = self.get_ticket(number)
        set_tags(
            ticket_id=ticket.pk,
            tags=read_input(TicketTags, request.data)["tags"],
            by=Actor.of(self.agent),
            at=timezone.now(),
        )
        return Response(_describe(list_tags(ticket)))


def _describe(tags: list[Tag]) -> dict[str, Any]:
    return {"tags": [tag.name for tag in tags]}
