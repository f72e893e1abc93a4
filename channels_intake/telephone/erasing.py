"""Erasure of a person's calls, also of those that an agent confirmed as theirs."""

from __future__ import annotations

from accounts.models import Contact, ContactHandle, Network
from accounts.privacy.erasing import Person
from accounts.privacy.scrubbing import MARK
from channels_intake.models import Conversation
from channels_intake.telephone.selectors import PHONE_KINDS
from tickets.erasing import Traces
from tickets.models import Ticket


def erase_phone_calls(person: Person, traces: Traces) -> int:
    """Erase the numbers and names of calls on a person's tickets. Return how many calls.

    Their number belongs to a contact of its own, which loses name and number, too.
    """
    calls = Conversation.objects.filter(
        desk_id=person.desk_id, ticket_id__in=traces.opened, connection__kind__in=PHONE_KINDS
    )
    found = list(calls.only("data", "ticket_id", "handle_id"))
    for call in found:
        if number := call.data.get("number"):
            named = Ticket.objects.filter(pk=call.ticket_id or 0, subject__contains=number)
            for ticket in named.only("subject"):
                ticket.subject = ticket.subject.replace(number, MARK)
                ticket.save(update_fields=["subject"])
    handles = ContactHandle.objects.filter(
        pk__in=[call.handle_id for call in found], network=Network.PHONE
    )
    nameless = Contact.objects.filter(pk__in=handles.values("contact_id"), email="")
    nameless.update(name="")
    calls.update(handle=None, data={})
    handles.delete()
    return len(found)
