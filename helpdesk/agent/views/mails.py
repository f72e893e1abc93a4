"""Mails as they came in and went out: a page to read, and (``?download=1``) the source as plain text.

Nothing of a mail is rendered; the secrets of reply addresses are hidden everywhere.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from channels_intake.mime.masking import mask_source
from channels_intake.mime.parsing import parse_message
from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.outgoing.outbox import read_outbox
from channels_intake.outgoing.sending import build_message
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.registry import translate
from channels_intake.selectors import get_inbound_for_agent, get_outgoing_for_agent
from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import SEES_QUARANTINE, make_shell
from helpdesk.shared.files import MISSING, serve_source
from helpdesk.shared.times import format_full_datetime
from tickets.models import Ticket

MAX_SOURCE_BYTES = 200_000  # bytes


@agent_page
def show_received(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """The mail as it came: of a ticket for every agent, of the held ones for leads and admins."""
    try:
        inbound = get_inbound_for_agent(request.agent, inbound_id)
    except InboundMessage.DoesNotExist:
        raise Http404 from None
    if inbound.ticket_id is None and request.agent.role not in SEES_QUARANTINE:
        raise Http404
    record_admin_view(request, inbound)
    source = mask_source(read_source(inbound))
    if request.GET.get("download"):
        return serve_source(source, f"received-{inbound.pk}.eml.txt")
    return _show(request, source, title="As it came", ticket=inbound.ticket)


def read_source(inbound: InboundMessage) -> bytes:
    """The mail out of what the provider posted; the payload itself when it holds no mail."""
    try:
        return translate(inbound.provider, bytes(inbound.raw), inbound.content_type).raw
    except UnreadableError:
        return bytes(inbound.raw)


@agent_page
def show_sent(request: AgentRequest, mail_id: int) -> HttpResponse:
    """A mail that went out, as it was handed to the provider. Http404 when a file of it is missing."""
    try:
        mail = get_outgoing_for_agent(request.agent, mail_id)
    except OutgoingEmail.DoesNotExist:
        raise Http404 from None
    if mail.state == MailState.QUEUED:
        raise Http404
    try:
        source = read_outbox(mail) or build_message(mail).message().as_bytes()
    except OSError:
        raise Http404(MISSING) from None
    record_admin_view(request, mail)
    source = mask_source(source)
    if request.GET.get("download"):
        return serve_source(source, f"sent-{mail.pk}.eml.txt")
    return _show(request, source, title="As sent", ticket=mail.ticket)


def _show(
    request: AgentRequest, source: bytes, *, title: str, ticket: Ticket | None
) -> HttpResponse:
    context = {
        **make_shell(request),
        "mail": {"title": title, **describe_mail(source)},
        **show_text_of(source),
        "download_url": f"{request.path}?download=1",
        "back": ticket
        and {"url": reverse("agent:ticket", args=[ticket.number]), "label": _name(request, ticket)},
    }
    return render(request, "agent/mail/page.html", context)


def _name(request: AgentRequest, ticket: Ticket) -> str:
    return f"{request.desk.ticket_prefix}-{ticket.number}"


def describe_mail(source: bytes) -> dict[str, Any]:
    """What a source says, as plain texts: subject, facts [(word, text)], text, files."""
    mail = parse_message(source)
    facts = {
        "From": f"{mail.sender.name} <{mail.sender.email}>"
        if mail.sender.name
        else mail.sender.email,
        "To": ", ".join(mail.recipients),
        "CC": ", ".join(address.email for address in mail.cc),
        "Date": format_full_datetime(mail.date) if mail.date else "",
        "Message-ID": mail.message_id,
    }
    return {
        "subject": mail.subject or "(no subject)",
        "facts": [(word, text) for word, text in facts.items() if text],
        "text": mail.body_text,
        "files": [{"name": file.name, "size": len(file.content)} for file in mail.attachments],
    }


def show_text_of(source: bytes) -> dict[str, Any]:
    """A source as text, up to MAX_SOURCE_BYTES bytes; the download has all."""
    text = (
        source[:MAX_SOURCE_BYTES]
        .decode("utf-8", "replace")
        .replace("\x00", "\N{REPLACEMENT CHARACTER}")
    )
    return {"source": text, "is_cut": len(source) > MAX_SOURCE_BYTES}
