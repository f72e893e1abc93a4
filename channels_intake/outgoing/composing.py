"""Compose emails to contacts: sender, thread headers, subject, body.

Everything is in the recipient's language and time zone. Only public messages are ever passed in: no
function here reads or takes a Note.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.customers.entitlements import get_portal_refusal
from accounts.customers.refusals import describe_refusal_for_customer
from accounts.languages import use_recipient_locale
from accounts.matching import canonicalize_address
from accounts.models import Contact, Desk
from accounts.zones import get_zone_name
from channels_intake.mailboxes import get_default_mailbox, list_usable_mailboxes
from channels_intake.mime.text import one_line
from channels_intake.models import InboundMessage, Mailbox, MailKind, OutgoingEmail, ReplyToken
from channels_intake.outgoing.automatic_mail import is_verified
from channels_intake.outgoing.rendering import render_email
from channels_intake.plan_channels import get_plan_channels
from tickets.models import Attachment, Channel, Message, Ticket, TicketEvent
from tickets.subjects import strip_reply_prefixes

MAX_SUBJECT_CHARS = 200
MAX_REFERENCES = 20
MAX_ID_CHARS = 250


def create_mail(
    event: TicketEvent,
    contact: Contact,
    kind: MailKind,
    *,
    message: Message | None = None,
    details: dict[str, Any] | None = None,
    hold: timedelta = timedelta(0),
) -> OutgoingEmail:
    """Return the email of this kind to this person about this event, composing it if it is new.

    details: what the template needs beyond get_ticket_context; moments are formatted for the
    recipient. The caller queues the email after the commit. hold: how long it waits at least.
    """
    known = OutgoingEmail.objects.filter(event=event, contact=contact, kind=kind).first()
    if known:
        return known
    ticket = event.ticket
    mailbox = get_sending_mailbox(ticket)
    in_reply_to, references = get_thread_headers(ticket, contact)
    mail, _created = OutgoingEmail.objects.get_or_create(
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
            **_render(ticket, contact, kind, details or {}, is_first=not in_reply_to),
            "promised_at": (details or {}).get("first_response_due"),
            "rfc_message_id": f"{uuid4().hex}@{get_sending_domain(mailbox)}",
            "in_reply_to": in_reply_to,
            "references": references,
            "next_try_at": event.at + hold,
            "created_at": event.at,
        },
    )
    return mail


def _render(
    ticket: Ticket, contact: Contact, kind: MailKind, details: dict[str, Any], *, is_first: bool
) -> dict[str, str]:
    """Subject and both bodies, in the recipient's language and time zone."""
    with use_recipient_locale(desk=ticket.desk, contact=contact, user=contact.user):
        context = get_ticket_context(ticket, contact) | {
            name: format_moment(value) if isinstance(value, datetime) else value
            for name, value in details.items()
        }
        text, html = render_email(f"emails/{kind}", context, desk=ticket.desk)
        days_left = details.get("days_left")
        subject = make_subject(ticket, kind, days_left=days_left, is_first=is_first)
        return {"subject": subject, "body_text": text, "body_html": html}


def get_ticket_context(ticket: Ticket, contact: Contact) -> dict[str, Any]:
    """Return what every template may show. An unverified address gets no name and no link."""
    portal = f"{get_desk_url(ticket.desk)}/portal/"
    return {
        "desk_name": ticket.desk.name,
        "reference": ticket.reference,
        "name": one_line(contact.name, 60) if is_verified(ticket) else "",
        "portal_url": portal,
        "ticket_url": "" if ticket.is_unverified else f"{portal}requests/{ticket.number}/",
        "recommends_portal": ticket.channel == Channel.EMAIL and _can_use_portal(ticket, contact),
        **_get_coverage(ticket),
    }


def _can_use_portal(ticket: Ticket, contact: Contact) -> bool:
    """Return True unless the plan of a verified sender keeps them from submitting requests there.

    An unverified sender learns nothing about the plan of the address that they named.
    """
    if not is_verified(ticket):
        return True
    return contact.may_log_in and get_portal_refusal(contact) is None


def _get_coverage(ticket: Ticket) -> dict[str, Any]:
    """Return why the plan doesn't cover the ticket, and what it includes; {} if it does.

    Only for verified senders, as in `_can_use_portal`.
    """
    if not ticket.uncovered or not is_verified(ticket):
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


def get_sending_mailbox(ticket: Ticket) -> Mailbox | None:
    """Return the mailbox to send from: where the ticket came in, else the desk's default."""
    arrived = InboundMessage.objects.filter(
        ticket=ticket, mailbox__in=list_usable_mailboxes()
    ).order_by("pk")
    if mailbox_id := arrived.values_list("mailbox", flat=True).first():
        return Mailbox.objects.get(pk=mailbox_id)
    return get_default_mailbox(ticket.desk_id)


def format_sender(mailbox: Mailbox | None, message: Message | None) -> str:
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


def get_reply_address(
    mailbox: Mailbox | None, ticket: Ticket, contact: Contact, *, at: datetime
) -> str:
    """Return a secret address that identifies this ticket and person; "" without a mailbox."""
    if mailbox is None:
        return ""
    token, _ = ReplyToken.objects.get_or_create(
        desk_id=ticket.desk_id, ticket=ticket, contact=contact, defaults={"created_at": at}
    )
    local, _, domain = mailbox.address.rpartition("@")
    return f"{local}+{token.token}@{domain}"


def make_subject(
    ticket: Ticket, kind: MailKind, *, days_left: int | None = None, is_first: bool = False
) -> str:
    """Return a one-line subject that names the ticket.

    An automatic email to an unverified address repeats nothing that was submitted: a form must not
    relay spam (reliability.md, "Relay of spam"). days_left: in a reminder, until the ticket closes.
    is_first: no email went to or came from this person yet, so a reply isn't a "Re:".
    """
    facts = {"reference": ticket.reference, "subject": _get_plain_subject(ticket)}
    if kind in (MailKind.REPLY, MailKind.COPY):
        is_tagged = f"[{ticket.reference}]" in facts["subject"]
        subject = ("%(subject)s" if is_tagged else "%(subject)s [%(reference)s]") % facts
        return f"Re: {subject}" if kind == MailKind.REPLY and not is_first else subject
    if kind == MailKind.PHONE:
        return _("[%(reference)s] Your call: %(subject)s") % facts
    if kind == MailKind.REMINDER:
        return _make_reminder_subject(facts, days_left)
    if kind == MailKind.RECEIPT:
        if is_verified(ticket):
            return _("[%(reference)s] We received your request: %(subject)s") % facts
        return _("[%(reference)s] We received your request") % facts
    if kind == MailKind.PROMISE:
        return _("[%(reference)s] New response time: %(subject)s") % facts
    if is_verified(ticket):
        return _("[%(reference)s] We closed your request: %(subject)s") % facts
    return _("[%(reference)s] We closed your request") % facts


def _make_reminder_subject(facts: dict[str, Any], days_left: int | None) -> str:
    if not days_left:
        return _("[%(reference)s] Still need help?") % facts
    text = ngettext(
        "[%(reference)s] Still need help? We'll close this request in %(days)s day",
        "[%(reference)s] Still need help? We'll close this request in %(days)s days",
        days_left,
    )
    return text % (facts | {"days": days_left})


def _get_plain_subject(ticket: Ticket) -> str:
    """Return the ticket's subject without "Re:" and the like, also behind the reference."""
    plain = strip_reply_prefixes(one_line(ticket.subject, MAX_SUBJECT_CHARS))
    tag = f"[{ticket.reference}]"
    if plain.startswith(tag):
        rest = strip_reply_prefixes(plain.removeprefix(tag)).strip()
        plain = f"{tag} {rest}" if rest else ""
    return plain or _("Your request")


def get_thread_headers(ticket: Ticket, contact: Contact) -> tuple[str, list[str]]:
    """Return In-Reply-To and References of the next email to a person (RFC 5322, 3.6.4).

    It replies to the newest inbound email, or else to the last one this person got. References
    holds both directions in order of time; a long thread keeps its root and its newest ids.
    """
    came = InboundMessage.objects.filter(ticket=ticket, message__isnull=False).exclude(
        rfc_message_id=""
    )
    went = OutgoingEmail.objects.filter(ticket=ticket, contact=contact)
    received = sorted(came.order_by().values_list("received_at", "rfc_message_id"))
    sent = went.order_by().values_list("created_at", "rfc_message_id")
    # Stable: inbound email stays before a reply of the same moment.
    in_time = sorted([*received, *sent], key=lambda pair: pair[0])
    # A header holds no letters outside of ASCII: encoded as words they would break the thread.
    ids = list(dict.fromkeys(i for _, i in in_time if len(i) < MAX_ID_CHARS and i.isascii()))
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[1 - MAX_REFERENCES :]]
    answered = [i for _, i in received if i in ids] or ids
    return (answered[-1] if answered else "", ids)


def split_attachments(message_id: int | None) -> tuple[list[Attachment], list[Attachment]]:
    """Split a message's files into those to attach and those left out.

    Left out are files beyond MAX_ATTACHMENT_BYTES in sum, and files that could not be stored.
    """
    along: list[Attachment] = []
    left: list[Attachment] = []
    room = settings.MAX_ATTACHMENT_BYTES
    for file in Attachment.objects.filter(message_id=message_id) if message_id else ():
        goes = not file.is_missing and file.size <= room
        (along if goes else left).append(file)
        room -= file.size if goes else 0
    return along, left


def format_moment(at: datetime) -> str:
    """Return a moment such as "Mon, Nov 23, 2026, 3:00 PM (UTC-03)", in the active time zone."""
    local = timezone.localtime(at)
    moment = date_format(local, pgettext("date format", "D, M j, Y, g:i A"))
    return f"{moment} ({get_zone_name(local)})"
