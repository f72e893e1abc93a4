"""URLs of saved views."""

from django.urls import path

from helpdesk.agent.saved_views import pages

saved_view_urls = [
    path("views/", pages.show_views, name="saved_views"),
    path("views/counts/", pages.show_counts, name="view_counts"),
    path("views/new/", pages.enter_view, name="new_view"),
    path("views/<int:view_id>/", pages.edit_view, name="view"),
    path("views/<int:view_id>/place/", pages.reorder_view, name="view_place"),
    path("views/<int:view_id>/deletion/", pages.remove_view, name="view_deletion"),
]
