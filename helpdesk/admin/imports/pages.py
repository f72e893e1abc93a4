"""Upload an export, look at the preview, start the import, watch it, read its report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from helpdesk.admin.imports.forms import SOURCES, MappingForm, UploadForm
from helpdesk.admin.imports.progress import (
    LIVE,
    list_counts,
    list_first_tickets,
    list_imported_tickets,
    list_problem_groups,
    list_read,
    measure,
    name_kind,
)
from helpdesk.admin.rendering import render_page
from helpdesk.shared.http.methods import post_only
from tickets.errors import ConflictError, InvalidValueError, ServiceError
from tickets.exchange.guessing import guess_mapping, load_rows
from tickets.exchange.mapping import Mapping
from tickets.exchange.problems import describe_problem
from tickets.exchange.runs import cancel_run, create_run, pause_run, resume_run, start_run
from tickets.models import UNFINISHED, ImportProblem, ImportRun, ImportState

SHOWN_RUNS = 50
PROBLEMS = 50  # of a page
REFRESH_SECONDS = 3  # of a page without script while the run goes on


def show_imports(request: AdminRequest) -> HttpResponse:
    """Show the latest imports; post a file to read another one."""
    require_desk_admin(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = create_run(
                desk=request.desk, file=file, file_name=file.name or "export",
                reader=form.cleaned_data["reader"], source=form.cleaned_data["source"],
                at=timezone.now(), agent=request.agent,
            )  # fmt: skip
            return HttpResponseRedirect(_get_url(run))
        except ServiceError as refused:
            form.add_error("file", str(refused))
    runs = ImportRun.objects.filter(desk=request.desk).select_related("agent").order_by("-pk")
    return render_page(
        request,
        "admin/imports/list.html",
        title=_("Import from another help desk"),
        status=422 if form.errors else 200,
        form=form,
        runs=[(run, get_source_title(run)) for run in runs[:SHOWN_RUNS]],
    )


def show_import(request: AdminRequest, import_id: int) -> HttpResponse:
    """Show a run: its preview with a form for the mapping, its progress, or its report.

    With ?part=progress, only how far it is, for the script that follows it.
    """
    require_desk_admin(request)
    run = _get_run(request, import_id)
    if request.GET.get("part") == "progress":
        return render(request, "admin/imports/_progress.html", _describe_progress(run))
    return _show(request, run, _make_form(request, run) if _is_previewed(run) else None)


@post_only
def start_import(request: AdminRequest, import_id: int) -> HttpResponse:
    """Start a run with the posted mapping. A second click finds it started already."""
    require_desk_admin(request)
    run = _get_run(request, import_id)
    if not _is_previewed(run):
        messages.info(request, _explain_no_start(run))
        return HttpResponseRedirect(_get_url(run))
    form = _make_form(request, run, request.POST)
    if not form.is_valid():
        return _show(request, run, form, status=422)
    try:
        start_run(run, form.get_mapping(), by=request.user, at=timezone.now())
    except ConflictError as refused:
        messages.error(request, str(refused))
    except InvalidValueError as refused:
        form.add_error(None, str(refused))
        return _show(request, run, form, status=422)
    return HttpResponseRedirect(_get_url(run))


@post_only
def move_import(request: AdminRequest, import_id: int) -> HttpResponse:
    """Pause, resume or cancel a run."""
    require_desk_admin(request)
    run, at = _get_run(request, import_id), timezone.now()
    moves: dict[str, Callable[[], None]] = {
        "pause": lambda: pause_run(run),
        "resume": lambda: resume_run(run),
        "cancel": lambda: cancel_run(run, by=request.user, at=at),
    }
    move = moves.get(request.POST.get("move", ""))
    if move is None:
        messages.error(request, _("Choose what to do with the import."))
        return HttpResponseRedirect(_get_url(run))
    try:
        move()
    except ConflictError as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(_get_url(run))


def _explain_no_start(run: ImportRun) -> str:
    if run.started_at:
        return _("The import has already started.")
    if run.state == ImportState.READING:
        return _("The file is still being read. Wait for the preview.")
    return _("The import has ended. Upload the file again to start another one.")


def get_source_title(run: ImportRun) -> str:
    """Return the name of the help desk that a run is from."""
    title = str(dict(SOURCES).get(run.reader, run.reader))
    return title if run.source == run.reader else f"{title}, {run.source}"


def _get_run(request: AdminRequest, import_id: int) -> ImportRun:
    runs = ImportRun.objects.filter(desk=request.desk).select_related("agent")
    found: ImportRun = get_object_or_404(runs, pk=import_id)
    return found


def _get_url(run: ImportRun) -> str:
    return reverse("admin:import_run", args=[run.pk])


def _is_previewed(run: ImportRun) -> bool:
    return bool(run.state == ImportState.PREVIEWED)


def _make_form(request: AdminRequest, run: ImportRun, data: Any = None) -> MappingForm:
    return MappingForm(data, run=run, rows=load_rows(request.desk.pk), desk=request.desk)


def _show(
    request: AdminRequest, run: ImportRun, form: MappingForm | None, *, status: int = 200
) -> HttpResponse:
    problems = ImportProblem.objects.filter(run=run).order_by("pk")
    page = Paginator(problems, PROBLEMS).get_page(request.GET.get("page"))
    return render_page(
        request,
        "admin/imports/run.html",
        title=_("Import from %(source)s") % {"source": get_source_title(run)},
        status=status,
        **_describe_progress(run),
        form=form,
        can_cancel=run.state in UNFINISHED,
        refresh_seconds=REFRESH_SECONDS,
        read=list_read(run),
        first_tickets=_list_first(request, run) if form else [],
        tickets=list_imported_tickets(run, request.desk) if run.handled else [],
        problem_groups=list_problem_groups(run),
        page=page,
        problems=[(name_kind(each.kind), each.source_id, describe_problem(each)) for each in page],
    )


def _describe_progress(run: ImportRun) -> dict[str, Any]:
    is_live = run.state in LIVE
    return {"run": run, "progress": measure(run), "is_live": is_live, "counts": list_counts(run)}


def _list_first(request: AdminRequest, run: ImportRun) -> list[Any]:
    rows = load_rows(request.desk.pk)
    mapping = Mapping.from_json(guess_mapping(run, rows).to_json())
    return list_first_tickets(run, request.desk, mapping, rows.get_default_priority())
