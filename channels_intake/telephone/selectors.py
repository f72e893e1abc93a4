"""Calls that an agent may see, and what the page of a call says about its caller."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Agent, Contact, Network
from channels_intake.models import Connection, ConnectionKind, Conversation
from channels_intake.telephone.facts import Call, read_call
from channels_intake.telephone.numbers import normalize_number
from tickets.access import tickets_for_agent
from tickets.models import Emergency, State, Ticket

PHONE_KINDS = (ConnectionKind.HOTLINE, ConnectionKind.CALLS)
MAX_LISTED = 50
MAX_SUGGESTED = 5
MAX_TICKETS = 10
LAST_DIGITS = 4


def calls_for_agent(agent: Agent) -> QuerySet[Conversation]:
    """Return the calls whose tickets an agent may see, and those without a ticket."""
    mine = Q(ticket=None) | Q(ticket__in=tickets_for_agent(agent))
    calls = Conversation.objects.filter(mine, desk_id=agent.desk_id)
    calls = calls.filter(connection__kind__in=PHONE_KINDS, data__has_key="id")  # not erased
    return calls.select_related("connection__desk", "handle__contact", "ticket__desk")


def get_call(agent: Agent, call_id: int) -> Conversation:
    """Return a call. Raises Conversation.DoesNotExist if the agent may not see it."""
    return calls_for_agent(agent).get(pk=call_id)


def list_calls(agent: Agent) -> list[Conversation]:
    """Return the newest calls that an agent may see, of all phone systems of the desk."""
    systems = Connection.objects.filter(desk_id=agent.desk_id, kind__in=PHONE_KINDS)
    visible = calls_for_agent(agent).order_by("-pk")
    found = [
        call
        for system in systems.values_list("pk", flat=True)
        for call in visible.filter(connection_id=system)[:MAX_LISTED]  # by its own index
    ]
    return sorted(found, key=lambda call: -call.pk)[:MAX_LISTED]


def list_known_callers(conversation: Conversation) -> list[Contact]:
    """Return contacts who may be the caller, because they used this number before.

    They are suggestions. A number can be forged, so an agent makes sure who is calling.
    """
    call = read_call(conversation.data)
    if not call.number:
        return []
    known = Q(tickets__in=_list_confirmed(conversation)) | Q(pk__in=_list_reporters(call))
    found = Contact.objects.filter(known, desk_id=conversation.desk_id).exclude(email="")
    return list(found.select_related("account__plan").distinct().order_by("name")[:MAX_SUGGESTED])


def _list_confirmed(conversation: Conversation) -> QuerySet[Ticket]:
    """Return the tickets of calls from this number whose requester an agent has confirmed."""
    handle = conversation.handle
    if handle is None:
        return Ticket.objects.none()
    tickets = Ticket.objects.filter(conversations__handle=handle)
    return tickets.exclude(contact_id=handle.contact_id)


def _list_reporters(call: Call) -> list[int]:
    """Return the contacts who gave this number when they reported an emergency."""
    similar = Emergency.objects.filter(
        phone__endswith=call.number[-LAST_DIGITS:], contact__isnull=False
    )
    pairs = similar.values_list("phone", "contact_id")[:MAX_LISTED]
    return [
        contact_id
        for phone, contact_id in pairs
        if contact_id and normalize_number(phone) == call.number
    ]


def list_tickets(agent: Agent, conversation: Conversation) -> list[Ticket]:
    """Return open tickets that the call may be about, the latest first: of its number and caller.

    Without the ticket that the call has.
    """
    handle, ticket = conversation.handle, conversation.ticket
    callers = [contact.pk for contact in list_known_callers(conversation)]
    if ticket is not None:
        callers.append(ticket.contact_id)
    theirs = Q(contact_id__in=callers)
    if handle is not None:
        theirs |= Q(conversations__handle=handle, conversations__handle__network=Network.PHONE)
    found = tickets_for_agent(agent).filter(theirs).exclude(status=State.CLOSED)
    found = found.exclude(pk=ticket.pk) if ticket else found
    return list(found.select_related("desk").distinct().order_by("-updated_at")[:MAX_TICKETS])
