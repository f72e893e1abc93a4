"""Pages that show a file: a text, or the pages of a PDF.

Nothing of the file is markup or script there: lines are escaped, and pages are pictures that
another process has drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.tenancy import release_connection
from helpdesk.shared.http.files import MISSING, sandbox
from helpdesk.shared.urls import get_url
from tickets.attachments.pdfs import MAX_PAGES, Drawn, PdfError, PdfProblem, draw_page, is_pdf
from tickets.attachments.texts import MAX_BYTES, TextStart, is_text, read_start
from tickets.models import Attachment

PDF_PROBLEMS: dict[PdfProblem, Promise] = {
    PdfProblem.TOO_LARGE: gettext_lazy(
        "This file is too large to be shown here. Download it instead."
    ),
    PdfProblem.BROKEN: gettext_lazy(
        "This file is damaged or isn't a PDF, so it can't be shown. Download it instead, and be "
        "careful when you open it."
    ),
    PdfProblem.ENCRYPTED: gettext_lazy(
        "This file has a password, so it can't be shown. Download it instead."
    ),
    PdfProblem.TOOK_TOO_LONG: gettext_lazy(
        "Reading this file took too long. Download it instead, and be careful when you open it."
    ),
    PdfProblem.BUSY: gettext_lazy(
        "Other files are being read at the moment. Reload the page in a few seconds."
    ),
}


def get_view_url(file: Attachment, interface: str) -> str:
    """Return the page of an interface ("agent", "portal") that shows a file, or ""."""
    if is_text(file):
        return get_url(f"{interface}:text_file", file.pk)
    return get_url(f"{interface}:pdf_file", file.pk) if is_pdf(file) else ""


def describe_pdf(
    file: Attachment, *, download_url: str, get_page_url: Callable[[int], str]
) -> dict[str, Any]:
    """Return the context of includes/pdf_file.html. Raises Http404 for any other file."""
    problem, count = "", 0
    try:
        count = _draw(file, 0).count
    except PdfError as error:
        problem = str(PDF_PROBLEMS[error.problem])
    shown = range(1, min(count, MAX_PAGES) + 1)
    cut = _("Only the first %(shown)s of %(count)s pages are shown here.")
    return {
        "page_title": file.name,
        "size_text": filesizeformat(file.size),
        "pages": [(_name_page(number, count), get_page_url(number)) for number in shown],
        "cut": cut % {"shown": MAX_PAGES, "count": count} if count > MAX_PAGES else "",
        "problem": problem,
        "download_url": download_url,
    }


def serve_pdf_page(file: Attachment, number: int) -> HttpResponse:
    """Return a page of a PDF as PNG. Raises Http404 for other files, and for those not shown."""
    if not 0 < number <= MAX_PAGES:
        raise Http404
    try:
        png = _draw(file, number).png
    except PdfError as error:
        raise Http404(str(PDF_PROBLEMS[error.problem])) from None
    return sandbox(HttpResponse(png, content_type="image/png"))


def _name_page(number: int, count: int) -> str:
    return _("Page %(number)s of %(count)s") % {"number": number, "count": count}


def _draw(file: Attachment, number: int) -> Drawn:
    if not is_pdf(file):
        raise Http404
    try:
        return draw_page(file, number)
    except FileNotFoundError:
        raise Http404(str(MISSING)) from None


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
