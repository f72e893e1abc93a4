"""Emails as received and as sent: a page to read, and with ``?download=1`` the source as text.

Nothing of an email is rendered as HTML. The secrets of reply addresses are masked everywhere.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels_intake.incoming.sources import describe_deleted_source
from channels_intake.mime.masking import mask_source
from channels_intake.mime.parsing import parse_message
from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.outgoing.messages import build_message
from channels_intake.outgoing.outbox import read_outbox
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.registry import translate
from channels_intake.selectors import get_inbound_for_agent, get_outgoing_for_agent
from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.components.inbox import EmailFile, EmailSource
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell, can_read_quarantine
from helpdesk.shared.components import Link
from helpdesk.shared.http.files import MISSING, serve_source
from helpdesk.shared.wording.times import format_full_datetime
from tickets.models import Ticket

MAX_SOURCE_BYTES = 200_000


@agent_page
def show_received(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """Show an email as received."""
    try:
        inbound = get_inbound_for_agent(request.agent, inbound_id)
    except InboundMessage.DoesNotExist:
        raise Http404 from None
    if inbound.ticket_id is None and not can_read_quarantine(request.agent):
        raise Http404
    record_admin_view(request, inbound)
    if deleted := describe_deleted_source(inbound):
        return _show_deleted(request, inbound, deleted)
    source = mask_source(read_source(inbound))
    if request.GET.get("download"):
        return serve_source(source, f"received-{inbound.pk}.eml.txt")
    return _show(request, source, title=_("Email as received"), ticket=inbound.ticket)


def _show_deleted(request: AgentRequest, inbound: InboundMessage, deleted: str) -> HttpResponse:
    """Show the rest of an email whose source was deleted. Raises Http404 for its download."""
    if request.GET.get("download"):
        raise Http404(deleted)
    facts = (
        (pgettext("email header", "From"), inbound.sender),
        (pgettext("email header", "Date"), format_full_datetime(inbound.received_at)),
        ("Message-ID", inbound.rfc_message_id),
    )
    mail = EmailSource(
        title=_("Email as received"),
        subject=inbound.subject or _("(no subject)"),
        facts=tuple((label, text) for label, text in facts if text),
        deleted=deleted,
    )
    return _render(request, mail, ticket=inbound.ticket)


def read_source(inbound: InboundMessage) -> bytes:
    """Return the email in what the provider posted, or the payload itself if it holds none."""
    try:
        return translate(inbound.provider, bytes(inbound.raw), inbound.content_type).raw
    except UnreadableError:
        return bytes(inbound.raw)


@agent_page
def show_sent(request: AgentRequest, mail_id: int) -> HttpResponse:
    """Show an email as it was handed to the provider. Http404 if one of its files is missing."""
    try:
        mail = get_outgoing_for_agent(request.agent, mail_id)
    except OutgoingEmail.DoesNotExist:
        raise Http404 from None
    if mail.state == MailState.QUEUED:
        raise Http404
    try:
        source = read_outbox(mail) or build_message(mail).message().as_bytes()
    except OSError:
        raise Http404(str(MISSING)) from None
    record_admin_view(request, mail)
    source = mask_source(source)
    if request.GET.get("download"):
        return serve_source(source, f"sent-{mail.pk}.eml.txt")
    return _show(request, source, title=_("Email as sent"), ticket=mail.ticket)


def _show(
    request: AgentRequest, source: bytes, *, title: str, ticket: Ticket | None
) -> HttpResponse:
    return _render(request, describe_source(source, title=title), ticket=ticket)


def _render(request: AgentRequest, mail: EmailSource, *, ticket: Ticket | None) -> HttpResponse:
    context = {
        **build_shell(request),
        "mail": mail,
        "download_url": f"{request.path}?download=1",
        "back": _link_to_ticket(request, ticket) if ticket else None,
    }
    return render(request, "agent/mail/page.html", context)


def _link_to_ticket(request: AgentRequest, ticket: Ticket) -> Link:
    url = reverse("agent:ticket", args=[ticket.number])
    return Link(url, f"{request.desk.ticket_prefix}-{ticket.number}")


def describe_source(source: bytes, *, title: str) -> EmailSource:
    """Return an email's headers, text and source as plain text, the source up to a limit."""
    mail = parse_message(source)
    name, email = mail.sender.name, mail.sender.email
    author = f"{name} <{email}>" if name else email
    facts = (
        (pgettext("email header", "From"), mail.via or author),
        (pgettext("email header", "Author"), author if mail.via else ""),
        (pgettext("email header", "To"), ", ".join(mail.recipients)),
        (pgettext("email header", "CC"), ", ".join(address.email for address in mail.cc)),
        (pgettext("email header", "Date"), format_full_datetime(mail.date) if mail.date else ""),
        ("Message-ID", mail.message_id),
    )
    return EmailSource(
        title=title,
        subject=mail.subject or _("(no subject)"),
        facts=tuple((label, text) for label, text in facts if text),
        text=mail.body_text,
        files=tuple(
            EmailFile(file.name, filesizeformat(len(file.content))) for file in mail.attachments
        ),
        source=_decode(source[:MAX_SOURCE_BYTES]),
        is_cut=len(source) > MAX_SOURCE_BYTES,
    )


def _decode(source: bytes) -> str:
    return source.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
