"""Pages of the admin site for the installation's admin: making a desk, suspending one and taking it up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.admin.base import AdminRequest, is_installation_admin
from accounts.models import Desk
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.admin.rendering import render_page
from helpdesk.desks.forms import CreateDeskForm
from helpdesk.desks.suspension import resume_desk, suspend_desk


def add_desk(request: AdminRequest) -> HttpResponse:
    """Make a desk from a preset and invite its first admin; a refusal stands beside its field."""
    _require_installation_admin(request)
    form = CreateDeskForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _create(request, form):
        return HttpResponseRedirect(reverse("admin:accounts_desk_changelist"))
    status = 422 if form.errors else 200
    return render_page(request, "admin/add_desk.html", title="New desk", status=status, form=form)


def _create(request: AdminRequest, form: CreateDeskForm) -> bool:
    try:
        if form.create(at=timezone.now(), by=request.user) is None:
            return False
    except MAIL_SERVER_ERRORS as error:
        slug, address = form.cleaned_data["slug"], form.cleaned_data["admin_email"]
        again = f"The desk is made, but the invitation was not taken by the mail server ({error}). "
        messages.warning(
            request, f"{again}Send another with: manage.py invite {slug} {address} --role admin"
        )
    else:
        messages.success(
            request, f"The desk is made, and {form.cleaned_data['admin_email']} is invited by mail."
        )
    return True


@require_POST
def set_suspension(request: AdminRequest, desk_id: int) -> HttpResponse:
    """Suspend a desk (``suspend`` in the form), or take it up again."""
    _require_installation_admin(request)
    desk = get_object_or_404(Desk, pk=desk_id)
    if "suspend" in request.POST:
        suspend_desk(desk=desk, by=request.user)
        messages.success(
            request, f"{desk} is suspended: its pages are shut, its mail is kept unread."
        )
    else:
        resume_desk(desk=desk, at=timezone.now(), by=request.user)
        messages.success(request, f"{desk} is taken up again.")
    return HttpResponseRedirect(reverse("admin:accounts_desk_changelist"))


def _require_installation_admin(request: AdminRequest) -> None:
    if not is_installation_admin(request):
        raise Http404("For the installation's admin.")
