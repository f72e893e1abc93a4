"""CSV in and out as a page of the admin site: a file is looked through first, and taken with a second click.

Between the two the file stays with the one who sent it: in the page, compressed and signed for this desk and
person, for an hour. So nothing of it lies about on the server, whichever process takes the second click.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminFileFieldWidget

from accounts.admin.base import AdminRequest, is_desk_admin
from accounts.audit import record_audit
from accounts.import_export.files import MAX_BYTES
from accounts.import_export.tables import (
    RESOURCES,
    CsvReport,
    CsvUnreadable,
    export_csv,
    import_csv,
    preview_csv,
)
from accounts.models import AuditAction
from helpdesk.admin.rendering import render_page

KINDS = [(kind, kind.title()) for kind in RESOURCES]
SEALED_CHARS = 4 * 1024 * 1024  # below what a form may carry (DATA_UPLOAD_MAX_MEMORY_SIZE)
SEALED_SECONDS = 3600
SHOWN_REFUSALS = 500


class UploadForm(forms.Form):
    """A file and what it lists."""

    kind = forms.ChoiceField(label="What it lists", choices=KINDS)
    file = forms.FileField(
        label="CSV file",
        help_text="UTF-8; the first line names the columns.",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        return file.read(MAX_BYTES + 1)


class TooLarge(CsvUnreadable):
    """The file does not fit into a page, even compressed."""


def import_customers(request: AdminRequest) -> HttpResponse:
    """The page; a post with a file looks it through, a post with what that page carried takes it."""
    _require_desk_admin(request)
    if request.method != "POST":
        return _show(request, form=UploadForm())
    return _confirm(request) if "sealed" in request.POST else _preview(request)


@require_POST
def export_customers(request: AdminRequest) -> HttpResponse:
    """All rows of a kind as a file; that they were taken out is audited."""
    _require_desk_admin(request)
    kind = request.POST.get("kind", "")
    if kind not in RESOURCES:
        return _show(request, form=UploadForm(), status=422)
    record_audit(desk=request.desk, by=request.user, action=AuditAction.CSV_EXPORTED, target=kind)
    name = f"{request.desk.slug}-{kind}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = export_csv(desk=request.desk, kind=kind).encode()
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _preview(request: AdminRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    kind, data = form.cleaned_data["kind"], form.cleaned_data["file"]
    try:
        report = preview_csv(desk=request.desk, kind=kind, data=data, at=timezone.now())
        sealed = _seal(request, kind, data)
    except CsvUnreadable as error:
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
    except (signing.BadSignature, CsvUnreadable):
        messages.error(request, "The preview is too old or was changed; choose the file again.")
        return _show(request, form=UploadForm(), status=422)
    return _show(request, form=UploadForm(initial={"kind": kind}), report=report, kind=kind)


def _signer(request: AdminRequest, kind: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"csv/{request.desk.pk}/{request.user.pk}/{kind}")


def _seal(request: AdminRequest, kind: str, data: bytes) -> str:
    packed = base64.urlsafe_b64encode(zlib.compress(data)).decode()
    if len(packed) > SEALED_CHARS:
        raise TooLarge("The file is too large for a preview; send it in parts.")
    return _signer(request, kind).sign(packed)


def _unseal(request: AdminRequest, kind: str, sealed: str) -> bytes:
    """What `_seal` packed. Raises BadSignature for anything that this desk did not give this person."""
    packed = _signer(request, kind).unsign(sealed, max_age=SEALED_SECONDS)
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
            (name, label, RESOURCES[name].columns(), RESOURCES[name].key) for name, label in KINDS
        ],
        "kind": kind,
        "report": report,
        "sealed": sealed,
        "taken": report.created + report.changed if report else 0,
        "refusals": report.refused[:SHOWN_REFUSALS] if report else (),
        "hidden_refusals": max(0, len(report.refused) - SHOWN_REFUSALS) if report else 0,
    }
    return render_page(request, "admin/csv.html", title="CSV in and out", status=status, **context)


def _require_desk_admin(request: AdminRequest) -> None:
    if not is_desk_admin(request):
        raise Http404("Customers belong to a desk.")
