"""The SLA matrix: a table of all SLA targets that is edited in its cells."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.admin.unsent import UNSENT
from helpdesk.admin.rendering import render_page
from helpdesk.admin.replanning import ask_before_saving
from helpdesk.shared.drafts import keeps_draft
from sla.matrix import Matrix, MatrixConflictError, read_matrix, save_matrix
from sla.models import TARGETED, ClockKind, ReplanCause

MEANINGS = {
    ClockKind.FIRST_RESPONSE: gettext_lazy(
        "From the request to the first public reply. It never pauses."
    ),
    ClockKind.NEXT_RESPONSE: gettext_lazy(
        "From the customer's first unanswered message to the next public reply."
    ),
    ClockKind.UPDATE: gettext_lazy(
        "The longest time without a public reply while it's your team's turn."
    ),
    ClockKind.RESOLUTION: gettext_lazy(
        "From the request to its closing. Only staff see this aim; customers never do."
    ),
}


@keeps_draft
def edit_sla_matrix(request: AdminRequest) -> HttpResponse:
    """Show the desk's SLA targets; post them to save all of them, or none if a cell has an error.

    A cell that another admin changed since the page was loaded is an error once (sla/matrix.py).
    """
    require_desk_admin(request)
    clock = _read_clock(request)
    if request.unsent_fields is not None:
        messages.warning(request, str(UNSENT))
        written = {name: values[-1] for name, values in request.unsent_fields.items()}
        return _show(request, read_matrix(request.desk, written=written, clock=clock))
    if request.method != "POST":
        return _show(request, read_matrix(request.desk, clock=clock))
    matrix = read_matrix(request.desk, written=request.POST.dict(), clock=clock)
    if matrix.errors:
        return _show(request, matrix, status=422)
    try:
        return ask_before_saving(request, lambda: _save(request, matrix), cause=ReplanCause.TARGETS)
    except MatrixConflictError:
        messages.warning(
            request,
            _("Another admin saved at the same time. Check the values and save again."),
        )
        again = read_matrix(request.desk, written=request.POST.dict(), clock=clock)
        return _show(request, again, status=422)


def _read_clock(request: AdminRequest) -> ClockKind:
    """Return the clock that the page is about: ``?clock=``, the first response by default."""
    asked = request.GET.get("clock", "")
    return ClockKind(asked) if asked in TARGETED else ClockKind.FIRST_RESPONSE


def _get_url(clock: ClockKind) -> str:
    url = reverse("admin:sla_matrix")
    return url if clock == ClockKind.FIRST_RESPONSE else f"{url}?clock={clock}"


def _save(request: AdminRequest, matrix: Matrix) -> HttpResponse:
    count = save_matrix(desk=request.desk, matrix=matrix, user=request.user)
    if count:
        text = ngettext(
            "%(count)s SLA target was changed.", "%(count)s SLA targets were changed.", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nothing changed."))
    return HttpResponseRedirect(_get_url(matrix.clock))


def _show(request: AdminRequest, matrix: Matrix, status: int = 200) -> HttpResponse:
    clocks = [(clock.label, _get_url(clock), clock == matrix.clock) for clock in TARGETED]
    return render_page(
        request,
        "admin/sla_matrix.html",
        title=_("SLA matrix"),
        status=status,
        matrix=matrix,
        clocks=clocks,
        meaning=MEANINGS[matrix.clock],
    )
