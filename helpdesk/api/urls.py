"""The API of a desk for its agents, below /api/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from helpdesk.api.base import IsAgent
from helpdesk.api.conversation import NoteView, ReplyView
from helpdesk.api.tickets import TicketListView, TicketView

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[IsAgent]), name="schema"),
    path("tickets/", TicketListView.as_view(), name="tickets"),
    path("tickets/<int:number>/", TicketView.as_view(), name="ticket"),
    path("tickets/<int:number>/messages/", ReplyView.as_view(), name="messages"),
    path("tickets/<int:number>/notes/", NoteView.as_view(), name="notes"),
]
