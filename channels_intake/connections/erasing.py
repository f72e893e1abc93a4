"""Erase a person from answers: what was sent into their conversations, and what came of it."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Contact, ContactHandle
from accounts.privacy.erasing import Person
from accounts.privacy.scrubbing import MARK
from channels_intake.models import (
    CallKind,
    CallState,
    ChannelMessage,
    Conversation,
    OutgoingCall,
    PartState,
)
from tickets.erasing import Traces
from tickets.events import EventKind
from tickets.models import TicketEvent

ANSWER_KINDS = [EventKind.CHANNEL_SENT, EventKind.CHANNEL_FAILED, EventKind.REPLY_SENT_AGAIN]


def lock_conversations(contact: Contact) -> None:
    """Lock a person's conversations and handles, until the transaction ends.

    Call it before anything else of the person is locked: whatever puts a message on a ticket locks
    in this order, and would wait for the erasure while the erasure waits for it.
    """
    theirs = Q(handle__contact=contact) | Q(ticket__contact=contact)
    mine = Conversation.objects.filter(theirs, desk_id=contact.desk_id)
    handles = ContactHandle.objects.filter(contact=contact, desk_id=contact.desk_id)
    for rows in (mine, handles):
        locked = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
        list(locked.values_list("pk", flat=True))


def erase_answers(person: Person, traces: Traces) -> int:
    """Erase the texts that were sent into a person's conversations, and what their vendors said.

    What hasn't been sent isn't anymore. Call it while the conversations still have their handle.
    """
    theirs = Conversation.objects.filter(
        desk_id=person.desk_id, handle__contact_id=person.contact_id
    )
    lanes = [f"conversation:{pk}" for pk in theirs.values_list("pk", flat=True)]
    here = Q(lane__in=lanes) | Q(ticket_id__in=traces.opened)
    calls = OutgoingCall.objects.filter(here, desk_id=person.desk_id, kind=CallKind.CHANNEL)
    parts = ChannelMessage.objects.filter(conversation__in=theirs, state=PartState.QUEUED)
    parts.update(state=PartState.FAILED, problem=MARK)
    calls.filter(state=CallState.QUEUED).update(state=CallState.FAILED)
    _forget_answers(person, traces)
    return calls.update(body={"text": MARK, "files": [], "way": ""}, summary="")


def _forget_answers(person: Person, traces: Traces) -> None:
    """Erase the person's name at channels, and vendors' words, from the events of their tickets."""
    events = TicketEvent.objects.filter(ticket_id__in=traces.opened, kind__in=ANSWER_KINDS)
    changed = list(events)
    for event in changed:
        event.data |= dict.fromkeys({"to", "why"} & event.data.keys(), MARK)
    TicketEvent.objects.bulk_update(changed, ["data"], batch_size=500)
