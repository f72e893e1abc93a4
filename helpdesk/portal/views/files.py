"""Files of public messages, for contacts who may see the ticket."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.shared.http.files import serve_attachment
from tickets.access import get_attachment_for_contact
from tickets.models import Attachment


@require_safe
@require_contact_or_404
def send_file(request: ContactRequest, attachment_id: int) -> FileResponse | HttpResponse:
    """Send the file as a download; with ``?preview=1`` its re-encoded image."""
    try:
        attachment = get_attachment_for_contact(request.contact, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return serve_attachment(attachment, as_preview=request.GET.get("preview") == "1")
