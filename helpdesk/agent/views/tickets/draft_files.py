"""Files of the composer's draft: uploaded one by one while someone writes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.ticket_page.composing.composer import describe_draft_file
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.drafts import read_fields, to_place
from helpdesk.shared.fields import FileLimits
from helpdesk.shared.http.rate_limits import is_within_limit, too_many_requests
from helpdesk.shared.urls import get_url
from tickets.attachments.files import NewFile, clean_file_name
from tickets.errors import ServiceError
from tickets.replies.draft_files import add_draft_file, list_files, remove_draft_file


@agent_action
def upload_file(request: AgentRequest, number: int) -> HttpResponse:
    """Store one file with the draft of the ticket's composer, and show it (201)."""
    get_ticket_for_change(request.agent, number)
    if not is_within_limit(request, "draft"):
        return too_many_requests(request)
    upload = request.FILES.get("file")
    if upload is None:
        return _refuse(_("Choose a file."))
    mine: dict[str, Any] = {
        "desk": request.desk,
        "user": request.agent.user,
        "place": to_place(get_url("agent:answers", number)),
    }
    name, size = clean_file_name(upload.name or ""), upload.size or 0
    try:
        FileLimits().check([*list_files(**mine), (name, size)])
        file = NewFile(name, upload.content_type or "application/octet-stream", upload.read())
        fields, at = read_fields(request.POST), timezone.now()
        stored = add_draft_file(**mine, fields=fields, file=file, at=at)
    except ValidationError as error:
        return _refuse(" ".join(error.messages))
    except ServiceError as error:
        return _refuse(str(error))
    shown = describe_draft_file(stored.pk, stored.name, stored.size)
    return render(request, "agent/ticket/_draft_file.html", {"file": shown}, status=201)


@agent_action
def remove_file(request: AgentRequest, file_id: int) -> HttpResponse:
    """Remove a file from one's own draft."""
    was_there = remove_draft_file(desk=request.desk, user=request.agent.user, file_id=file_id)
    return HttpResponse(status=204 if was_there else 404)


def _refuse(text: str) -> HttpResponse:
    return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
