"""Redaction of texts on a ticket, and removal of files: by leads and admins, for good.

The text is never part of a URL, and nothing that is stored holds it.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.privacy.redacting import MAX_CHARS
from helpdesk.api.base import DeskView
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.tickets.file_serializers import AttachmentOutput
from helpdesk.api.tickets.files import find_attachment
from helpdesk.privacy.redaction import Found, find_text, redact_text, remove_file
from tickets.rules.redaction import require_redactor
from tickets.services.common import MAX_REASON


class RedactionInput(StrictSerializer):
    """A text to replace with “[redacted]”."""

    text = serializers.CharField(
        max_length=MAX_CHARS,
        help_text=_(
            "Exactly as it is on the ticket, such as a password. Upper and lower case don't matter."
        ),
    )
    why = serializers.CharField(
        max_length=MAX_REASON,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("The reason, for agents only. Needed unless “dry_run” is true."),
    )
    dry_run = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("True to find the text without changing anything."),
    )


class PlaceOutput(serializers.Serializer[Any]):
    """A kind of place that a text was found in."""

    name = serializers.CharField(help_text=_("The kind of place."))
    count = serializers.IntegerField(help_text=_("The number of places of this kind."))


class RedactionOutput(serializers.Serializer[Any]):
    """Where a text was found."""

    is_redacted = serializers.BooleanField(help_text=_("False for a dry run."))
    places = PlaceOutput(many=True, help_text=_("The places, by kind."))
    files = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("The names of files that contain it. Their content is removed."),
    )
    hidden_tickets = serializers.IntegerField(
        help_text=_("The number of merged tickets that are included although you can't see them.")
    )


class RemovalInput(StrictSerializer):
    """The reason for removing a file."""

    why = serializers.CharField(max_length=MAX_REASON, help_text=_("The reason, for agents only."))


class RedactionView(DeskView):
    serializer_class = RedactionInput

    @extend_schema(
        operation_id="redact_text",
        summary=_("Redact text on a ticket"),
        description=_(
            "Replaces the text in all messages, notes and copies of the ticket and of those merged "
            "with it, and removes files that contain it. This can't be undone. For leads and "
            "admins. Try it with “dry_run” first."
        ),
        responses={200: RedactionOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Redact text, or find where it is."""
        ticket = self.get_ticket(number)
        require_redactor(self.agent)
        ticket.desk = self.agent.desk
        given = read_input(RedactionInput, request.data)
        is_dry = given.pop("dry_run")
        if is_dry:
            found = find_text(ticket=ticket, text=given["text"], by=self.agent)
        else:
            found = redact_text(ticket=ticket, by=self.agent, at=timezone.now(), **given)
        return Response(RedactionOutput(_describe(found, is_redacted=not is_dry)).data)


class RemovalView(DeskView):
    serializer_class = RemovalInput

    @extend_schema(
        operation_id="remove_attachment",
        summary=_("Remove the content of an attachment"),
        description=_(
            "Deletes the content of a file for good. Its name stays. For leads and admins. Returns "
            "409 if it has already been removed."
        ),
        responses={200: AttachmentOutput},
    )
    def post(self, request: Request, attachment_id: int) -> Response:
        """Remove the content of a file."""
        found = find_attachment(self.agent, attachment_id)
        require_redactor(self.agent)
        why = read_input(RemovalInput, request.data)["why"]
        remove_file(attachment=found, why=why, by=self.agent, at=timezone.now())
        return Response(AttachmentOutput(find_attachment(self.agent, attachment_id)).data)


def _describe(found: Found, *, is_redacted: bool) -> dict[str, Any]:
    return {
        "is_redacted": is_redacted,
        "places": [{"name": name, "count": count} for name, count in found.list_counts()],
        "files": found.file_names,
        "hidden_tickets": found.hidden,
    }
