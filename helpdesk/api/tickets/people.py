"""People of a ticket: another requester, a verified sender, and the followers (CC, M87)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Contact, Desk
from channels_intake.incoming.senders import get_or_create_contact, read_sender
from channels_intake.mime.envelope import Address
from helpdesk.api.references import PersonReference, refer_to_person
from helpdesk.api.serializers import StrictSerializer
from helpdesk.api.tickets.serializers import ContactInput
from helpdesk.api.tickets.showing import SHOWN, TicketChangeView
from tickets.actors import Actor
from tickets.models import Participant, Ticket
from tickets.services import (
    add_participant,
    choose_requester,
    remove_participant,
    verify_by_hand,
)
from tickets.services.common import MAX_REASON


class RequesterInput(StrictSerializer):
    """Another requester of a ticket."""

    contact = ContactInput(
        help_text=_("The person, by id or address. An unknown address becomes a new contact.")
    )
    is_verified = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_(
            "Confirms that you checked that the request is theirs, so the ticket belongs to "
            "their account. Otherwise the ticket is unverified."
        ),
    )
    keeps_following = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("Keeps the previous requester as a follower, who still sees the ticket."),
    )


class VerificationInput(StrictSerializer):
    """How the sender of a ticket was verified."""

    why = serializers.CharField(
        max_length=MAX_REASON,
        help_text=_("How you checked the person's identity. For agents only."),
    )


def get_person(desk: Desk, given: dict[str, Any]) -> Contact:
    """Return a contact of the desk, new for an unknown address.

    Raises ValidationError for one of the desk's own addresses, a blocked one, and one erased.
    """
    if "id" in given:
        found = Contact.objects.filter(desk=desk, pk=given["id"]).first()
        email = found.email if found else ""
        if found is None or found.is_erased:
            raise _refuse("id", gettext("The desk has no contact with this id."))
    else:
        found, email = None, given["email"]
    known = read_sender(desk, email) if email else None
    if known and (known.is_agent or known.is_mailbox):
        text = gettext("This address belongs to your own desk. Enter the customer's address.")
        raise _refuse("email", text)
    if known and known.is_blocked:
        text = gettext("%(typed)s is a blocked sender. Ask an admin to unblock it first.")
        raise _refuse("email", text % {"typed": email})
    return found or get_or_create_contact(desk, Address(email, given["name"]))


def _refuse(field: str, text: str) -> ValidationError:
    return ValidationError({"contact": {field: [text]}})


class RequesterView(TicketChangeView):
    @extend_schema(
        operation_id="set_requester",
        summary=_("Change the requester of a ticket"),
        description=_(
            "Makes another person the requester. The ticket's account, department and clocks are "
            "updated to match."
        ),
        request=RequesterInput,
        responses={200: SHOWN},
    )
    def put(self, request: Request, number: int) -> Response:
        """Change the requester."""
        ticket = self.get_ticket(number)
        given = self.read(RequesterInput, request)
        with transaction.atomic():
            choose_requester(
                ticket_id=ticket.pk,
                contact=get_person(self.agent.desk, given["contact"]),
                by=Actor.of(self.agent),
                at=timezone.now(),
                is_checked=given["is_verified"],
                keeps_following=given["keeps_following"],
            )
        return self.show(ticket)


class VerificationView(TicketChangeView):
    @extend_schema(
        operation_id="verify_sender",
        summary=_("Verify the sender of a ticket"),
        description=_(
            "Confirms that you checked who sent an unverified ticket. The ticket then belongs to "
            "the person's account, and its department and clocks are updated. Nothing changes if "
            "the sender is already verified."
        ),
        request=VerificationInput,
        responses={200: SHOWN},
    )
    def post(self, request: Request, number: int) -> Response:
        """Verify the sender."""
        self.get_ticket(number)
        given = self.read(VerificationInput, request)
        return self.act(number, verify_by_hand, why=given["why"])


class FollowerListView(TicketChangeView):
    serializer_class = PersonReference

    @extend_schema(
        operation_id="list_ticket_followers",
        summary=_("List the followers of a ticket"),
        description=_("Returns the customers who also get the public emails of the ticket (CC)."),
        responses={200: PersonReference(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the followers."""
        return Response(_list_followers(self.get_ticket(number)))

    @extend_schema(
        operation_id="add_ticket_follower",
        summary=_("Add a follower to a ticket"),
        description=_(
            "Adds a customer, who gets the public emails from now on and sees the ticket in the "
            "portal. Nothing changes if they already follow it."
        ),
        request=ContactInput,
        responses={200: PersonReference(many=True)},
    )
    def post(self, request: Request, number: int) -> Response:
        """Add a follower."""
        ticket = self.get_ticket(number)
        given = self.read(ContactInput, request)
        by, at = Actor.of(self.agent), timezone.now()
        try:
            with transaction.atomic():
                contact = get_person(self.agent.desk, given)
                add_participant(ticket_id=ticket.pk, contact=contact, by=by, at=at)
        except ValidationError as error:
            raise ValidationError(error.detail["contact"]) from error  # type: ignore[call-overload]  # it is a dict
        return Response(_list_followers(ticket))


class FollowerView(TicketChangeView):
    @extend_schema(
        operation_id="remove_ticket_follower",
        summary=_("Remove a follower from a ticket"),
        description=_("Removes a customer, who gets no further emails about the ticket."),
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, number: int, follower_id: int) -> Response:
        """Remove a follower."""
        ticket = self.get_ticket(number)
        contact = Contact.objects.filter(desk=self.agent.desk_id, pk=follower_id).first()
        by, at = Actor.of(self.agent), timezone.now()
        if contact is None or not remove_participant(
            ticket_id=ticket.pk, contact=contact, by=by, at=at
        ):
            raise Http404
        return Response(status=204)


def _list_followers(ticket: Ticket) -> list[dict[str, Any]]:
    rows = Participant.objects.filter(ticket=ticket).select_related("contact").order_by("pk")
    return [refer_to_person(row.contact) for row in rows]
