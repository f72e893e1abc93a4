"""URLs of product feedback."""

from django.urls import path

from helpdesk.agent.views import improvements

improvement_urls = [
    path("feedback/", improvements.show_list, name="feedback"),
    path("feedback/export/", improvements.export, name="feedback_export"),
    path("feedback/<int:feedback_id>/", improvements.edit_entry, name="feedback_entry"),
    path("feedback/<int:feedback_id>/merge/", improvements.merge_entry, name="feedback_merge"),
    path("tickets/<int:number>/feedback/", improvements.answer, name="ticket_feedback"),
    path(
        "tickets/<int:number>/feedback/<int:feedback_id>/removal/",
        improvements.withdraw,
        name="feedback_withdrawal",
    ),
]
