"""Drafts of customers' forms, saved while they type."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.shared.drafts import receive_draft
from helpdesk.shared.http.methods import post_only
from tickets.models import SubmittedForm


@post_only
@require_contact_or_404
def save_draft(request: ContactRequest) -> HttpResponse:
    """Save or discard the draft of the form named by ``?form=``."""

    def find_submitted(token: str) -> QuerySet[SubmittedForm]:
        return SubmittedForm.objects.filter(desk=request.desk, contact=request.contact, token=token)

    return receive_draft(request, sent=find_submitted)
