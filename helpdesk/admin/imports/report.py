"""What an import could not take, as a file."""

from __future__ import annotations

import csv
import io
from tempfile import TemporaryFile

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.import_export.files import quote_cell
from helpdesk.admin.imports.progress import name_kind
from helpdesk.shared.http.streaming import StreamedFile
from tickets.exchange.problems import describe_problem
from tickets.models import ImportProblem, ImportRun

BATCH = 2_000


def download_problems(request: AdminRequest, import_id: int) -> HttpResponseBase:
    """Return the problems of a run as CSV: the kind, the ID in the source and the reason."""
    require_desk_admin(request)
    run = get_object_or_404(ImportRun, desk=request.desk, pk=import_id)
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")  # Excel needs the byte order mark
    writer = csv.writer(text)
    writer.writerow([_("Kind"), _("ID in the old help desk"), _("Reason")])
    problems = ImportProblem.objects.filter(run=run).order_by("pk")
    for problem in problems.iterator(chunk_size=BATCH):
        cells = [name_kind(problem.kind), problem.source_id, describe_problem(problem)]
        writer.writerow([quote_cell(cell) for cell in cells])
    text.flush()
    text.detach()
    file.seek(0)
    name = f"{request.desk.slug}-import-{run.pk}.csv"
    return StreamedFile(
        file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
