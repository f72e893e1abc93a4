"""Requests from forms, agents and the API: everything that doesn't arrive by email.

Later code uses a request's channel only to display it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.customers.entitlements import PortalRefusal, get_portal_refusal
from accounts.match_reasons import MatchCode, make_reason
from accounts.matching import normalize_email
from accounts.models import Contact, Desk, Product
from accounts.places.languages import find_language
from channels_intake.incoming.senders import get_default_priority, get_or_create_contact
from channels_intake.mime.envelope import Address
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.errors import ConflictError, ServiceError
from tickets.models import Channel, Message, Priority, Tag, Ticket
from tickets.sentences.remarks import Remark
from tickets.services import (
    NewMessage,
    NewTicket,
    NotReopenableError,
    Origin,
    add_customer_message,
    open_ticket,
    open_with_message,
)


class FollowUpRefusedError(ServiceError):
    """The ticket can't be reopened, and the customer can't open a new one in the portal (M73)."""


class InvalidAddressError(ServiceError):
    """The text isn't an email address."""


def accept_request(
    *,
    desk: Desk,
    contact: Contact,
    subject: str,
    text: str,
    at: datetime,
    by: Actor,
    priority: Priority | None = None,
    channel: Channel | str = Channel.WEB,
    files: tuple[NewFile, ...] = (),
    participants: Sequence[Contact] = (),
    fields: dict[str, str] | None = None,
    tags: Sequence[Tag] = (),
    language: str = "",
    product: Product | None = None,
    remarks: tuple[Remark, ...] = (),
    follow_up_of: Ticket | None = None,
) -> Ticket:
    """Open a ticket for a contact known for certain: signed in, or named by an agent (M22, M23).

    by: the contact or an agent. participants: the followers, who get its public email (M87).
    fields: cleaned values by key. language: if empty, that of the page that the contact reads, or
    the contact's own. remarks: about the message, such as how long a call took. The contact's
    account counts as verified.
    """
    reason = (
        make_reason(MatchCode.SIGNED_IN)
        if by == Actor.of(contact)
        else make_reason(MatchCode.OPENED_BY_AGENT, agent=by.name)
    )
    new = NewTicket(
        subject=subject,
        message=NewMessage(text=text, channel=channel, files=files, remarks=remarks),
        origin=Origin(contact, _get_account_id(contact, channel), False, (reason,)),
        priority=priority or get_default_priority(desk),
        participants=participants,
        fields=fields or {},
        product=product,
        follow_up_of=follow_up_of,
        language=language or _read_language(contact, by),
        tags=tags,
    )
    return open_ticket(desk=desk, new=new, by=by, at=at)


def accept_follow_up(
    *, ticket: Ticket, subject: str, text: str, channel: Channel | str, by: Actor, at: datetime
) -> Ticket:
    """Open a follow-up of a ticket for its requester. Raises ConflictError if unverified."""
    if ticket.is_unverified:
        raise ConflictError(
            _("The sender is unverified, so you can't open a follow-up. Verify the sender first.")
        )
    return accept_request(
        desk=ticket.desk,
        contact=ticket.contact,
        subject=subject,
        text=text,
        product=ticket.product,
        channel=channel,
        follow_up_of=ticket,
        by=by,
        at=at,
    )


def _read_language(contact: Contact, by: Actor) -> str:
    return find_language(get_language() or "") if by == Actor.of(contact) else ""


def _get_account_id(contact: Contact, channel: Channel | str) -> int | None:
    """Return the contact's account; none for an internal request, which is no customer's (M22)."""
    return None if channel == Channel.INTERNAL else contact.account_id


def accept_website_form(
    *,
    desk: Desk,
    email: str,
    name: str,
    subject: str,
    text: str,
    at: datetime,
    files: tuple[NewFile, ...] = (),
    fields: dict[str, str] | None = None,
) -> Ticket:
    """Open an unverified ticket without an account from the website's form (M24).

    A new contact gets email in the language that the form was shown in. fields: what was entered
    in the desk's own fields, by key. Raises InvalidAddressError if the text entered isn't an email
    address.
    """
    address = normalize_email(email)
    if not address:
        raise InvalidAddressError(
            _("“%(text)s” is not an email address. Check it and try again.")
            % {"text": email.strip()[:100]}
        )
    with transaction.atomic():
        language = find_language(get_language() or "")
        contact = get_or_create_contact(desk, Address(address, name), language=language)
        reason = make_reason(MatchCode.WEBSITE_FORM)
        new = NewTicket(
            subject=subject,
            message=NewMessage(text=text, channel=Channel.WEB, files=files),
            origin=Origin(contact, None, True, (reason,)),
            priority=get_default_priority(desk),
            fields=fields or {},
        )
        return open_ticket(desk=desk, new=new, by=Actor.of(contact), at=at)


def accept_customer_reply(
    *,
    ticket: Ticket,
    contact: Contact,
    text: str,
    at: datetime,
    files: tuple[NewFile, ...] = (),
    channel: Channel | str = Channel.WEB,
) -> Message:
    """Add a signed-in customer's reply. If the ticket can't be reopened, open a follow-up.

    The message's ticket is the follow-up if there is one. Raises FollowUpRefusedError if the
    customer's plan lets only others open tickets in the portal.
    """
    new = NewMessage(text=text, channel=channel, files=files)
    try:
        return add_customer_message(ticket_id=ticket.pk, contact=contact, new=new, at=at)
    except NotReopenableError:
        if get_portal_refusal(contact):
            raise FollowUpRefusedError(describe_refused_follow_up(contact)) from None
        reason = make_reason(MatchCode.FOLLOW_UP, ticket=ticket.reference)
        follow_up = NewTicket(
            subject=ticket.subject,
            message=new,
            origin=Origin(contact, contact.account_id, False, (reason,)),
            priority=ticket.priority,
            follow_up_of=ticket,
            product=ticket.product,
        )
        return open_with_message(desk=ticket.desk, new=follow_up, by=Actor.of(contact), at=at)


def describe_refused_follow_up(contact: Contact) -> str:
    """Return why a reply to a ticket that is closed for good opens no follow-up; "" if it does."""
    refusal = get_portal_refusal(contact)
    if refusal is PortalRefusal.NOT_IN_PLAN:
        return _(
            "This request is closed for good, and your support plan doesn't include new portal "
            "requests."
        )
    if refusal is PortalRefusal.NOT_POINT_OF_CONTACT:
        return _(
            "This request is closed for good. Ask one of your company's points of contact to "
            "submit a new one."
        )
    return ""
