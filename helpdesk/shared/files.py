"""Serving files: always asked for through a view that knows the person, never as a page of our origin.

A stranger's file is a download without a type, in a sandbox (ASVS 5.4.1, 3.2.1); only the PNG that Plumbline
itself encoded from an image is shown inline.
"""

from __future__ import annotations

from typing import TypeVar

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from accounts.models import Desk
from accounts.tenancy import release_connection
from helpdesk.shared.streaming import StreamedFile
from tickets.models import Attachment

SANDBOX = {"default-src": ["'none'"], "sandbox": True}
MISSING = "This file is missing from the storage. Its name and size are kept; the original mail may still hold it."


def serve_attachment(attachment: Attachment, *, as_preview: bool = False) -> FileResponse:
    """A file as a download, or (as_preview) its re-encoded image to be shown inline.

    The caller has asked tickets.access whether the person may have it. Raises Http404 with a sentence for the
    page when the storage does not hold it.
    """
    stored = attachment.preview if as_preview else attachment.file
    if not stored or not stored.name:
        raise Http404(MISSING)
    try:
        content = default_storage.open(stored.name)
    except FileNotFoundError:
        raise Http404(MISSING) from None
    content_type = "image/png" if as_preview else "application/octet-stream"
    response = StreamedFile(content, content_type=content_type)
    response["Content-Disposition"] = (
        content_disposition_header(not as_preview, attachment.name) or ""
    )
    release_connection()
    return sandbox(response)


def serve_logo(desk: Desk) -> FileResponse:
    """The desk's logo, which everybody may see and keep: another one gets another name (accounts/logos.py)."""
    try:
        content = default_storage.open(desk.logo)
    except FileNotFoundError:
        raise Http404(MISSING) from None
    response = StreamedFile(content, content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    release_connection()
    return sandbox(response)


def serve_source(text: bytes, name: str) -> HttpResponse:
    """The source of a mail as plain text to download."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return sandbox(response)


R = TypeVar("R", FileResponse, HttpResponse)


def sandbox(response: R) -> R:
    """Let nothing in this answer run, load or be taken for another type."""
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_config = SANDBOX  # type: ignore[attr-defined]  # what django-csp's decorator csp sets: this policy and no other
    return response
