"""Files of messages and notes: downloads, and pages that show a text file."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.shared.file_pages import describe_text_file
from helpdesk.shared.http.files import serve_attachment
from tickets.access import get_attachment_for_agent
from tickets.models import Attachment


@agent_page
def show_file(request: AgentRequest, attachment_id: int) -> FileResponse | HttpResponse:
    """Serve a file as a download, or with ``?preview=1`` its re-encoded image."""
    attachment = _get_file(request, attachment_id)
    return serve_attachment(attachment, as_preview="preview" in request.GET)


@agent_page
def show_text(request: AgentRequest, attachment_id: int) -> HttpResponse:
    """Show the beginning of a text file, such as a log, with line numbers."""
    file = _get_file(request, attachment_id)
    parent = file.message or file.note
    assert parent is not None  # noqa: S101 (constraint attachment_one_parent)
    ticket = parent.ticket
    context = {
        **build_shell(request),
        "back_url": f"{reverse('agent:ticket', args=[ticket.number])}#{_get_anchor(file)}",
        "back_label": f"{request.desk.ticket_prefix}-{ticket.number}",
        **describe_text_file(file, download_url=reverse("agent:file", args=[file.pk])),
    }
    return render(request, "agent/ticket/text_file.html", context)


def _get_anchor(file: Attachment) -> str:
    return f"message-{file.message_id}" if file.message_id else f"message-note-{file.note_id}"


def _get_file(request: AgentRequest, attachment_id: int) -> Attachment:
    try:
        attachment = get_attachment_for_agent(request.agent, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    record_admin_view(request, attachment)
    return attachment
