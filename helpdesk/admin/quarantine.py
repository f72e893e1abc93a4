"""Decisions about quarantined messages, by desk admins, or installation admins for stray mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.models import CHANGE
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.admin.access import AdminRequest
from accounts.audit import record_outside_of_desks
from channels_intake.models import InboundMessage
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.quarantine import DecisionForm
from tickets.errors import ServiceError


@post_only
def decide_quarantined(request: AdminRequest, inbound_id: int) -> HttpResponse:
    """Release, discard or restore a message.

    Stray email belongs to no desk whose audit log could record it, so Django's LogEntry does.
    """
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
                _log_decision(request, inbound, form.cleaned_data["do"])
    except ServiceError as refusal:
        messages.error(request, str(refusal))
        return _go_to(inbound)
    messages.success(request, outcome.message)
    return HttpResponseRedirect(reverse("admin:channels_intake_inboundmessage_changelist"))


def _go_to(inbound: InboundMessage) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("admin:channels_intake_inboundmessage_change", args=[inbound.pk])
    )


def _log_decision(request: AdminRequest, inbound: InboundMessage, decision: str) -> None:
    told = f"Quarantine: {decision}."
    record_outside_of_desks(by=request.user, rows=[inbound], flag=CHANGE, message=told)
