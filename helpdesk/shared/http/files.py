"""Serving of stored files, always through a view that has checked the person's access.

An uploaded file is a download without a type, in a sandbox (ASVS 5.4.1, 3.2.1). Only the PNG that
Plumbline itself encoded from an image is shown inline.
"""

from __future__ import annotations

from typing import TypeVar

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk
from accounts.tenancy import release_connection
from helpdesk.shared.http.streaming import StreamedFile
from tickets.models import Attachment, UnsentFile

SANDBOX = {"default-src": ["'none'"], "sandbox": True}
MISSING = _(
    "This file is missing from storage. Look for it in the original email, or ask the sender again."
)
REMOVED = _("This file was removed. Its content was deleted for good.")

# Stands where a preview is still being made. The next visit shows the preview.
PENDING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="100" viewBox="0 0 160 100">'
    b'<rect width="160" height="100" rx="8" fill="#8884"/>'
    b'<g fill="#888"><circle cx="60" cy="50" r="5"/><circle cx="80" cy="50" r="5"/>'
    b'<circle cx="100" cy="50" r="5"/></g></svg>'
)


def serve_attachment(
    attachment: Attachment, *, as_preview: bool = False
) -> FileResponse | HttpResponse:
    """Return a file as a download, or (as_preview) its re-encoded image to be shown inline.

    While the preview is being made, a picture of three dots stands for it.

    The caller has checked access with tickets.access. Raises Http404 with a sentence for the page
    if the file is missing from storage.
    """
    if as_preview and attachment.is_preview_due:
        return sandbox(HttpResponse(PENDING, content_type="image/svg+xml"))
    if attachment.is_removed:
        raise Http404(str(REMOVED))
    stored = attachment.preview if as_preview else attachment.file
    return _serve_stored(stored, attachment.name, as_preview=as_preview)


def serve_unsent(file: UnsentFile) -> FileResponse:
    """Return a file of a pending reply as a download. Raises Http404 as serve_attachment does."""
    return _serve_stored(file.file, file.name)


def _serve_stored(stored: FieldFile, name: str, *, as_preview: bool = False) -> FileResponse:
    if not stored or not stored.name:
        raise Http404(str(MISSING))
    try:
        content = default_storage.open(stored.name)
    except FileNotFoundError:
        raise Http404(str(MISSING)) from None
    content_type = "image/png" if as_preview else "application/octet-stream"
    response = StreamedFile(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(not as_preview, name) or ""
    release_connection()
    return sandbox(response)


def serve_logo(desk: Desk) -> FileResponse:
    """Return the desk's public logo, cacheable forever: a new one gets a new name."""
    try:
        content = default_storage.open(desk.logo)
    except FileNotFoundError:
        raise Http404(str(MISSING)) from None
    response = StreamedFile(content, content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    release_connection()
    return sandbox(response)


def serve_source(text: bytes, name: str) -> HttpResponse:
    """Return an email's source as a plain-text download."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return sandbox(response)


R = TypeVar("R", FileResponse, HttpResponse)


def sandbox(response: R) -> R:
    """Stop a response from running scripts, loading anything or being sniffed as another type."""
    response["X-Content-Type-Options"] = "nosniff"
    # As django-csp's decorator csp sets it: this policy and no other.
    response._csp_config = SANDBOX  # type: ignore[attr-defined]  # set by django-csp
    return response
