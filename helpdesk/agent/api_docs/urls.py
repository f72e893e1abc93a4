"""The documentation of the API, below api/v1/docs/."""

from django.urls import path

from helpdesk.agent.api_docs.views import show_area, show_guides, show_overview

app_name = "api_docs"
urlpatterns = [
    path("", show_overview, name="overview"),
    path("guides/", show_guides, name="guides"),
    path("<slug:area>/", show_area, name="area"),
]
