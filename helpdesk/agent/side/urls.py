"""URLs of side conversations, below agent/."""

from __future__ import annotations

from django.urls import URLPattern, path

from helpdesk.agent.views.tickets import side_conversations as views

OF_SIDE = "tickets/<int:number>/side/<int:side_id>/"

side_urls: list[URLPattern] = [
    path("tickets/<int:number>/side/", views.start, name="side_new"),
    path(OF_SIDE, views.show, name="side"),
    path(f"{OF_SIDE}done/", views.finish, name="side_done"),
    path(f"{OF_SIDE}messages/<int:side_message_id>/again/", views.send_again, name="side_again"),
]
