"""Pages that show a text file. Nothing of the file is markup there: every line is escaped."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.tenancy import release_connection
from helpdesk.shared.http.files import MISSING
from tickets.attachments.texts import MAX_BYTES, TextStart, is_text, read_start
from tickets.models import Attachment


def describe_text_file(file: Attachment, *, download_url: str) -> dict[str, Any]:
    """Return the context of includes/text_file.html. Raises Http404 for any other file."""
    start = _read(file)
    cut = _("Only the beginning is shown here: up to %(size)s, with long lines cut.")
    return {
        "page_title": file.name,
        "size_text": filesizeformat(file.size),
        "lines": start.lines,
        "cut": cut % {"size": filesizeformat(MAX_BYTES)} if start.is_cut else "",
        "download_url": download_url,
    }


def _read(file: Attachment) -> TextStart:
    if not is_text(file):
        raise Http404
    try:
        start = read_start(file)
    except FileNotFoundError:
        raise Http404(str(MISSING)) from None
    if start is None:
        raise Http404(_("This file holds no text, so it can't be shown. Download it instead."))
    release_connection()
    return start
