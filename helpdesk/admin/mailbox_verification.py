"""Verification of a mailbox: a code is sent to its address and typed in here.

See channels_intake/mailboxes.py for what a code verifies.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, is_installation_admin, require_desk_admin
from channels_intake.mailboxes import VerificationError, verify_by_code, verify_mailbox
from channels_intake.models import Mailbox
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.admin.rendering import render_page
from helpdesk.shared.http.rate_limits import describe_wait, is_within_limit
from helpdesk.shared.mailbox_codes import send_code


class CodeForm(forms.Form):
    """The code as the email shows it; hyphens and upper or lower case do not matter."""

    code = forms.CharField(
        label=_("Code from the email"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


def verify_mailbox_view(request: AdminRequest, mailbox_id: int) -> HttpResponse:
    """Show the state of a mailbox; post to verify it. Errors are shown with status 422.

    The form sends a new code (``send``), marks the mailbox as verified as an installation admin
    (``mark``), or checks a typed code (``code``).
    """
    require_desk_admin(request)
    mailbox = get_object_or_404(Mailbox, pk=mailbox_id, desk=request.desk)
    if mailbox.verified_at is not None:
        return _go_to(mailbox)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if "send" in request.POST:
        _send_code(request, mailbox)
        return HttpResponseRedirect(reverse("admin:mailbox_verification", args=[mailbox.pk]))
    if _verify(request, mailbox, form):
        text = gettext("%(address)s is verified. Email can now be received and sent with it.")
        messages.success(request, text % {"address": mailbox.address})
        return _go_to(mailbox)
    return _show(request, mailbox, form)


def _verify(request: AdminRequest, mailbox: Mailbox, form: CodeForm) -> bool:
    """Verify the mailbox as posted. Return False with an error in the form if it failed."""
    is_marked = "mark" in request.POST and is_installation_admin(request)
    if not is_marked and not form.is_valid():
        return False
    try:
        if is_marked:
            verify_mailbox(mailbox, how="marked", by=request.user, at=timezone.now())
        else:
            verify_by_code(mailbox, form.cleaned_data["code"], by=request.user, at=timezone.now())
    except VerificationError as refused:
        form.add_error("code", str(refused))
        return False
    return True


def _send_code(request: AdminRequest, mailbox: Mailbox) -> None:
    if not is_within_limit(request, "mailbox_code", mailbox.address):
        text = gettext("Too many codes were sent to %(address)s today. %(try_again)s")
        named = {"address": mailbox.address, "try_again": describe_wait(request)}
        messages.warning(request, text % named)
        return
    try:
        send_code(mailbox, by=request.user, at=timezone.now())
    except MAIL_SERVER_ERRORS as error:
        text = gettext("The mail server rejected the email (%(error)s). Send a new code.")
        messages.warning(request, text % {"error": error})
    else:
        text = gettext("A code was sent to %(address)s. It is valid for 7 days.")
        messages.success(request, text % {"address": mailbox.address})


def _show(request: AdminRequest, mailbox: Mailbox, form: CodeForm) -> HttpResponse:
    return render_page(
        request,
        "admin/mailbox_verification.html",
        title=gettext("Verify %(address)s") % {"address": mailbox.address},
        status=422 if form.is_bound else 200,
        form=form,
        mailbox=mailbox,
        may_mark=is_installation_admin(request),
    )


def _go_to(mailbox: Mailbox) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:channels_intake_mailbox_change", args=[mailbox.pk]))
