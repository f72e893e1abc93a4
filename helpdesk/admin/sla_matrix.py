"""The SLA matrix: a table of all SLA targets that is edited in its cells."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.admin.unsent import UNSENT
from helpdesk.admin.rendering import render_page
from helpdesk.admin.replanning import ask_before_saving
from helpdesk.shared.drafts import keeps_draft
from sla.matrix import Matrix, MatrixConflictError, read_matrix, save_matrix
from sla.models import ReplanCause


@keeps_draft
def edit_sla_matrix(request: AdminRequest) -> HttpResponse:
    """Show the desk's SLA targets; post them to save all of them, or none if a cell has an error.

    A cell that another admin changed since the page was loaded is an error once (sla/matrix.py).
    """
    require_desk_admin(request)
    if request.unsent_fields is not None:
        messages.warning(request, str(UNSENT))
        written = {name: values[-1] for name, values in request.unsent_fields.items()}
        return _show(request, read_matrix(request.desk, written=written))
    if request.method != "POST":
        return _show(request, read_matrix(request.desk))
    matrix = read_matrix(request.desk, written=request.POST.dict())
    if matrix.errors:
        return _show(request, matrix, status=422)
    try:
        return ask_before_saving(request, lambda: _save(request, matrix), cause=ReplanCause.TARGETS)
    except MatrixConflictError:
        messages.warning(
            request,
            _("Another admin saved at the same time. Check the values and save again."),
        )
        return _show(request, read_matrix(request.desk, written=request.POST.dict()), status=422)


def _save(request: AdminRequest, matrix: Matrix) -> HttpResponse:
    count = save_matrix(desk=request.desk, matrix=matrix, user=request.user)
    if count:
        text = ngettext(
            "%(count)s SLA target was changed.", "%(count)s SLA targets were changed.", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nothing changed."))
    return HttpResponseRedirect(reverse("admin:sla_matrix"))


def _show(request: AdminRequest, matrix: Matrix, status: int = 200) -> HttpResponse:
    return render_page(
        request, "admin/sla_matrix.html", title=_("SLA matrix"), status=status, matrix=matrix
    )
