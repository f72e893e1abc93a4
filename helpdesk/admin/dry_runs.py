"""Dry runs of routing rules: start one, read its table, apply it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.access import AdminRequest, require_desk_admin
from helpdesk.admin.rendering import render_page
from helpdesk.shared.http.methods import post_only
from routing.models import DryRun, DryRunRow, DryRunState, RowState
from routing.models.dry_runs import MAX_TICKETS, WORKING
from routing.rules.dry_run_table import (
    Changes,
    Names,
    count_changes,
    count_states,
    list_changes,
    read_names,
)
from routing.rules.dry_runs import apply_dry_run, start_dry_run
from tickets.errors import ConflictError

DEFAULT_SIZE = 500
ROWS = 50  # of a page
REFRESH_SECONDS = 3  # of a page while it is being worked on


class DryRunForm(forms.Form):
    """Form to start a dry run: the number of tickets, and whether to try inactive rules."""

    size = forms.IntegerField(
        label=gettext_lazy("Number of tickets, newest first"),
        min_value=1,
        max_value=MAX_TICKETS,
        initial=DEFAULT_SIZE,
    )
    includes_inactive = forms.BooleanField(
        label=gettext_lazy("Include inactive rules"),
        required=False,
        help_text=gettext_lazy("Shows what they would do. Such a dry run can't be applied."),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket of the table."""

    reference: str
    subject: str
    url: str
    changes: tuple[Changes, ...]
    rules: str
    state: str


def show_dry_runs(request: AdminRequest) -> HttpResponse:
    """Show the latest dry runs; post the form to start another one."""
    require_desk_admin(request)
    form = DryRunForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            run = start_dry_run(
                desk=request.desk, **form.cleaned_data, by_name=str(request.user),
                at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("admin:dry_run", args=[run.pk]))
        except ConflictError as refused:
            form.add_error(None, str(refused))
    runs = DryRun.objects.filter(desk=request.desk).select_related("version").order_by("-pk")
    return render_page(
        request,
        "admin/dry_runs.html",
        title=_("Dry runs of the routing rules"),
        status=422 if form.errors else 200,
        form=form,
        runs=runs,
    )


def show_dry_run(request: AdminRequest, dry_run_id: int) -> HttpResponse:
    """Show what a dry run would change, with totals."""
    require_desk_admin(request)
    run = _get_run(request, dry_run_id)
    rows = run.rows.select_related("ticket").order_by("-ticket_id")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    names = read_names(request.desk)
    is_working, states = run.state in WORKING, count_states(run)
    return render_page(
        request,
        "admin/dry_run.html",
        title=_("Dry run of the routing rules"),
        run=run,
        page=page,
        rows=[_describe_row(request, row, names) for row in page],
        changed_count=states.total() - states[RowState.CLOSED] - states[RowState.FAILED],
        closed_count=states[RowState.CLOSED],
        failed_count=states[RowState.FAILED],
        totals=count_changes(run),
        refresh_seconds=REFRESH_SECONDS if is_working else 0,
        open_count=states[RowState.PREDICTED],
        can_apply=run.state == DryRunState.DONE and not run.includes_inactive,
    )


@post_only
def apply_run(request: AdminRequest, dry_run_id: int) -> HttpResponse:
    """Apply a dry run to the open tickets of its table."""
    require_desk_admin(request)
    run = _get_run(request, dry_run_id)
    count = run.rows.filter(state="").count()
    try:
        apply_dry_run(dry_run=run, by=request.user, at=timezone.now())
    except ConflictError as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext(
            "%(count)s ticket is being changed.", "%(count)s tickets are being changed.", count
        )
        messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("admin:dry_run", args=[run.pk]))


def _get_run(request: AdminRequest, dry_run_id: int) -> DryRun:
    runs = DryRun.objects.filter(desk=request.desk).select_related("version")
    found: DryRun = get_object_or_404(runs, pk=dry_run_id)
    return found


def _describe_row(request: AdminRequest, row: DryRunRow, names: Names) -> Row:
    ticket: Any = row.ticket
    return Row(
        reference=f"{request.desk.ticket_prefix}-{ticket.number}",
        subject=ticket.subject,
        url=reverse("agent:ticket", args=[ticket.number]),
        changes=tuple(list_changes(row, names)),
        rules=", ".join(row.rules),
        state=str(row.get_state_display()),
    )
