"""URLs of exports, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from helpdesk.api.exports import views

EXPORTS = [
    path("export/events.ndjson", views.EventFeedView.as_view(), name="export_events"),
    path("export/tickets.ndjson", views.TicketFeedView.as_view(), name="export_tickets"),
    path("export/messages.ndjson", views.MessageFeedView.as_view(), name="export_messages"),
    path("export/notes.ndjson", views.NoteFeedView.as_view(), name="export_notes"),
    path("export/contacts.ndjson", views.ContactFeedView.as_view(), name="export_contacts"),
    path("export/accounts.ndjson", views.AccountFeedView.as_view(), name="export_accounts"),
    path("export/agents.ndjson", views.AgentFeedView.as_view(), name="export_agents"),
]
