"""Writing mails: who it is from, which thread it stands in, what it says. Public words only: no Note gets here."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from accounts.matching import canonicalize_address
from accounts.models import Contact, Desk
from accounts.zones import get_zone_name
from channels_intake.mailboxes import get_default_mailbox, list_usable_mailboxes
from channels_intake.mime.text import one_line
from channels_intake.models import InboundMessage, Mailbox, MailKind, OutgoingEmail, ReplyToken
from channels_intake.outgoing.automatic_mail import is_verified
from tickets.models import Attachment, Channel, Message, Ticket, TicketEvent

MAX_SUBJECT_CHARS = 200
MAX_REFERENCES = 20
MAX_ID_CHARS = 250

_PREFIX = re.compile(r"^(?:(?:re|aw|antw|sv|vs|fwd?|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)

# For addresses that nothing proves: not a word of what was submitted (reliability.md, "Relay of spam").
BARE_SUBJECTS = {
    MailKind.RECEIPT: "We received your request",
    MailKind.REMINDER: "We wait for your answer",
    MailKind.CLOSED: "Your request was closed",
}


def create_mail(
    event: TicketEvent,
    contact: Contact,
    kind: MailKind,
    *,
    message: Message | None = None,
    words: dict[str, Any] | None = None,
) -> OutgoingEmail:
    """The mail of this kind to this person about this event; the same row when it was written before.

    words: what the template needs beyond the ticket. The caller sends it after the commit.
    """
    ticket = event.ticket
    known = OutgoingEmail.objects.filter(event=event, contact=contact, kind=kind).first()
    if known:
        return known
    mailbox = get_sending_mailbox(ticket)
    context = {**get_ticket_context(ticket, contact), **(words or {})}
    in_reply_to, references = get_thread_headers(ticket, contact)
    mail, _ = OutgoingEmail.objects.get_or_create(
        desk_id=ticket.desk_id,
        event=event,
        contact=contact,
        kind=kind,
        defaults={
            "ticket": ticket,
            "message": message,
            "from_address": format_sender(mailbox, message),
            "reply_to": get_reply_address(mailbox, ticket, contact, at=event.at),
            "to_address": contact.email,
            "to_canonical": canonicalize_address(contact.email),
            "subject": make_subject(ticket, kind),
            "body_text": render_to_string(f"emails/{kind}.txt", context),
            "body_html": render_to_string(f"emails/{kind}.html", context),
            "rfc_message_id": f"{uuid4().hex}@{get_sending_domain(mailbox)}",
            "in_reply_to": in_reply_to,
            "references": references,
            "next_try_at": event.at,
            "created_at": event.at,
        },
    )
    return mail


def get_ticket_context(ticket: Ticket, contact: Contact) -> dict[str, Any]:
    """What every template may say."""
    desk = ticket.desk
    portal = f"{get_desk_url(desk)}/portal/"
    return {
        "desk_name": desk.name,
        "reference": ticket.reference,
        "name": one_line(contact.name, 60) if is_verified(ticket) else "",
        "portal_url": portal,
        "ticket_url": "" if ticket.is_unverified else f"{portal}requests/{ticket.number}/",
        "by_mail": ticket.channel == Channel.EMAIL,
    }


def get_desk_url(desk: Desk) -> str:
    """The address of the desk without a slash at its end: its own domain, or its path on the installation's."""
    if desk.domain:
        site = urlsplit(settings.SITE_URL)
        port = f":{site.port}" if site.port else ""
        return f"{site.scheme}://{desk.domain}{port}"
    return f"{settings.SITE_URL.rstrip('/')}/{desk.slug}"


def get_sending_mailbox(ticket: Ticket) -> Mailbox | None:
    """The mailbox that a ticket's mail comes from: where it arrived, else the desk's default, else any."""
    arrived = InboundMessage.objects.filter(
        ticket=ticket, mailbox__in=list_usable_mailboxes()
    ).order_by("pk")
    if mailbox_id := arrived.values_list("mailbox", flat=True).first():
        return Mailbox.objects.get(pk=mailbox_id)
    return get_default_mailbox(ticket.desk_id)


def format_sender(mailbox: Mailbox | None, message: Message | None) -> str:
    """The From line: the desk's mailbox, under the agent's name in a reply."""
    if mailbox is None:
        return settings.DEFAULT_FROM_EMAIL
    name = one_line(mailbox.name, 80)
    if message is not None and message.agent is not None:
        name = f"{one_line(message.agent.name, 80)} ({name})"
    return formataddr((name, mailbox.address))


def get_sending_domain(mailbox: Mailbox | None) -> str:
    """The domain that a Message-ID is made in."""
    address = mailbox.address if mailbox else settings.DEFAULT_FROM_EMAIL
    return address.rpartition("@")[2].strip("<> ") or "localhost"


def get_reply_address(
    mailbox: Mailbox | None, ticket: Ticket, contact: Contact, *, at: datetime
) -> str:
    """The address that names this ticket and this person by a secret; "" without a mailbox to answer to."""
    if mailbox is None:
        return ""
    token, _ = ReplyToken.objects.get_or_create(
        desk_id=ticket.desk_id, ticket=ticket, contact=contact, defaults={"created_at": at}
    )
    local, _, domain = mailbox.address.rpartition("@")
    return f"{local}+{token.token}@{domain}"


def make_subject(ticket: Ticket, kind: MailKind) -> str:
    """One line that ends in the ticket's number."""
    if kind in BARE_SUBJECTS and not is_verified(ticket):
        return f"{BARE_SUBJECTS[kind]} [{ticket.reference}]"
    subject = _PREFIX.sub("", one_line(ticket.subject, MAX_SUBJECT_CHARS)) or "Your request"
    tag = f"[{ticket.reference}]"
    return f"Re: {subject}" if tag in subject else f"Re: {subject} {tag}"


def get_thread_headers(ticket: Ticket, contact: Contact) -> tuple[str, list[str]]:
    """In-Reply-To and References of the next mail to a person (RFC 5322, 3.6.4).

    It answers the newest mail that came in, or else the last one that the person got; it refers to what came in
    and what that person got in order of time, of a long thread to the root and the last ones.
    """
    came = InboundMessage.objects.filter(ticket=ticket, message__isnull=False).exclude(
        rfc_message_id=""
    )
    went = OutgoingEmail.objects.filter(ticket=ticket, contact=contact)
    received = sorted(came.order_by().values_list("received_at", "rfc_message_id"))
    sent = went.order_by().values_list("created_at", "rfc_message_id")
    in_time = sorted(
        [*received, *sent], key=lambda pair: pair[0]
    )  # what came in stands before its answer
    ids = list(dict.fromkeys(i for _, i in in_time if len(i) < MAX_ID_CHARS))
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[1 - MAX_REFERENCES :]]
    answered = [i for _, i in received if i in ids] or ids
    return (answered[-1] if answered else "", ids)


def split_attachments(message_id: int | None) -> tuple[list[Attachment], list[Attachment]]:
    """The files of a message that go along, as far as their sum may be mailed, and those left to the portal."""
    along: list[Attachment] = []
    left: list[Attachment] = []
    room = settings.MAX_ATTACHMENT_BYTES
    for file in Attachment.objects.filter(message_id=message_id) if message_id else ():
        goes = not file.is_missing and file.size <= room
        (along if goes else left).append(file)
        room -= file.size if goes else 0
    return along, left


def describe_time(at: datetime | None, desk: Desk) -> str:
    """Such as "Monday 23 November 2026, 15:00 (UTC-03)", in the desk's time zone; "" for none."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(desk.time_zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({get_zone_name(local)})"
