"""Calls that an agent may see, and what the page of a call says about its caller."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Agent, Contact
from channels_intake.models import Connection, ConnectionKind, Conversation
from channels_intake.telephone.facts import Call, read_call
from channels_intake.telephone.numbers import normalize_number
from tickets.access import tickets_for_agent
from tickets.models import Emergency, State, Ticket
from tickets.rules.visibility import TicketVisibility

PHONE_KINDS = (ConnectionKind.HOTLINE, ConnectionKind.CALLS)
MAX_LISTED = 50
MAX_READ = 200  # of each phone system: some may be hidden from the agent
MAX_SUGGESTED = 5
MAX_TICKETS = 10
LAST_DIGITS = 4


def get_call(agent: Agent, call_id: int) -> Conversation:
    """Return a call. Raises Conversation.DoesNotExist if the agent may not see its ticket."""
    call = _select_calls(agent.desk_id).get(pk=call_id)
    if not _may_see(call, TicketVisibility.for_agent(agent)):
        raise Conversation.DoesNotExist
    return call


def list_calls(agent: Agent) -> list[Conversation]:
    """Return the newest calls that an agent may see, of all phone systems of the desk."""
    systems = Connection.objects.filter(desk_id=agent.desk_id, kind__in=PHONE_KINDS)
    visibility = TicketVisibility.for_agent(agent)
    newest = _select_calls(agent.desk_id).order_by("-pk")
    found = [
        call
        for system in systems.values_list("pk", flat=True)
        for call in newest.filter(connection_id=system)[:MAX_READ]  # by its own index
        if _may_see(call, visibility)
    ]
    return sorted(found, key=lambda call: -call.pk)[:MAX_LISTED]


def _select_calls(desk_id: int) -> QuerySet[Conversation]:
    """Return the calls of a desk. Those of erased people have no facts anymore."""
    calls = Conversation.objects.filter(desk_id=desk_id, connection__kind__in=PHONE_KINDS)
    known = calls.filter(data__has_key="id")
    return known.select_related("connection__desk", "handle__contact", "ticket__desk")


def _may_see(call: Conversation, visibility: TicketVisibility) -> bool:
    """Return True for a call without a ticket, and for one whose ticket the agent may see."""
    ticket = call.ticket
    return ticket is None or visibility.allows(
        department_id=ticket.department_id, assignee_id=ticket.assignee_id
    )


def list_known_callers(conversation: Conversation) -> list[Contact]:
    """Return contacts who may be the caller, because they used this number before.

    They are suggestions. A number can be forged, so an agent makes sure who is calling.
    """
    call = read_call(conversation.data)
    if not call.number:
        return []
    known = {*_list_confirmed(conversation), *_list_reporters(call)}
    found = Contact.objects.filter(pk__in=known, desk_id=conversation.desk_id).exclude(email="")
    return list(found.select_related("account__plan").order_by("name")[:MAX_SUGGESTED])


def _list_confirmed(conversation: Conversation) -> list[int]:
    """Return the contacts whom an agent has confirmed in calls from this number."""
    handle = conversation.handle
    if handle is None:
        return []
    earlier = Conversation.objects.filter(handle=handle, ticket__isnull=False)
    others = earlier.exclude(ticket__contact_id=handle.contact_id).order_by("-pk")
    return list(others.values_list("ticket__contact_id", flat=True)[:MAX_LISTED])


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
        earlier = Conversation.objects.filter(handle=handle, ticket__isnull=False)
        latest = earlier.order_by("-pk").values_list("ticket_id", flat=True)
        theirs |= Q(pk__in=list(latest[:MAX_LISTED]))
    found = tickets_for_agent(agent).filter(theirs).exclude(status=State.CLOSED)
    found = found.exclude(pk=ticket.pk) if ticket else found
    return list(found.select_related("desk").order_by("-updated_at")[:MAX_TICKETS])
