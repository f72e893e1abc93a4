"""Relations between tickets: links, merges, splits, follow-ups, and spam."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from channels_intake.incoming.blocking import block_sender
from channels_intake.incoming.requests import accept_follow_up
from helpdesk.agent.relations.sql import select_related_tickets
from helpdesk.agent.views.relations.links import KINDS
from helpdesk.api.idempotency import run_once
from helpdesk.api.tickets.relation_serializers import (
    FollowUpInput,
    RelatedOutput,
    SpamInput,
    SplitInput,
    TicketLinkInput,
    TicketMergeInput,
)
from helpdesk.api.tickets.showing import RELATED, SHOWN, TicketChangeView, describe_ticket
from tickets.actors import Actor
from tickets.errors import InvalidValueError
from tickets.models import Channel, CloseReason, Ticket
from tickets.relations.linking import link_tickets, unlink_tickets
from tickets.relations.merging import Consent, merge_ticket, undo_merge
from tickets.relations.splitting import split_ticket
from tickets.services import close

MAX_RELATED = 2000


class OpeningView(TicketChangeView):
    """A view that opens a ticket from another one."""

    def open_once(self, request: Request, work: Any) -> Response:
        """Open a ticket once for an Idempotency-Key, and return it."""
        made = Ticket.objects.filter(desk=self.agent.desk_id).select_related(*RELATED)
        opened = run_once(request, work, visible=made)
        return Response(describe_ticket(self.agent, opened), status=201)


class LinkListView(TicketChangeView):
    serializer_class = RelatedOutput

    @extend_schema(
        operation_id="list_related_tickets",
        summary=_("List related tickets"),
        description=_(
            "Returns the tickets you can see that are linked to this one, merged with it or "
            "split from it, and its follow-ups."
        ),
        responses={200: RelatedOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the related tickets."""
        return self._list(self.get_ticket(number))

    @extend_schema(
        operation_id="link_tickets",
        summary=_("Link a ticket to another one"),
        description=_(
            "Adds a link, which both tickets record. Nothing changes if the link already exists."
        ),
        request=TicketLinkInput,
        responses={200: RelatedOutput(many=True)},
    )
    def post(self, request: Request, number: int) -> Response:
        """Link the ticket to another one."""
        ticket = self.get_ticket(number)
        given = self.read(TicketLinkInput, request)
        kind, is_source = KINDS[given["kind"]]
        pair = (ticket, given["other"]) if is_source else (given["other"], ticket)
        source, target = pair
        link_tickets(
            source_id=source.pk,
            target_id=target.pk,
            kind=kind,
            agent=self.agent,
            at=timezone.now(),
        )
        return self._list(ticket)

    def _list(self, ticket: Ticket) -> Response:
        query = select_related_tickets(self.agent, ticket_id=ticket.pk, limit=MAX_RELATED)
        prefix = self.agent.desk.ticket_prefix
        found = [
            {
                "relation": row.relation,
                "link_id": row.link_id or None,
                "ticket": {"kind": "ticket", "id": row.number, "name": f"{prefix}-{row.number}"},
                "subject": row.subject,
                "status": row.status,
            }
            for row in query.fetch()
        ]
        return Response(RelatedOutput(found, many=True).data)


class LinkView(TicketChangeView):
    @extend_schema(
        operation_id="unlink_tickets",
        summary=_("Remove a link between tickets"),
        description=_("Removes a link of the ticket. Returns 409 if it was already removed."),
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, number: int, link_id: int) -> Response:
        """Remove a link."""
        ticket, at = self.get_ticket(number), timezone.now()
        unlink_tickets(link_id=link_id, ticket_id=ticket.pk, agent=self.agent, at=at)
        return Response(status=204)


class TicketMergeView(TicketChangeView):
    @extend_schema(
        operation_id="merge_ticket",
        summary=_("Merge a ticket into another one"),
        description=_(
            "Closes this ticket. Messages that the customer still sends to it go to the other "
            "ticket, which is returned. A merge can be undone. Returns 400 if the tickets belong "
            "to different accounts and “across_accounts” is false."
        ),
        request=TicketMergeInput,
        responses={200: SHOWN},
    )
    def post(self, request: Request, number: int) -> Response:
        """Merge the ticket into another one."""
        ticket = self.get_ticket(number)
        given = self.read(TicketMergeInput, request)
        merge_ticket(
            ticket_id=ticket.pk,
            into_id=given["into"].pk,
            agent=self.agent,
            at=timezone.now(),
            consent=Consent(given["text"], given["across_accounts"]),
        )
        return self.show(given["into"])

    @extend_schema(
        operation_id="undo_merge",
        summary=_("Undo a merge"),
        description=_(
            "Separates a merged ticket again. Messages and notes added since stay on the other "
            "ticket. Returns 409 if the ticket isn't merged."
        ),
        request=None,
        responses={200: SHOWN},
    )
    def delete(self, request: Request, number: int) -> Response:
        """Undo the merge."""
        ticket = self.get_ticket(number)
        undo_merge(ticket_id=ticket.pk, agent=self.agent, at=timezone.now())
        return self.show(ticket)


class SplitView(OpeningView):
    @extend_schema(
        operation_id="split_ticket",
        summary=_("Split a message off a ticket"),
        description=_("Opens a new ticket from one of the customer's messages, and links the two."),
        request=SplitInput,
        responses={201: SHOWN},
    )
    def post(self, request: Request, number: int) -> Response:
        """Open a ticket from a message."""
        ticket = self.get_ticket(number)
        given = self.read(SplitInput, request)
        given["message_id"] = given.pop("message")
        by: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        return self.open_once(request, lambda: split_ticket(ticket_id=ticket.pk, **by, **given))


class FollowUpView(OpeningView):
    @extend_schema(
        operation_id="open_follow_up",
        summary=_("Open a follow-up"),
        description=_(
            "Opens a new ticket for the requester of this one and links the two. Returns 409 "
            "while the sender is unverified."
        ),
        request=FollowUpInput,
        responses={201: SHOWN},
    )
    def post(self, request: Request, number: int) -> Response:
        """Open a follow-up."""
        ticket = self.get_ticket(number)
        given = self.read(FollowUpInput, request)
        by: dict[str, Any] = {"by": Actor.of(self.agent), "at": timezone.now()}
        return self.open_once(
            request,
            lambda: accept_follow_up(ticket=ticket, channel=Channel.API, **by, **given),
        )


class SpamView(TicketChangeView):
    @extend_schema(
        operation_id="mark_as_spam",
        summary=_("Mark a ticket as spam"),
        description=_(
            "Closes the ticket without telling the customer, and blocks the sender if you want."
        ),
        request=SpamInput,
        responses={200: SHOWN},
    )
    def post(self, request: Request, number: int) -> Response:
        """Mark the ticket as spam."""
        ticket = self.get_ticket(number)
        self._mark(ticket, self.read(SpamInput, request)["block"])
        return self.show(ticket)

    @transaction.atomic
    def _mark(self, ticket: Ticket, block: str) -> None:
        at = timezone.now()
        close(ticket_id=ticket.pk, by=Actor.of(self.agent), at=at, reason=CloseReason.SPAM)
        if not block:
            return
        if not ticket.contact.can_get_email:
            raise InvalidValueError("block", gettext("This person has no address to block."))
        address = ticket.contact.email
        value = address if block == "sender" else address.rpartition("@")[2]
        why = gettext("Spam: %(ticket)s") % {"ticket": ticket.reference}
        try:
            block_sender(desk=self.agent.desk, value=value, agent=self.agent, at=at, why=why)
        except InvalidValueError as error:
            raise InvalidValueError("block", str(error)) from None
