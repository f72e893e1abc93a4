"""Customer cards of a ticket, each loaded by itself when the page has opened."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.views.decorators.vary import vary_on_headers

from accounts.cards.contract import Component as CardComponent
from accounts.cards.contract import Kind
from accounts.models import CardSubject, CustomerCard
from helpdesk.agent.cards.loading import load_card
from helpdesk.agent.cards.places import describe_place
from helpdesk.agent.components.cards import CardLine, CustomerCardView
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket
from helpdesk.shared.components import Link
from helpdesk.shared.http.rate_limits import rate_limited
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, to_iso


@vary_on_headers("HX-Request")
@agent_page
@rate_limited("customer_card", counts_get=True)
def show_card(request: AgentRequest, number: int, card_id: int) -> HttpResponse:
    """Show a customer card: to htmx alone, otherwise as a page."""
    ticket, now = get_ticket(request.agent, number), timezone.now()
    card = CustomerCard.objects.filter(pk=card_id, is_active=True).first()
    if card is None or (card.subject == CardSubject.ACCOUNT and ticket.account is None):
        raise Http404
    card.desk = request.desk
    contact = ticket.contact if card.subject == CardSubject.CONTACT else None
    loaded = load_card(card, account=ticket.account, contact=contact, at=now)
    view = CustomerCardView(
        place=describe_place(ticket, card.pk, card.name),
        lines=tuple(_describe(one) for one in loaded.components),
        problem=loaded.problem,
        fetched_iso=to_iso(loaded.at),
        fetched_text=format_ago(loaded.at, now=now),
    )
    if request.htmx:
        return render(request, "agent/cards/_card.html", {"card": view})
    back = Link(get_url("agent:ticket", number), ticket.reference)
    context = {**build_shell(request), "card": view, "ticket": back}
    return render(request, "agent/cards/page.html", context)


def _describe(component: CardComponent) -> CardLine:
    text = component.text
    if component.kind == Kind.NUMBER:
        text = number_format(Decimal(text), use_l10n=True, force_grouping=True)
    return CardLine(
        kind=component.kind.value,
        label=component.label,
        text=text,
        tone=component.tone,
        url=component.url,
        columns=component.columns,
        rows=component.rows,
    )
