"""Files of public messages, for contacts who may see the ticket."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from helpdesk.portal.layout import render_page
from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.shared.file_pages import describe_pdf, describe_text_file, serve_pdf_page
from helpdesk.shared.http.files import serve_attachment
from helpdesk.shared.http.rate_limits import rate_limited
from tickets.access import get_attachment_for_contact
from tickets.models import Attachment


@require_safe
@require_contact_or_404
def send_file(request: ContactRequest, attachment_id: int) -> FileResponse | HttpResponse:
    """Send the file as a download; with ``?preview=1`` its re-encoded image."""
    attachment = _get_file(request, attachment_id)
    return serve_attachment(attachment, as_preview=request.GET.get("preview") == "1")


@require_safe
@require_contact_or_404
def show_text(request: ContactRequest, attachment_id: int) -> HttpResponse:
    """Show the beginning of a text file, such as a log, with line numbers."""
    file = _get_file(request, attachment_id)
    described = describe_text_file(file, download_url=reverse("portal:file", args=[file.pk]))
    return _show(request, file, described, content="includes/text_file.html")


@require_safe
@require_contact_or_404
@rate_limited("pdf_page", counts_get=True)
def show_pdf(request: ContactRequest, pdf_id: int) -> HttpResponse:
    """Show the pages of a PDF as pictures."""
    file = _get_file(request, pdf_id)
    described = describe_pdf(
        file,
        download_url=reverse("portal:file", args=[file.pk]),
        get_page_url=lambda number: reverse("portal:pdf_page", args=[file.pk, number]),
    )
    return _show(request, file, described, content="includes/pdf_file.html")


@require_safe
@require_contact_or_404
@rate_limited("pdf_page", counts_get=True)
def send_pdf_page(request: ContactRequest, pdf_id: int, page: int) -> HttpResponse:
    """Send a page of a PDF as a picture."""
    return serve_pdf_page(_get_file(request, pdf_id), page)


def _get_file(request: ContactRequest, attachment_id: int) -> Attachment:
    try:
        return get_attachment_for_contact(request.contact, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None


def _show(
    request: ContactRequest, file: Attachment, described: dict[str, Any], *, content: str
) -> HttpResponse:
    ticket = file.ticket
    context = {
        "back_url": reverse("portal:ticket", args=[ticket.number]),
        "back_label": f"{request.desk.ticket_prefix}-{ticket.number}",
        "content": content,
        **described,
    }
    return render_page(request, "portal/file.html", context)
