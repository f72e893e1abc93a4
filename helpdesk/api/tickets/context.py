"""What agents see beside a ticket: similar tickets, customer cards, and their own notifications."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cards.contract import TONES
from accounts.cards.contract import Kind as ComponentKind
from accounts.models import CardSubject, CustomerCard
from helpdesk.agent.cards.loading import LoadedCard, load_card
from helpdesk.agent.views.tickets.similar import MAX_SIMILAR
from helpdesk.api.base import DeskView
from helpdesk.api.references import Reference
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import Extras
from helpdesk.api.tickets.watching import MayWatch
from helpdesk.shared.http.rate_limits import get_wait, is_within_limit
from tickets.models import State, Ticket
from tickets.notifications import mark_ticket_read
from tickets.search.similar import find_similar

CARD_LIMIT = "customer_card"


class SimilarOutput(serializers.Serializer[Any]):
    """A ticket that shares words with another one."""

    ticket = Reference(help_text=_("The ticket."))
    subject = serializers.CharField(help_text=_("Its subject."))
    status = serializers.ChoiceField(State.choices, help_text=_("Its status."))


class TicketCardOutput(serializers.ModelSerializer[CustomerCard]):
    """A customer card: facts about a customer from another system of your company."""

    kind = serializers.SerializerMethodField(help_text=_("Always “customer_card”."))

    class Meta:
        model = CustomerCard
        fields: tuple[str, ...] = ("kind", "id", "name", "subject")
        extra_kwargs: ClassVar[Extras] = {
            "name": {"help_text": _("The name.")},
            "subject": {"help_text": _("Whether it is about the contact or the account.")},
        }

    def get_kind(self, card: CustomerCard) -> str:
        return "customer_card"


class ComponentOutput(serializers.Serializer[Any]):
    """A line of a customer card."""

    kind = serializers.ChoiceField([one.value for one in ComponentKind], help_text=_("Its type."))
    label = serializers.CharField(  # type: ignore[assignment]  # a field, taken off the class
        help_text=_("The label, or empty.")
    )
    text = serializers.CharField(help_text=_("The text; for a number, its digits."))
    tone = serializers.ChoiceField(TONES, help_text=_("The color of a badge, or empty."))
    url = serializers.CharField(help_text=_("The URL of a link, or empty."))
    columns = serializers.ListField(
        child=serializers.CharField(), help_text=_("The columns of a table.")
    )
    rows = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text=_("The rows of a table."),
    )


class TicketCardDetail(TicketCardOutput):
    """A customer card with what the other system says about this ticket's customer."""

    components = serializers.SerializerMethodField(help_text=_("The lines, in order."))
    problem = serializers.SerializerMethodField(
        help_text=_("Why there are no lines; empty if the other system responded.")
    )
    fetched_at = serializers.SerializerMethodField(help_text=_("When it was fetched."))

    class Meta(TicketCardOutput.Meta):
        fields = (*TicketCardOutput.Meta.fields, "components", "problem", "fetched_at")

    @extend_schema_field(ComponentOutput(many=True))
    def get_components(self, card: CustomerCard) -> Any:
        return ComponentOutput(self._loaded.components, many=True).data

    def get_problem(self, card: CustomerCard) -> str:
        return str(self._loaded.problem)

    @extend_schema_field(serializers.DateTimeField())
    def get_fetched_at(self, card: CustomerCard) -> Any:
        return serializers.DateTimeField().to_representation(self._loaded.at)

    @property
    def _loaded(self) -> LoadedCard:
        loaded: LoadedCard = self.context["loaded"]
        return loaded


class SimilarView(DeskView):
    serializer_class = SimilarOutput

    @extend_schema(
        operation_id="list_similar_tickets",
        summary=_("List similar tickets"),
        description=_(
            "Returns up to six other tickets that you can see and that share words with this one's "
            "subject, those with the most shared words first."
        ),
        responses={200: SimilarOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List similar tickets."""
        rows = find_similar(self.get_ticket(number), self.agent, limit=MAX_SIMILAR)
        prefix = self.agent.desk.ticket_prefix
        found = [
            {
                "ticket": {"kind": "ticket", "id": row.number, "name": f"{prefix}-{row.number}"},
                "subject": row.subject,
                "status": row.status,
            }
            for row in rows
        ]
        return Response(SimilarOutput(found, many=True).data)


class TicketCardListView(DeskView):
    serializer_class = TicketCardOutput

    @extend_schema(
        operation_id="list_ticket_cards",
        summary=_("List the customer cards of a ticket"),
        description=_("Returns the desk's customer cards that apply to the ticket."),
        responses={200: TicketCardOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the customer cards."""
        return Response(TicketCardOutput(_list_cards(self.get_ticket(number)), many=True).data)


class TicketCardView(DeskView):
    serializer_class = TicketCardDetail
    is_live = True

    @extend_schema(
        operation_id="show_ticket_card",
        summary=_("Show a customer card of a ticket"),
        description=_(
            "Asks the other system about the ticket's customer, unless its last response is still "
            "fresh. If it doesn't respond, “problem” says why."
        ),
    )
    def get(self, request: Request, number: int, card_id: int) -> Response:
        """Show a customer card."""
        ticket = self.get_ticket(number)
        card = get_row(_list_cards(ticket), card_id)
        asked = request._request
        if not is_within_limit(asked, CARD_LIMIT, counts_get=True):
            raise Throttled(wait=get_wait(asked, CARD_LIMIT))
        card.desk = self.agent.desk
        contact = ticket.contact if card.subject == CardSubject.CONTACT else None
        loaded = load_card(card, account=ticket.account, contact=contact, at=timezone.now())
        return Response(TicketCardDetail(card, context={"loaded": loaded}).data)


class ReadView(DeskView):
    permission_classes = [MayWatch]

    @extend_schema(
        operation_id="mark_ticket_read",
        summary=_("Mark a ticket as read"),
        description=_(
            "Marks your notifications about the ticket as read. Observers can do this, too."
        ),
        request=None,
        responses={204: None},
    )
    def put(self, request: Request, number: int) -> Response:
        """Mark the agent's notifications about the ticket as read."""
        ticket = self.get_ticket(number)
        mark_ticket_read(agent=self.agent, ticket_id=ticket.pk, at=timezone.now())
        return Response(status=204)


def _list_cards(ticket: Ticket) -> QuerySet[CustomerCard]:
    """Return the active cards that apply to a ticket: those about accounts need one."""
    cards = CustomerCard.objects.filter(desk_id=ticket.desk_id, is_active=True)
    return cards if ticket.account_id else cards.exclude(subject=CardSubject.ACCOUNT)
