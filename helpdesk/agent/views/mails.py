"""The sources of mails, as plain text to download: what came in, and what went out. The secrets of reply addresses
are hidden in both."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from channels_intake.masking import mask_source
from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.outbound import build_message
from channels_intake.outbox import read_outbox
from channels_intake.providers import Unreadable, translate
from channels_intake.selectors import inbound_for_agent, outgoing_for_agent
from helpdesk.agent.audited import audit_view
from helpdesk.agent.doors import AgentRequest, reading
from helpdesk.agent.shell import SEES_QUARANTINE
from helpdesk.files import MISSING, serve_source


@reading
def show_received(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """The mail as it came: of a ticket for every agent, of the held ones for leads and admins."""
    try:
        inbound = inbound_for_agent(request.agent, inbound_id)
    except InboundMessage.DoesNotExist:
        raise Http404 from None
    if inbound.ticket_id is None and request.agent.role not in SEES_QUARANTINE:
        raise Http404
    audit_view(request, inbound)
    return serve_source(mask_source(read_source(inbound)), f"received-{inbound.pk}.eml.txt")


def read_source(inbound: InboundMessage) -> bytes:
    """The mail out of what the provider posted; the payload itself when it holds no mail."""
    try:
        return translate(inbound.provider, bytes(inbound.raw), inbound.content_type).raw
    except Unreadable:
        return bytes(inbound.raw)


@reading
def show_sent(request: AgentRequest, mail_id: int) -> HttpResponse:
    """A mail that went out, as it was handed to the provider. Http404 when a file of it is missing."""
    try:
        mail = outgoing_for_agent(request.agent, mail_id)
    except OutgoingEmail.DoesNotExist:
        raise Http404 from None
    if mail.state == MailState.QUEUED:
        raise Http404
    try:
        source = read_outbox(mail) or build_message(mail).message().as_bytes()
    except OSError:
        raise Http404(MISSING) from None
    audit_view(request, mail)
    return serve_source(mask_source(source), f"sent-{mail.pk}.eml.txt")
