"""Moves of a ticket between its states: investigate, wait, close and reopen (M14-M21).

Escalating and giving back have routes of their own (levels.py).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.contract.refusals import PUBLIC_MOVES
from helpdesk.api.references import RowField, TicketField
from helpdesk.api.serializers import StrictSerializer
from helpdesk.api.tickets.showing import SHOWN, TicketChangeView
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.access import tickets_for_agent
from tickets.actors import Actor
from tickets.improvements.answering import Answers, answer_questions
from tickets.models import CloseReason, ClosingReason, Ticket
from tickets.relations.closing import close_as_duplicate
from tickets.relations.incidents import tell_incidents
from tickets.rules.transitions import list_required_fields
from tickets.services import change_status, close, reopen

MOVES = ["investigate", "wait", "close", "reopen"]
TRANSITIONS = {name: transition for transition, name in PUBLIC_MOVES.items()}
# Silence, a merge and the customer's own close aren't for agents.
REASONS = [
    CloseReason.SOLVED,
    CloseReason.NO_ANSWER,
    CloseReason.DUPLICATE,
    CloseReason.LIMITATION,
    CloseReason.NOT_OURS,
    CloseReason.SPAM,
]
MAX_QUESTION = 300


class QuestionsInput(StrictSerializer):
    """Answers to the three questions about a closed ticket."""

    documentation = serializers.CharField(
        max_length=MAX_QUESTION,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("What documentation is missing, or the page's URL."),
    )
    bug = serializers.CharField(
        max_length=MAX_QUESTION,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("The key of a known defect, or the title of a new one."),
    )
    feature = serializers.CharField(
        max_length=MAX_QUESTION,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("A feature that is missing: a known request, or a new one."),
    )


class NewsInput(StrictSerializer):
    """A message to the requesters of a problem's open incidents."""

    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        help_text=_("The message. It may have the placeholders of macros."),
    )
    closes = serializers.BooleanField(
        required=False, default=False, help_text=_("Close these tickets as solved, too.")
    )


class MoveInput(StrictSerializer):
    """A move of a ticket. Everything but the move itself is for closing."""

    move = serializers.ChoiceField(MOVES, help_text=_("What to do with the ticket."))
    reason = serializers.ChoiceField(
        [(reason.value, reason.label) for reason in REASONS],
        required=False,
        help_text=_("Why it's closed. If it's left out, “solved”."),
    )
    own_reason = RowField(
        queryset=ClosingReason.objects.filter(is_active=True),
        required=False,
        help_text=_("One of the desk's own reasons for closing instead, by id or name."),
    )
    duplicate_of = TicketField(
        queryset=Ticket.objects.none(),
        required=False,
        help_text=_("The other ticket, for the reason “duplicate”."),
    )
    questions = QuestionsInput(required=False, help_text=_("Product feedback, if any."))
    tell_incidents = NewsInput(
        required=False, help_text=_("For a problem: a message to those it affects.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agent := self.context.get("agent"):
            seen = tickets_for_agent(agent).select_related("desk")
            self.fields["duplicate_of"].queryset = seen  # type: ignore[attr-defined]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["move"] != "close" and len(data) > 1:
            others = [name for name in data if name != "move"]
            raise ValidationError({name: [gettext("This is for closing only.")] for name in others})
        is_duplicate = data.get("reason") == CloseReason.DUPLICATE
        if is_duplicate != ("duplicate_of" in data):
            text = gettext("Pass “duplicate_of” together with the reason “duplicate”.")
            raise ValidationError({"duplicate_of": [text]})
        if "reason" in data and "own_reason" in data:
            raise ValidationError({"own_reason": [gettext("Pass one of the two reasons.")]})
        return data


class FieldToFill(serializers.Serializer[Any]):
    """A field that a status requires."""

    key = serializers.CharField(help_text=_("The key, for “fields”."))
    label = serializers.CharField(  # type: ignore[assignment]  # a field, taken off the class
        help_text=_("The label that people see.")
    )


class MoveOutput(serializers.Serializer[Any]):
    """A move that is possible now."""

    move = serializers.ChoiceField(list(TRANSITIONS), help_text=_("The move."))
    missing_fields = FieldToFill(
        many=True, help_text=_("Fields to fill in first, or the move is refused with 409.")
    )


class MoveListView(TicketChangeView):
    serializer_class = MoveOutput

    @extend_schema(
        operation_id="list_moves",
        summary=_("List the possible moves of a ticket"),
        description=_(
            "Returns the moves that the ticket's status and your role allow now, with the fields "
            "that each of them requires. “escalate” has a route of its own."
        ),
        responses={200: MoveOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the moves that are possible now."""
        ticket = self.get_ticket(number)
        names = ticket.list_transitions() if self.agent.can_write else []
        found = [
            {"move": PUBLIC_MOVES[name], "missing_fields": list_required_fields(ticket, name)}
            for name in names
            if name in PUBLIC_MOVES
        ]
        return Response(MoveOutput(found, many=True).data)

    @extend_schema(
        operation_id="move_ticket",
        summary=_("Move a ticket to another status"),
        description=_(
            "Starts investigating, waits for the customer, closes or reopens the ticket. 409 if "
            "the status doesn't allow the move: “legal_moves” lists those that it allows. 409 with "
            "“missing_fields” if the new status requires fields that are empty."
        ),
        request=MoveInput,
        responses={200: SHOWN},
    )
    def post(self, request: Request, number: int) -> Response:
        """Move the ticket to another status."""
        ticket = self.get_ticket(number)
        given = self.read(MoveInput, request)
        by, at = Actor.of(self.agent), timezone.now()
        move = given["move"]
        if move == "reopen":
            reopen(ticket_id=ticket.pk, by=by, at=at)
        elif move == "close":
            self._close(ticket, given)
        else:
            change_status(ticket_id=ticket.pk, move=TRANSITIONS[move], by=by, at=at)
        return self.show(ticket)

    @transaction.atomic
    def _close(self, ticket: Ticket, given: dict[str, Any]) -> None:
        agent, at, by = self.agent, timezone.now(), Actor.of(self.agent)
        if other := given.get("duplicate_of"):
            close_as_duplicate(ticket_id=ticket.pk, of_id=other.pk, agent=agent, at=at)
        else:
            reason = given.get("reason", CloseReason.SOLVED)
            own = given.get("own_reason")
            close(ticket_id=ticket.pk, by=by, at=at, reason=reason, own=own)
        answers = Answers(**given.get("questions", {}))
        answer_questions(ticket_id=ticket.pk, agent=agent, answers=answers, at=at)
        if news := given.get("tell_incidents"):
            text, closes = news["text"], news["closes"]
            tell_incidents(problem=ticket, agent=agent, text=text, closes=closes, at=at)
