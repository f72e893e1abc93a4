"""The SLA matrix as a page of the admin site: a table to read, and to write in its cells."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.admin.base import AdminRequest, is_desk_admin
from helpdesk.admin.rendering import render_page
from sla.matrix import Matrix, MatrixConflictError, read_matrix, save_matrix


def edit_sla_matrix(request: AdminRequest) -> HttpResponse:
    """Show the desk's promises; a post keeps them all or, with an error in a cell, none and every word typed.

    What somebody else saved since the page was made stays theirs (sla/matrix.py).
    """
    if not is_desk_admin(request):
        raise Http404("The matrix belongs to a desk.")
    if request.method != "POST":
        return _show(request, read_matrix(request.desk))
    matrix = read_matrix(request.desk, written=request.POST.dict())
    if matrix.errors:
        return _show(request, matrix, status=422)
    try:
        count = save_matrix(desk=request.desk, matrix=matrix, user=request.user)
    except MatrixConflictError:
        messages.warning(
            request, "Somebody saved at the same moment. Look again, and save what is yours."
        )
        return _show(request, read_matrix(request.desk, written=request.POST.dict()), status=422)
    said = (
        f"{count} promise{'s' * (count != 1)} changed; tickets opened from now on go by it."
        if count
        else "Nothing changed."
    )
    messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:sla_matrix"))


def _show(request: AdminRequest, matrix: Matrix, status: int = 200) -> HttpResponse:
    return render_page(
        request, "admin/sla_matrix.html", title="SLA matrix", status=status, matrix=matrix
    )
