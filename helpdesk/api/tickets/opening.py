"""Opening a ticket for a customer, with everything that the page's form takes, and more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as RefusedError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Account, Agent, Contact, Desk, Product
from accounts.places.languages import list_offered_languages
from accounts.services import match_verified_address
from channels_intake.incoming.requests import accept_request
from channels_intake.incoming.senders import (
    get_or_create_contact,
    get_or_create_contacts,
    get_or_create_own_contact,
    read_sender,
)
from channels_intake.mime.envelope import Address
from helpdesk.agent.new_tickets.form import MAX_MINUTES
from helpdesk.api.references import RowField
from helpdesk.api.tickets.corrections import MAX_TAGS
from helpdesk.api.tickets.fields import TicketFields
from helpdesk.api.tickets.file_serializers import UploadIds, take_files
from helpdesk.api.tickets.serializers import ContactInput
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from helpdesk.shared.own_addresses import OWN_ADDRESS_ERROR, validate_not_own_addresses
from tickets.actors import Actor
from tickets.fields.setting import clean_values, require_applicable
from tickets.models import Channel, Priority, Tag, Ticket
from tickets.work.calls import describe_call, log_call

MAX_FOLLOWERS = 50
BY_AGENT = (Channel.API, Channel.PHONE, Channel.AGENT, Channel.INTERNAL)
CHANNELS = [(one.value, one.label) for one in BY_AGENT]


class NewRequesterInput(ContactInput):
    """The customer to open a ticket for."""

    account = RowField(
        queryset=Account.objects.all(),
        required=False,
        help_text=_(
            "The account that a new contact joins, by id or name. If it's left out, the account "
            "with the address's domain."
        ),
    )


class TicketInput(TicketFields):
    """A ticket that an agent or a program opens for a customer."""

    contact = NewRequesterInput(
        required=False,
        help_text=_("The customer to open the ticket for. Leave it out for an internal request."),
    )
    subject = serializers.CharField(max_length=250, help_text=_("One line."))
    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH, help_text=_("The first message, as plain text.")
    )
    channel = serializers.ChoiceField(
        CHANNELS,
        default=Channel.API.value,
        help_text=_(
            "“phone” for a call, “agent” for another request on a customer's behalf, “internal” "
            "for a request of your own, which no customer sees and which sends no email."
        ),
    )
    call_minutes = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_(
            "The length of the call in minutes. It's added to the time spent on the ticket."
        ),
    )
    priority = RowField(
        queryset=Priority.objects.filter(is_retired=False),
        required=False,
        help_text=_(
            "One of the desk's priorities, by id or name. If it's left out, the desk's default."
        ),
    )
    product = RowField(
        queryset=Product.objects.all(),
        required=False,
        help_text=_("One of the desk's products, by id or name."),
    )
    language = serializers.ChoiceField(
        list_offered_languages(),
        required=False,
        help_text=_(
            "The language of emails about the ticket, such as “de”. If it's left out, the "
            "contact's or the desk's."
        ),
    )
    tags = serializers.ListField(
        child=RowField(queryset=Tag.objects.all()),
        max_length=MAX_TAGS,
        required=False,
        default=[],
        help_text=_("The ticket's tags, by id or name."),
    )
    followers = serializers.ListField(
        child=serializers.EmailField(),
        max_length=MAX_FOLLOWERS,
        required=False,
        default=[],
        help_text=_("Addresses of customers who also get the public emails (CC)."),
    )
    uploads = UploadIds()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        found = super().get_fields()
        found["fields"].required = False
        return found

    def to_internal_value(self, data: Any) -> Any:
        """Require a customer, unless an agent asks for themselves."""
        is_own = isinstance(data, Mapping) and data.get("channel") == Channel.INTERNAL
        self.fields["contact"].required = not is_own  # type: ignore[index]  # see TicketFields
        return super().to_internal_value(data)

    def validate_followers(self, addresses: list[str]) -> list[str]:
        if agent := self.context.get("agent"):
            try:
                validate_not_own_addresses(agent.desk, addresses)
            except RefusedError as error:
                raise serializers.ValidationError(error.messages) from None
        return addresses

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "call_minutes" in data and data["channel"] != Channel.PHONE:
            text = gettext("Only phone calls have a length.")
            raise serializers.ValidationError({"call_minutes": [text]})
        if data["channel"] == Channel.INTERNAL:
            self._refuse_customers(data)
        return data

    def _refuse_customers(self, data: dict[str, Any]) -> None:
        """Refuse recipients whom an internal request would never reach (M22)."""
        if data["followers"]:
            text = gettext("Internal requests don't send email. Remove the followers to continue.")
            raise serializers.ValidationError({"followers": [text]})
        if "contact" in data:
            text = gettext("You are the requester of an internal request. Leave this out.")
            raise serializers.ValidationError({"contact": [text]})


@transaction.atomic
def open_ticket(agent: Agent, data: dict[str, Any], *, desk: Desk) -> Ticket:
    """Open a ticket with what a TicketInput says. Raises ValidationError and ServiceError."""
    at, minutes = timezone.now(), data.get("call_minutes", 0)
    contact, default_priority = _get_requester(agent, desk, data)
    ticket = accept_request(
        desk=desk,
        contact=contact,
        subject=data["subject"],
        text=data["text"],
        priority=data.get("priority") or default_priority,
        channel=data["channel"],
        product=data.get("product"),
        fields=clean_values(desk, data.get("fields", {})),
        tags=data["tags"],
        language=data.get("language", ""),
        files=take_files(agent, data["uploads"]),
        participants=get_or_create_contacts(desk, data["followers"]),
        remarks=describe_call(minutes),
        by=Actor.of(agent),
        at=at,
    )
    require_applicable(ticket)
    log_call(ticket_id=ticket.pk, agent=agent, minutes=minutes, at=at)
    return ticket


def _get_requester(
    agent: Agent, desk: Desk, data: dict[str, Any]
) -> tuple[Contact, Priority | None]:
    """Return the contact, and the desk's priority if it was read with it."""
    if data["channel"] == Channel.INTERNAL:
        return get_or_create_own_contact(agent), None
    return _find_customer(desk, data["contact"])


def _find_customer(desk: Desk, given: dict[str, Any]) -> tuple[Contact, Priority | None]:
    if "id" in given:
        found = Contact.objects.filter(desk=desk, pk=given["id"]).first()
        if found is None or found.is_erased:
            text = gettext("The desk has no contact with this id.")
            raise ValidationError({"contact": {"id": [text]}})
        return found, None
    address = Address(given["email"], given["name"])
    sender = read_sender(desk, address.email)
    if sender.is_mailbox:
        raise ValidationError({"contact": {"email": [OWN_ADDRESS_ERROR]}})
    contact = sender.contact
    if contact is None:
        account = given.get("account")
        account_id = (
            account.pk
            if account
            else match_verified_address(desk=desk, email=address.email).account_id
        )
        contact = get_or_create_contact(desk, address, account_id=account_id)
    return contact, sender.default_priority
