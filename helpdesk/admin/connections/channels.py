"""Pages and buttons of channels: choice of a kind, test, process an event again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.connections.incoming.processing import process_again
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import ChannelEvent, Connection, ConnectionKind
from helpdesk.admin.connections.findings import show_findings
from helpdesk.admin.rendering import render_page
from helpdesk.shared.connection_tests import try_channel
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


def add_channel(request: AdminRequest) -> HttpResponseBase:
    """Show the kinds of channels, and the form of the one that was chosen."""
    require_desk_admin(request)
    if request.GET.get("kind") in CONNECTORS:
        return admin.site.get_model_admin(Connection).add_view(request)
    kinds = sorted(
        ((str(ConnectionKind(kind).label), kind, one) for kind, one in CONNECTORS.items()),
        key=lambda row: row[0].casefold(),
    )
    return render_page(request, "admin/channel_kinds.html", title=_("Add a channel"), kinds=kinds)


@post_only
@rate_limited("provider_test")
def run_channel_test(request: AdminRequest, channel_id: int) -> HttpResponse:
    """Ask the vendor with the stored settings, and show the result on the page."""
    require_desk_admin(request)
    connection = get_object_or_404(
        Connection.objects.select_related("desk"), pk=channel_id, desk=request.desk
    )
    return show_findings(request, connection, [try_channel(connection, at=timezone.now())])


@post_only
def process_channel_event_again(request: AdminRequest, channel_event_id: int) -> HttpResponse:
    """Process an event again that was set aside."""
    require_desk_admin(request)
    events = ChannelEvent.objects.select_related("connection").defer("raw")
    event = get_object_or_404(events, pk=channel_event_id, desk=request.desk)
    if process_again(event, at=timezone.now()):
        messages.success(request, _("The event will be processed again."))
    else:
        messages.warning(request, _("Only an event that wasn't processed can be processed again."))
    page = reverse("admin:channels_intake_channelevent_change", args=[event.pk])
    return HttpResponseRedirect(page)
