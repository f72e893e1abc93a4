"""Deciding about a held mail in the admin site: a desk's admin about its own, the installation's about stray ones."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.admin.base import AdminRequest
from channels_intake.models import InboundMessage
from helpdesk.shared.quarantine import DecisionForm
from tickets.errors import ServiceError


@require_POST
def decide_held_mail(request: AdminRequest, inbound_id: int) -> HttpResponse:
    """Release, discard or put back. A stray mail has no desk to leave an audit entry in: the site keeps a record."""
    inbound = get_object_or_404(
        InboundMessage.objects.defer("raw"), pk=inbound_id, desk=request.desk
    )
    form = DecisionForm(request.POST, desk=request.desk)
    if not form.is_valid():
        for problems in form.errors.get_json_data().values():
            messages.error(request, problems[0]["message"])
        return _go_to(inbound)
    try:
        with transaction.atomic():
            outcome = form.decide(inbound, by=request.user, at=timezone.now())
            if request.desk is None:
                _write_down(request, inbound, form.cleaned_data["do"])
    except ServiceError as refusal:
        messages.error(request, str(refusal))
        return _go_to(inbound)
    messages.success(request, outcome.message)
    return HttpResponseRedirect(reverse("admin:channels_intake_inboundmessage_changelist"))


def _go_to(inbound: InboundMessage) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("admin:channels_intake_inboundmessage_change", args=[inbound.pk])
    )


def _write_down(request: AdminRequest, inbound: InboundMessage, what: str) -> None:
    LogEntry.objects.log_actions(
        user_id=request.user.pk,
        queryset=[inbound],
        action_flag=CHANGE,
        change_message=f"Held mail: {what.replace('_', ' ')}.",
        single_object=True,
    )
