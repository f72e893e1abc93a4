"""The page behind the link to files that were too large for an email.

It needs no sign-in, as the files of an email don't: third parties have none. So it says nothing of
the ticket but the names of the files.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_safe

from channels_intake.outgoing.oversize import find_linked_mail, list_linked_files
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.http.files import serve_attachment
from helpdesk.shared.http.rate_limits import (
    is_within_limit,
    rate_limited,
    too_many_requests,
)

ACTION = "mailed_files"


@require_safe
@require_desk
@rate_limited(ACTION, counts_get=True)
def show_files(request: DeskRequest, token: str) -> HttpResponse:
    """List the files. Return the same 404 for a forged and an expired link."""
    mail = find_linked_mail(token, desk_id=request.desk.pk)
    if mail is None:
        return _refuse(request)
    files = [
        {
            "name": file.name,
            "size": filesizeformat(file.size),
            "url": reverse("mailed_file", args=[token, file.pk]),
        }
        for file in list_linked_files(mail)
    ]
    return render(request, "mailed_files/files.html", {"files": files})


@require_safe
@require_desk
def send_file(request: DeskRequest, token: str, attachment_id: int) -> FileResponse | HttpResponse:
    """Send a file as a download."""
    if not is_within_limit(request, ACTION, counts_get=True):
        return too_many_requests(request)
    mail = find_linked_mail(token, desk_id=request.desk.pk)
    files = list_linked_files(mail) if mail is not None else []
    found = next((file for file in files if file.pk == attachment_id), None)
    return serve_attachment(found) if found is not None else _refuse(request)


def _refuse(request: DeskRequest) -> HttpResponse:
    return render(request, "mailed_files/gone.html", status=HTTPStatus.NOT_FOUND)
