"""URLs of side conversations, below agent/."""

from __future__ import annotations

from django.urls import URLPattern, path

from helpdesk.agent.views.tickets import side_conversations as views
from helpdesk.agent.views.tickets import side_people, side_replies

OF_SIDE = "tickets/<int:number>/side/<int:side_id>/"

side_urls: list[URLPattern] = [
    path("tickets/<int:number>/side/", views.start, name="side_new"),
    path(OF_SIDE, views.show, name="side"),
    path(f"{OF_SIDE}reply/", side_replies.compose, name="side_reply"),
    path(f"{OF_SIDE}people/", side_people.add, name="side_people"),
    path(f"{OF_SIDE}people/<int:side_person_id>/removal/", side_people.remove, name="side_person"),
    path(f"{OF_SIDE}done/", views.finish, name="side_done"),
    path(f"{OF_SIDE}messages/<int:side_message_id>/again/", views.send_again, name="side_again"),
]
