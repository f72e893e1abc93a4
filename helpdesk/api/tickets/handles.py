"""Handles of a ticket's requester, and the decision whose one is."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Contact, ContactHandle
from channels_intake.connections.joining import MAX_REASON, join_handle, separate_handle
from helpdesk.api.base import DeskView
from helpdesk.api.references import ContactField, PersonField
from helpdesk.api.serializers import StrictSerializer, read_input


class HandleOutput(serializers.ModelSerializer[ContactHandle]):
    """A contact's identity on a network other than email."""

    contact = PersonField(help_text=_("The contact."))

    class Meta:
        model = ContactHandle
        fields = (
            "id",
            "network",
            "external_id",
            "name",
            "proof",
            "proven_at",
            "reason",
            "contact",
        )
        extra_kwargs = {
            "network": {"help_text": _("The network.")},
            "external_id": {"help_text": _("The person's ID there.")},
            "name": {"help_text": _("The name that the network shows.")},
            "proof": {"help_text": _("How it was verified; empty if it wasn't.")},
            "proven_at": {"help_text": _("When it was verified, or null.")},
            "reason": {"help_text": _("The reason that the agent who confirmed it gave.")},
        }


class JoinInput(StrictSerializer):
    """Whose handle it is."""

    contact = ContactField(
        queryset=Contact.objects.all(),
        allow_null=True,
        help_text=_("A contact by id or email address, or null to unlink the identity."),
    )
    reason = serializers.CharField(
        max_length=MAX_REASON, help_text=_("How you know that it's the same person.")
    )


class TicketHandlesView(DeskView):
    """The handles of a ticket's requester."""

    serializer_class = HandleOutput

    @extend_schema(
        operation_id="list_ticket_handles",
        summary=_("List the identities of a ticket's requester"),
        description=_("Returns who the requester is on networks other than email."),
        responses=HandleOutput(many=True),
    )
    def get(self, request: Request, number: int) -> Response:
        """List the handles of the requester."""
        ticket = self.get_ticket(number)
        handles = ContactHandle.objects.filter(contact=ticket.contact_id).select_related("contact")
        return Response(HandleOutput(handles, many=True).data)


class HandleJoinView(DeskView):
    """An agent's decision whose a handle is."""

    serializer_class = JoinInput

    @extend_schema(
        operation_id="join_handle",
        summary=_("Link an identity to a contact"),
        description=_(
            "Links an identity to a contact. Its tickets and messages move to that "
            "contact and their account. Returns 404 for an unknown identity."
        ),
        responses={200: HandleOutput},
    )
    def post(self, request: Request, handle_id: int) -> Response:
        """Join a handle to a contact, or make it a person of its own again."""
        handle = get_object_or_404(ContactHandle, pk=handle_id, desk=self.agent.desk_id)
        given = read_input(JoinInput, request.data)
        decided: dict[str, Any] = {
            "handle_id": handle.pk,
            "agent": self.agent,
            "reason": given["reason"],
            "at": timezone.now(),
        }
        if (contact := given["contact"]) is None:
            handle = separate_handle(**decided)
        else:
            handle = join_handle(**decided, contact=contact)
        return Response(HandleOutput(handle).data)
