"""The sources of mails, as plain text to download: what came in, and what went out."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.outbound import build_message
from helpdesk.agent.doors import AgentRequest, reading
from helpdesk.agent.shell import SEES_QUARANTINE
from helpdesk.files import MISSING, serve_source


@reading
def show_received(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """What the provider posted, byte for byte: of a ticket for every agent, of the held ones for leads and admins."""
    inbound = InboundMessage.objects.filter(desk=request.desk, pk=inbound_id).first()
    if inbound is None or (inbound.ticket_id is None and request.agent.role not in SEES_QUARANTINE):
        raise Http404
    return serve_source(bytes(inbound.raw), f"received-{inbound.pk}.eml.txt")


@reading
def show_sent(request: AgentRequest, mail_id: int) -> HttpResponse:
    """A mail that went out, as it was handed to the provider. Http404 when a file of it is missing."""
    mail = OutgoingEmail.objects.filter(desk=request.desk, pk=mail_id).select_related("ticket__desk").first()
    if mail is None or mail.state == MailState.QUEUED:
        raise Http404
    try:
        source = build_message(mail).message().as_bytes()
    except OSError:
        raise Http404(MISSING) from None
    return serve_source(source, f"sent-{mail.pk}.eml.txt")
