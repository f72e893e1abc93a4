"""Pages for installation admins: create, suspend and resume a desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_installation_admin
from accounts.models import Desk
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.admin.rendering import render_page
from helpdesk.desks.forms import CreateDeskForm
from helpdesk.desks.suspension import resume_desk, suspend_desk
from helpdesk.shared.http.methods import post_only


def add_desk(request: AdminRequest) -> HttpResponse:
    """Create a desk from a preset and invite its first admin."""
    require_installation_admin(request)
    form = CreateDeskForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _create(request, form):
        return HttpResponseRedirect(reverse("admin:accounts_desk_changelist"))
    status = 422 if form.errors else 200
    return render_page(
        request, "admin/add_desk.html", title=_("New desk"), status=status, form=form
    )


def _create(request: AdminRequest, form: CreateDeskForm) -> bool:
    try:
        if form.create(at=timezone.now(), by=request.user) is None:
            return False
    except MAIL_SERVER_ERRORS as error:
        slug, address = form.cleaned_data["slug"], form.cleaned_data["admin_email"]
        text = _(
            "The desk was created, but the mail server rejected the invitation (%(error)s). "
            "Send another one with: %(command)s"
        )
        command = f"manage.py invite {slug} {address} --role admin"
        messages.warning(request, text % {"error": error, "command": command})
    else:
        text = _("The desk was created, and an invitation was sent to %(email)s.")
        messages.success(request, text % {"email": form.cleaned_data["admin_email"]})
    return True


@post_only
def set_suspension(request: AdminRequest, desk_id: int) -> HttpResponse:
    """Suspend a desk if the form has ``suspend``; otherwise resume it."""
    require_installation_admin(request)
    desk = get_object_or_404(Desk, pk=desk_id)
    if "suspend" in request.POST:
        suspend_desk(desk=desk, by=request.user)
        text = _("%(desk)s is suspended. Its pages are unavailable, and incoming email is held.")
    else:
        resume_desk(desk=desk, at=timezone.now(), by=request.user)
        text = _("%(desk)s is active again.")
    messages.success(request, text % {"desk": desk})
    return HttpResponseRedirect(reverse("admin:accounts_desk_changelist"))
