"""URLs of notes and watchers, below agent/."""

from django.urls import path

from helpdesk.agent.views import account_notes
from helpdesk.agent.views.tickets import notes, reading

OF_NOTE = "tickets/<int:number>/notes/<int:note_id>/"

note_urls = [
    path("tickets/<int:number>/mentions/", notes.suggest_names, name="mentions"),
    path("tickets/<int:number>/read/", reading.mark_read, name="ticket_read"),
    path("tickets/<int:number>/watching/", notes.set_watching, name="watching"),
    path(f"{OF_NOTE}reactions/", notes.react, name="note_reaction"),
    path(f"{OF_NOTE}pin/", notes.set_pin, name="note_pin"),
    path("accounts/<int:account_id>/note/", account_notes.edit_note, name="account_note"),
]
