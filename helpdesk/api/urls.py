"""The API of a desk for its agents, below /api/v1/."""

from django.urls import path

from helpdesk.api.configuration.urls import CONFIGURATION
from helpdesk.api.contract.urls import CONTRACT
from helpdesk.api.defects.urls import DEFECTS
from helpdesk.api.exports.urls import EXPORTS
from helpdesk.api.people.urls import PEOPLE
from helpdesk.api.schema.index import IndexView, list_places
from helpdesk.api.schema.views import SchemaView
from helpdesk.api.staff.urls import STAFF
from helpdesk.api.tickets.urls import TICKETS
from helpdesk.api.webhooks.urls import WEBHOOKS

app_name = "api"
RESOURCES = [
    *TICKETS,
    *DEFECTS,
    *PEOPLE,
    *STAFF,
    *CONFIGURATION,
    *WEBHOOKS,
    *CONTRACT,
    *EXPORTS,
]
urlpatterns = [
    path("", IndexView.as_view(places=list_places(RESOURCES)), name="index"),
    path("schema/", SchemaView.as_view(), name="schema"),
    *RESOURCES,
]
