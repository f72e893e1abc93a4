"""CSV import and export of customers: a preview first, then the import on a second click.

Between the two clicks the file is in the page itself, compressed and signed for this desk and user,
for an hour. The server keeps nothing, and any process can handle the second click.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.audit import record_audit
from accounts.import_export.files import MAX_BYTES
from accounts.import_export.tables import (
    RESOURCES,
    CsvReport,
    UnreadableCsvError,
    export_csv,
    import_csv,
    preview_csv,
)
from accounts.models import AuditAction
from helpdesk.admin.rendering import render_page
from helpdesk.shared.http.methods import post_only

KINDS = [("accounts", _("Accounts")), ("domains", _("Domains")), ("contacts", _("Contacts"))]
EXPORT_LABELS = {
    "accounts": _("Export accounts"),
    "domains": _("Export domains"),
    "contacts": _("Export contacts"),
}
MAX_SEALED_CHARS = 4 * 1024 * 1024  # below the limit of a form (DATA_UPLOAD_MAX_MEMORY_SIZE)
MAX_SEALED_SECONDS = 3600
MAX_SHOWN_LINES = 500


class UploadForm(forms.Form):
    """A CSV file and the kind of rows in it."""

    kind = forms.ChoiceField(label=_("Data"), choices=KINDS)
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8. The first line must contain the column names."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        return file.read(MAX_BYTES + 1)


class CsvTooLargeError(UnreadableCsvError):
    """The file does not fit into a page, even when compressed."""


def import_customers(request: AdminRequest) -> HttpResponse:
    """Show the page. Post a file for a preview, then the sealed file from it for the import."""
    require_desk_admin(request)
    if request.method != "POST":
        return _show(request, form=UploadForm())
    return _confirm(request) if "sealed" in request.POST else _preview(request)


@post_only
def export_customers(request: AdminRequest) -> HttpResponse:
    """Return all rows of a kind as a file, and record the export in the audit log."""
    require_desk_admin(request)
    kind = request.POST.get("kind", "")
    if kind not in RESOURCES:
        return _show(request, form=UploadForm(), status=422)
    record_audit(desk=request.desk, by=request.user, action=AuditAction.CSV_EXPORTED, target=kind)
    name = f"{request.desk.slug}-{kind}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # Excel reads a file as UTF-8 only if it begins with the byte order mark.
    content = export_csv(desk=request.desk, kind=kind).encode("utf-8-sig")
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _preview(request: AdminRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    kind, data = form.cleaned_data["kind"], form.cleaned_data["file"]
    try:
        report = preview_csv(desk=request.desk, kind=kind, data=data, at=timezone.now())
        sealed = _seal(request, kind, data)
    except UnreadableCsvError as error:
        form.add_error("file", str(error))
        return _show(request, form=form, status=422)
    return _show(
        request, form=UploadForm(initial={"kind": kind}), report=report, sealed=sealed, kind=kind
    )


def _confirm(request: AdminRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    try:
        data = _unseal(request, kind, request.POST["sealed"])
        report = import_csv(
            desk=request.desk, kind=kind, data=data, by=request.user, at=timezone.now()
        )
    except (signing.BadSignature, UnreadableCsvError):
        messages.error(request, gettext("The preview has expired. Choose the file again."))
        return _show(request, form=UploadForm(), status=422)
    return _show(request, form=UploadForm(initial={"kind": kind}), report=report, kind=kind)


def _signer(request: AdminRequest, kind: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"csv/{request.desk.pk}/{request.user.pk}/{kind}")


def _seal(request: AdminRequest, kind: str, data: bytes) -> str:
    packed = base64.urlsafe_b64encode(zlib.compress(data)).decode()
    if len(packed) > MAX_SEALED_CHARS:
        raise CsvTooLargeError(
            gettext("The file is too large for a preview. Split it into several files.")
        )
    return _signer(request, kind).sign(packed)


def _unseal(request: AdminRequest, kind: str, sealed: str) -> bytes:
    """Return what `_seal` packed. Raises BadSignature unless it did so for this desk and user."""
    packed = _signer(request, kind).unsign(sealed, max_age=MAX_SEALED_SECONDS)
    return zlib.decompress(base64.urlsafe_b64decode(packed))


def _show(
    request: AdminRequest,
    *,
    form: UploadForm,
    report: CsvReport | None = None,
    sealed: str = "",
    kind: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "kinds": [
            (name, label, EXPORT_LABELS[name], RESOURCES[name].columns(), RESOURCES[name].key)
            for name, label in KINDS
        ],
        "kind": kind,
        "kind_label": dict(KINDS).get(kind, ""),
        "report": report,
        "sealed": sealed,
        "valid": report.created + report.changed if report else 0,
        "rejected": report.rejected[:MAX_SHOWN_LINES] if report else (),
        "hidden_count": max(0, len(report.rejected) - MAX_SHOWN_LINES) if report else 0,
    }
    return render_page(
        request,
        "admin/import_export.html",
        title=gettext("CSV import and export"),
        status=status,
        **context,
    )
