"""Proving a mailbox from the admin site: a code goes to its address, and comes back typed.

The mail comes from the installation's own address, so that what bounces or answers by itself, code and all, reaches
no desk. What a code proves: channels_intake/mailboxes.py.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import AdminRequest, is_desk_admin, is_installation_admin
from accounts.audit import record_audit
from accounts.models import AuditAction
from channels_intake.mailboxes import VerificationError, create_code, verify_by_code, verify_mailbox
from channels_intake.models import Mailbox
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.admin.rendering import render_page
from helpdesk.shared.rate_limits import is_within_limit


class CodeForm(forms.Form):
    """The code as the mail shows it; hyphens and capitals do not matter."""

    code = forms.CharField(
        label="Code from the mail",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


def verify_mailbox_view(request: AdminRequest, mailbox_id: int) -> HttpResponse:
    """Show where a mailbox stands. A post mails a new code (``send``), takes the installation's admin's word
    (``mark``), or tries a typed code; a refusal stands beside the field, with 422."""
    if not is_desk_admin(request):
        raise Http404("A mailbox belongs to a desk.")
    mailbox = get_object_or_404(Mailbox, pk=mailbox_id, desk=request.desk)
    if mailbox.verified_at is not None:
        return _go_to(mailbox)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if "send" in request.POST:
        _send_code(request, mailbox)
        return HttpResponseRedirect(reverse("admin:mailbox_proof", args=[mailbox.pk]))
    if _is_proven_now(request, mailbox, form):
        messages.success(
            request, f"{mailbox.address} is proven: mail comes in for it and goes out from it."
        )
        return _go_to(mailbox)
    return _show(request, mailbox, form)


def _is_proven_now(request: AdminRequest, mailbox: Mailbox, form: CodeForm) -> bool:
    """Whether this post proves the mailbox; if not, the form has the reason."""
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
        messages.warning(
            request, f"Enough codes were mailed to {mailbox.address} today. Try again tomorrow."
        )
        return
    code = create_code(mailbox, at=timezone.now())
    record_audit(
        desk=request.desk,
        by=request.user,
        action=AuditAction.MAILBOX_CODE_SENT,
        about=mailbox,
        target=mailbox.address,
    )
    context = {"mailbox": mailbox, "desk": request.desk, "code": code, "asker": request.user}
    message = EmailMessage(
        subject="Code for a mailbox of a help desk",
        body=render_to_string(
            "emails/mailbox_code.txt", context | {"site": get_desk_url(request.desk)}
        ),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mailbox.address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except MAIL_SERVER_ERRORS as error:
        messages.warning(
            request, f"The mail server did not take the mail ({error}). Have it mailed again."
        )
    else:
        messages.success(
            request, f"A code is on its way to {mailbox.address}. It works for seven days."
        )


def _show(request: AdminRequest, mailbox: Mailbox, form: CodeForm) -> HttpResponse:
    return render_page(
        request,
        "admin/mailbox_proof.html",
        title=f"Prove {mailbox.address}",
        status=422 if form.is_bound else 200,
        form=form,
        mailbox=mailbox,
        may_mark=is_installation_admin(request),
    )


def _go_to(mailbox: Mailbox) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:channels_intake_mailbox_change", args=[mailbox.pk]))
