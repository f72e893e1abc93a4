"""Compose emails to contacts: sender, thread headers, subject, body.

Everything is in the recipient's language and time zone. Only public messages are ever passed in: no
function here reads or takes a Note.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from accounts.customers.entitlements import get_portal_refusal
from accounts.customers.refusals import describe_refusal_for_customer
from accounts.matching import canonicalize_address
from accounts.models import Contact, Desk
from accounts.places.languages import use_recipient_locale
from accounts.places.zones import get_zone_name
from channels_intake.mime.text import one_line
from channels_intake.models import Mailbox, MailKind, OutgoingEmail
from channels_intake.outgoing.automatic_mail import is_verified
from channels_intake.outgoing.facts import Facts
from channels_intake.outgoing.rendering import render_email
from channels_intake.outgoing.subjects import make_subject
from channels_intake.plan_channels import get_plan_channels
from tickets.models import (
    Attachment,
    Channel,
    Message,
    Notification,
    SideMessage,
    Ticket,
    TicketEvent,
)
from tickets.notifications import ABOUT_DEFECTS

MAX_REFERENCES = 20
MAX_ID_CHARS = 250


def compose_mail(
    event: TicketEvent,
    contact: Contact,
    kind: MailKind,
    facts: Facts,
    *,
    message: Message | None = None,
    details: dict[str, Any] | None = None,
    hold: timedelta = timedelta(0),
) -> OutgoingEmail | None:
    """Return an unsaved email of this kind to this person about this event.

    None if it exists, for a person whom no email can reach, and on an internal request (M22): the
    only place that decides it.
    details: what the template needs beyond get_ticket_context; moments are formatted for the
    recipient. hold: how long to hold the email before sending. Save it with ``save_mails``.
    """
    ticket = event.ticket
    if ticket.channel == Channel.INTERNAL:  # nobody outside reads it; colleagues have the ticket
        return None
    if not contact.can_get_email or facts.has(event, contact, kind):
        return None
    mailbox = get_sending_mailbox(ticket, facts)
    in_reply_to, references = get_thread_headers(ticket, contact, facts)
    mail = OutgoingEmail(
        desk_id=ticket.desk_id,
        event=event,
        contact=contact,
        kind=kind,
        ticket=ticket,
        message=message,
        from_address=format_sender(mailbox, message),
        reply_to=mailbox.address if mailbox else "",
        to_address=contact.email,
        to_canonical=canonicalize_address(contact.email),
        promised_at=(details or {}).get("first_response_due"),
        rfc_message_id=f"{uuid4().hex}@{get_sending_domain(mailbox)}",
        in_reply_to=in_reply_to,
        references=references,
        next_try_at=event.at + hold,
        created_at=event.at,
        **_render(ticket, contact, kind, facts, details or {}, is_first=not in_reply_to),
    )
    facts.add(mail)
    return mail


def _render(
    ticket: Ticket,
    contact: Contact,
    kind: MailKind,
    facts: Facts,
    details: dict[str, Any],
    *,
    is_first: bool,
) -> dict[str, str]:
    """Subject and both bodies, in the recipient's language and time zone."""
    with use_recipient_locale(desk=ticket.desk, contact=contact, user=contact.user):
        context = get_ticket_context(ticket, contact, facts) | {
            name: format_moment(value) if isinstance(value, datetime) else value
            for name, value in details.items()
        }
        if level := details.get("level"):
            context["level_sentence"] = ticket.desk.sentence_for_level(level)
        text, html = render_email(f"emails/{kind}", context, desk=ticket.desk)
        days_left = details.get("days_left")
        shows_words = is_verified(ticket, facts)
        subject = make_subject(
            ticket, kind, days_left=days_left, is_first=is_first, shows_words=shows_words
        )
        return {"subject": subject, "body_text": text, "body_html": html}


def render_again(mail: OutgoingEmail, facts: Facts, details: dict[str, Any]) -> tuple[str, str]:
    """Return both bodies of an email to a contact with other details. Its subject stays."""
    [event] = facts.events
    contact = Contact.objects.select_related("user").get(pk=mail.contact_id or 0)
    is_first = not mail.in_reply_to
    kind = MailKind(mail.kind)
    parts = _render(event.ticket, contact, kind, facts, details, is_first=is_first)
    return parts["body_text"], parts["body_html"]


def get_ticket_context(ticket: Ticket, contact: Contact, facts: Facts) -> dict[str, Any]:
    """Return what every template may show. An unverified address gets no name and no link."""
    verified = is_verified(ticket, facts)
    portal = f"{get_desk_url(ticket.desk)}/portal/"
    return {
        "desk_name": ticket.desk.name,
        "reference": ticket.reference,
        "name": one_line(contact.name, 60) if verified else "",
        "portal_url": portal,
        "ticket_url": "" if ticket.is_unverified else f"{portal}requests/{ticket.number}/",
        "recommends_portal": ticket.channel == Channel.EMAIL
        and (not verified or _can_use_portal(contact)),
        **(_get_coverage(ticket) if verified else {}),
    }


def _can_use_portal(contact: Contact) -> bool:
    """Return True unless the plan of a verified sender keeps them from submitting requests there.

    An unverified sender learns nothing about the plan of the address that they named.
    """
    return contact.may_log_in and get_portal_refusal(contact) is None


def _get_coverage(ticket: Ticket) -> dict[str, Any]:
    """Return why the plan doesn't cover the ticket, and what it includes; {} if it does.

    Only for verified senders, as in `_can_use_portal`.
    """
    if not ticket.uncovered:
        return {}
    plan = ticket.account.plan if ticket.account else None
    return {
        "uncovered": describe_refusal_for_customer(ticket.uncovered),
        "includes_portal": get_portal_refusal(ticket.contact) is None,
        "channels": get_plan_channels(plan, ticket.desk),
    }


def get_desk_url(desk: Desk) -> str:
    """Return a desk's URL without a trailing slash: its own domain, or its path at SITE_URL."""
    if desk.domain:
        site = urlsplit(settings.SITE_URL)
        port = f":{site.port}" if site.port else ""
        return f"{site.scheme}://{desk.domain}{port}"
    return f"{settings.SITE_URL}/{desk.slug}"


def get_notification_url(desk: Desk, notification: Notification) -> str:
    """Return the full URL of what an agent's notification is about."""
    base = f"{get_desk_url(desk)}/agent"
    if notification.ticket is not None:
        return f"{base}/tickets/{notification.ticket.number}/"
    number = (notification.data or {}).get("number")
    if notification.kind.startswith(ABOUT_DEFECTS) and number:
        return f"{base}/defects/{number}/"
    return f"{base}/notifications/"


def get_sending_mailbox(ticket: Ticket, facts: Facts) -> Mailbox | None:
    """Return the mailbox to send from: where the ticket came in, else the desk's default."""
    usable = {mailbox.pk: mailbox for mailbox in facts.mailboxes}
    arrived = (arrival.mailbox_id for arrival in facts.arrivals.get(ticket.pk, ()))
    found = next((mailbox_id for mailbox_id in arrived if mailbox_id in usable), None)
    return usable[found] if found else next(iter(facts.mailboxes), None)


def format_sender(mailbox: Mailbox | None, message: Message | SideMessage | None) -> str:
    """Return the From header: the desk's mailbox, with the agent's name in a reply."""
    if mailbox is None:
        return settings.DEFAULT_FROM_EMAIL
    name = one_line(mailbox.name, 80)
    if message is not None and message.agent is not None:
        name = f"{one_line(message.agent.name, 80)} ({name})"
    return formataddr((name, mailbox.address))


def get_sending_domain(mailbox: Mailbox | None) -> str:
    """Return the domain for Message-IDs."""
    address = mailbox.address if mailbox else settings.DEFAULT_FROM_EMAIL
    return address.rpartition("@")[2].strip("<> ") or "localhost"


def get_thread_headers(ticket: Ticket, contact: Contact, facts: Facts) -> tuple[str, list[str]]:
    """Return In-Reply-To and References of the next email to a person (RFC 5322, 3.6.4).

    It replies to the newest inbound email, or else to the last one this person got. References
    holds both directions in order of time; a long thread keeps its root and its newest ids.
    """
    received = sorted(
        (arrival.received_at, arrival.rfc_message_id)
        for arrival in facts.arrivals.get(ticket.pk, ())
        if arrival.message_id is not None and arrival.rfc_message_id
    )
    sent = [
        (mail.created_at, mail.rfc_message_id)
        for mail in facts.sent.get(ticket.pk, ())
        if mail.contact_id == contact.pk
    ]
    # Stable: inbound email stays before a reply of the same moment.
    in_time = sorted([*received, *sent], key=lambda pair: pair[0])
    # A header holds no letters outside of ASCII: encoded as words they would break the thread.
    ids = list(dict.fromkeys(i for _, i in in_time if len(i) < MAX_ID_CHARS and i.isascii()))
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[1 - MAX_REFERENCES :]]
    answered = [i for _, i in received if i in ids] or ids
    return (answered[-1] if answered else "", ids)


def split_attachments(files: Iterable[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    """Split a message's files into those to attach and those left out.

    Left out are files beyond MAX_ATTACHMENT_BYTES in sum, and files that could not be stored.
    """
    along: list[Attachment] = []
    left: list[Attachment] = []
    room = settings.MAX_ATTACHMENT_BYTES
    for file in files:
        goes = not file.is_missing and file.size <= room
        (along if goes else left).append(file)
        room -= file.size if goes else 0
    return along, left


def format_moment(at: datetime) -> str:
    """Return a moment such as "Mon, Nov 23, 2026, 3:00 PM (UTC-03)", in the active time zone."""
    local = timezone.localtime(at)
    moment = date_format(local, pgettext("date format", "D, M j, Y, g:i A"))
    return f"{moment} ({get_zone_name(local)})"
