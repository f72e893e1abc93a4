"""URLs of a ticket's properties that have forms of their own."""

from __future__ import annotations

from django.urls import URLPattern, path

from helpdesk.agent.views.tickets import corrections

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
]
