"""URLs of a ticket's properties that have forms of their own."""

from __future__ import annotations

from django.urls import URLPattern, path

from helpdesk.agent.views.tickets import (
    briefs,
    corrections,
    deadlines,
    fields,
    redactions,
    work,
)

property_urls: list[URLPattern] = [
    path("tickets/<int:number>/subject/", corrections.edit_subject, name="subject"),
    path(
        "tickets/<int:number>/requester/change/",
        corrections.change_ticket_requester,
        name="requester_change",
    ),
    path("tickets/<int:number>/account/", corrections.change_ticket_account, name="ticket_account"),
    path(
        "tickets/<int:number>/verification/",
        corrections.verify_ticket_sender,
        name="verification",
    ),
    path("tickets/<int:number>/summary/", briefs.edit_summary, name="summary"),
    path("tickets/<int:number>/impact/", briefs.set_impact, name="impact"),
    path("tickets/<int:number>/redaction/", redactions.redact, name="redaction"),
    path("files/<int:attachment_id>/removal/", redactions.remove, name="file_removal"),
    path("tickets/<int:number>/snooze/", work.snooze, name="snooze"),
    path("tickets/<int:number>/snooze/end/", work.wake, name="snooze_end"),
    path("tickets/<int:number>/time/", work.log_ticket_time, name="time"),
    path(
        "tickets/<int:number>/time/<int:entry_id>/",
        work.correct_ticket_time,
        name="time_entry",
    ),
    path(
        "tickets/<int:number>/clocks/<slug:clock_kind>/deadline/",
        deadlines.change_deadline,
        name="clock_deadline",
    ),
    path(
        "tickets/<int:number>/clocks/<slug:clock_kind>/deadline/removal/",
        deadlines.remove_deadline,
        name="clock_deadline_removal",
    ),
    path("tickets/<int:number>/fields/", fields.edit_fields, name="ticket_fields"),
    path("tickets/<int:number>/fields/<int:field_id>/", fields.set_field, name="ticket_field"),
]
