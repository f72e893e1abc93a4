"""Files of messages, notes and pending replies: downloads, and pages that show a text or a PDF."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.shared.file_pages import describe_pdf, describe_text_file, serve_pdf_page
from helpdesk.shared.http.files import serve_attachment, serve_unsent
from helpdesk.shared.http.rate_limits import rate_limited
from tickets.access import get_attachment_for_agent, get_unsent_file_for_agent
from tickets.models import Attachment, Ticket, UnsentFile


@agent_page
def show_file(request: AgentRequest, attachment_id: int) -> FileResponse | HttpResponse:
    """Serve a file as a download, or with ``?preview=1`` its re-encoded image."""
    attachment = _get_file(request, attachment_id)
    return serve_attachment(attachment, as_preview="preview" in request.GET)


@agent_page
def show_pending_file(request: AgentRequest, number: int, pending_file_id: int) -> FileResponse:
    """Serve a file of a reply that isn't sent yet, such as for the one who approves it."""
    try:
        file = get_unsent_file_for_agent(request.agent, number=number, file_id=pending_file_id)
    except UnsentFile.DoesNotExist:
        raise Http404 from None
    record_admin_view(request, file)
    return serve_unsent(file)


@agent_page
def show_text(request: AgentRequest, attachment_id: int) -> HttpResponse:
    """Show the beginning of a text file, such as a log, with line numbers."""
    file = _get_file(request, attachment_id)
    described = describe_text_file(file, download_url=reverse("agent:file", args=[file.pk]))
    return _show(request, file, described, content="includes/text_file.html")


@agent_page
@rate_limited("pdf_page", counts_get=True)
def show_pdf(request: AgentRequest, pdf_id: int) -> HttpResponse:
    """Show the pages of a PDF as pictures."""
    file = _get_file(request, pdf_id)
    described = describe_pdf(
        file,
        download_url=reverse("agent:file", args=[file.pk]),
        get_page_url=lambda number: reverse("agent:pdf_page", args=[file.pk, number]),
    )
    return _show(request, file, described, content="includes/pdf_file.html")


@agent_page
@rate_limited("pdf_page", counts_get=True)
def show_pdf_page(request: AgentRequest, pdf_id: int, page: int) -> HttpResponse:
    """Return a page of a PDF as a picture."""
    return serve_pdf_page(_get_file(request, pdf_id), page)


def _show(
    request: AgentRequest, file: Attachment, described: dict[str, Any], *, content: str
) -> HttpResponse:
    ticket = file.ticket
    context = {
        **build_shell(request),
        "back_url": _get_place(file, ticket),
        "back_label": f"{request.desk.ticket_prefix}-{ticket.number}",
        "content": content,
        **described,
    }
    return render(request, "agent/ticket/file.html", context)


def _get_place(file: Attachment, ticket: Ticket) -> str:
    """Return the URL of the message, note or side message that has the file."""
    if file.side_message is not None:
        place = reverse("agent:side", args=[ticket.number, file.side_message.side_id])
        return f"{place}#message-side-{file.side_message_id}"
    place = reverse("agent:ticket", args=[ticket.number])
    anchor = f"message-{file.message_id}" if file.message_id else f"message-note-{file.note_id}"
    return f"{place}#{anchor}"


def _get_file(request: AgentRequest, attachment_id: int) -> Attachment:
    try:
        attachment = get_attachment_for_agent(request.agent, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    record_admin_view(request, attachment)
    return attachment
