"""Downloads of the files of messages and notes."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse

from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.shared.http.files import serve_attachment
from tickets.access import get_attachment_for_agent
from tickets.models import Attachment


@agent_page
def show_file(request: AgentRequest, attachment_id: int) -> FileResponse | HttpResponse:
    """Serve a file as a download, or with ``?preview=1`` its re-encoded image."""
    try:
        attachment = get_attachment_for_agent(request.agent, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    record_admin_view(request, attachment)
    return serve_attachment(attachment, as_preview="preview" in request.GET)
