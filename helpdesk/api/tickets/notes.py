"""Internal notes of a ticket."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.database.instances import relate, relate_all
from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.serializers import read_input
from helpdesk.api.tickets.file_serializers import take_files
from helpdesk.api.tickets.message_serializers import NoteOutput, TicketNoteInput, read_notes
from helpdesk.api.tickets.paging import OldestFirst
from tickets.models import Note, ReactionKind
from tickets.notes.pinning import pin_note, unpin_note
from tickets.notes.reacting import set_reaction
from tickets.services import add_note
from tickets.services.merged import find_end

REACTION = OpenApiParameter(
    "reaction", str, OpenApiParameter.PATH, enum=ReactionKind.values, description=_("The reaction.")
)


class NoteListView(DeskView):
    serializer_class = NoteOutput
    pagination_class = OldestFirst

    @extend_schema(
        operation_id="list_notes",
        summary=_("List the notes of a ticket"),
        description=_("Returns the internal notes, oldest first. Customers never see them."),
        responses={200: NoteOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the internal notes."""
        page: Any = self.paginate_queryset(read_notes(self.get_ticket(number)))
        return self.get_paginated_response(NoteOutput(page, many=True).data)

    @extend_schema(
        operation_id="add_note",
        summary=_("Add an internal note"),
        description=_("Adds a note for agents of the desk. Customers never see it."),
        request=TicketNoteInput,
        responses={201: NoteOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Add an internal note."""
        ticket = self.get_ticket(number)
        given = read_input(TicketNoteInput, request.data)
        note = run_once(
            request,
            lambda: self._add(ticket.pk, **given),
            visible=Note.objects.filter(ticket__in={ticket.pk, find_end(ticket).pk}),
        )
        return Response(NoteOutput(note).data, status=201)

    @transaction.atomic
    def _add(self, ticket_id: int, *, text: str, uploads: list[int]) -> Note:
        files, at = take_files(self.agent, uploads), timezone.now()
        note = add_note(ticket_id=ticket_id, agent=self.agent, text=text, files=files, at=at)
        # A new note's relations are known without a look-up.
        relate_all(note, "reactions", [])
        relate(note.ticket, "pinned_note", None)
        if not files:
            relate_all(note, "attachments", [])
        return note


class OneNoteView(DeskView):
    """A view of one note of a ticket."""

    serializer_class = NoteOutput

    def get_note(self, number: int, note_id: int) -> Note:
        """Return a note of a ticket that the agent may see. Raises Http404."""
        found = read_notes(self.get_ticket(number)).filter(pk=note_id).first()
        if found is None:
            raise Http404
        return found

    def show(self, number: int, note_id: int) -> Response:
        """Return the note as it is now."""
        return Response(NoteOutput(self.get_note(number, note_id)).data)


class NoteView(OneNoteView):
    @extend_schema(
        operation_id="show_note",
        summary=_("Show a note"),
        description=_("Returns one internal note with its files, mentions and reactions."),
    )
    def get(self, request: Request, number: int, note_id: int) -> Response:
        """Show one internal note."""
        return self.show(number, note_id)


class PinView(OneNoteView):
    @extend_schema(
        operation_id="pin_note",
        summary=_("Pin a note"),
        description=_(
            "Pins the note above the conversation, in place of the one that was pinned before."
        ),
        request=None,
        responses={200: NoteOutput},
    )
    def put(self, request: Request, number: int, note_id: int) -> Response:
        """Pin the note."""
        pin_note(note=self.get_note(number, note_id), agent=self.agent, at=timezone.now())
        return self.show(number, note_id)

    @extend_schema(
        operation_id="unpin_note",
        summary=_("Unpin a note"),
        description=_(
            "Unpins the note from the top of the ticket. Nothing changes if it isn't pinned."
        ),
        request=None,
        responses={200: NoteOutput},
    )
    def delete(self, request: Request, number: int, note_id: int) -> Response:
        """Unpin the note."""
        unpin_note(note=self.get_note(number, note_id), agent=self.agent, at=timezone.now())
        return self.show(number, note_id)


class ReactionView(OneNoteView):
    @extend_schema(
        operation_id="react_to_note",
        summary=_("React to a note"),
        description=_("Adds your reaction to the note. Nothing changes if you already added it."),
        parameters=[REACTION],
        request=None,
        responses={200: NoteOutput},
    )
    def put(self, request: Request, number: int, note_id: int, reaction: str) -> Response:
        """Add a reaction."""
        return self._set(number, note_id, reaction, is_wanted=True)

    @extend_schema(
        operation_id="withdraw_reaction",
        summary=_("Withdraw a reaction"),
        description=_("Removes your reaction from the note. Nothing changes if there is none."),
        parameters=[REACTION],
        request=None,
        responses={200: NoteOutput},
    )
    def delete(self, request: Request, number: int, note_id: int, reaction: str) -> Response:
        """Withdraw a reaction."""
        return self._set(number, note_id, reaction, is_wanted=False)

    def _set(self, number: int, note_id: int, kind: str, *, is_wanted: bool) -> Response:
        if kind not in ReactionKind.values:
            raise Http404
        note, at = self.get_note(number, note_id), timezone.now()
        set_reaction(note=note, agent=self.agent, kind=kind, is_wanted=is_wanted, at=at)
        return self.show(number, note_id)
