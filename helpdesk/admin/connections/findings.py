"""Results of a test, shown as messages on the page of what was tested."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.messages.constants import DEFAULT_LEVELS
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.admin.access import AdminRequest
from accounts.models import DeskModel
from helpdesk.shared.connection_tests import Finding


def show_findings(
    request: AdminRequest, row: DeskModel, findings: Iterable[Finding]
) -> HttpResponse:
    """Go back to the row's page, which shows the findings."""
    for finding in findings:
        messages.add_message(request, DEFAULT_LEVELS[finding.level.upper()], finding.text)
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return HttpResponseRedirect(reverse(page, args=[row.pk]))
