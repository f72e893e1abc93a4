"""URLs of the pages about macros and bulk changes, below agent/."""

from django.urls import path

from helpdesk.agent.views.macros import applying, bulk, bulk_merge, editing

OF_TICKET = "tickets/<int:number>/macros/"

macro_urls = [
    path("macros/", editing.show_macros, name="macros"),
    path("macros/new/", editing.new_macro, name="new_macro"),
    path("macros/<int:macro_id>/", editing.edit_macro, name="macro"),
    path("macros/<int:macro_id>/deletion/", editing.remove_macro, name="macro_deletion"),
    path("bulk/new/", bulk.start, name="new_bulk_change"),
    path("bulk/merge/", bulk_merge.merge_selected, name="bulk_merge"),
    path("bulk/<int:job_id>/", bulk.show, name="bulk_change"),
    path("bulk/<int:job_id>/undo/", bulk.undo, name="bulk_undo"),
    path(OF_TICKET, applying.choose_macro, name="ticket_macros"),
    path(f"{OF_TICKET}<int:macro_id>/", applying.use_macro, name="ticket_macro"),
]
