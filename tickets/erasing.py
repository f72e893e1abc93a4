"""Erasing a person from tickets: their words and files go, the ticket's skeleton stays (number, times, states).

Called by helpdesk.privacy.erasure in the system scope and one transaction: events are append-only for the
application's own role. Every query names its desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Contact
from accounts.privacy.erasing import ERASED_NAME, KnownNames, Person
from accounts.privacy.scrubbing import MARK, build_pattern, scrub
from tickets.events import EventKind
from tickets.models import (
    ActorKind,
    Attachment,
    DeliveryState,
    EventDelivery,
    Message,
    Note,
    Notification,
    Participant,
    SubmittedForm,
    Ticket,
    TicketEvent,
)


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a person is in the tickets of a desk: ids."""

    opened: tuple[int, ...]  # tickets that they opened
    messages: tuple[int, ...]  # messages that they wrote
    touched: tuple[int, ...]  # tickets that they opened or wrote on


def find_traces(contact: Contact) -> Traces:
    """The tickets and messages of a contact."""
    opened = Ticket.objects.filter(desk_id=contact.desk_id, contact=contact).values_list(
        "pk", flat=True
    )
    wrote = Message.objects.filter(desk_id=contact.desk_id, contact=contact).values_list(
        "pk", "ticket_id"
    )
    messages = dict(wrote.order_by())
    touched = {*opened, *messages.values()}
    return Traces(tuple(opened), tuple(messages), tuple(sorted(touched)))


def wait_for_writers(traces: Traces) -> None:
    """Let what is being written on these tickets, or told of them, be committed first, and nothing more begin.

    The contact is locked already: tickets.services hold it before they lock a ticket.
    """
    tickets = Ticket.objects.filter(pk__in=traces.touched).order_by("pk")
    list(tickets.select_for_update(no_key=True).values_list("pk", flat=True))
    due = EventDelivery.objects.filter(event__ticket_id__in=traces.touched, state=DeliveryState.DUE)
    list(due.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def find_earlier_names(contact: Contact) -> set[str]:
    """The names under which a contact acted."""
    return set(_acted(contact.desk_id, contact.pk).values_list("actor_name", flat=True).distinct())


def _acted(desk_id: int, contact_id: int) -> Any:
    events = TicketEvent.objects.filter(
        desk_id=desk_id, actor_kind=ActorKind.CONTACT, actor_id=contact_id
    )
    return events.order_by()


def erase_from_tickets(person: Person, traces: Traces) -> dict[str, int]:
    """Erase what a person wrote and is called in the tickets of the desk; gives what went. Files of their messages
    are taken off by ``take_files`` before."""
    went = {
        "messages": _erase_messages(traces),
        "tickets": _erase_subjects(traces),
        "notifications": _rename_notifications(person),
        "events": _erase_events(person, traces),
        "participations": Participant.objects.filter(contact_id=person.contact_id).delete()[0],
        "forms": SubmittedForm.objects.filter(contact_id=person.contact_id).delete()[0],
    }
    others = set(traces.touched) - set(traces.opened)
    scrub_tickets(traces.opened, person.in_own_tickets)
    scrub_tickets(others, person.in_tickets_of_others)
    return went


def scrub_tickets(ticket_ids: Collection[int], pattern: str) -> None:
    """Erase what a pattern finds in the words of people on these tickets: messages, notes, their files' names, and
    the reasons that agents gave. What the product itself says of priorities, plans and departments stays."""
    for rows in _written_on(ticket_ids) if pattern else ():
        scrub(rows, pattern, any_case=False)
    given = TicketEvent.objects.filter(ticket_id__in=ticket_ids, actor_kind=ActorKind.AGENT)
    _rewrite(given.filter(data__has_key="why"), lambda data: {"why": _erased(pattern, data["why"])})


def forget_assignee(person: KnownNames, agent_id: int) -> None:
    """Erase an agent's names from the tickets that they had: who got them, and why."""
    pattern = build_pattern(person.names)

    def without(data: dict[str, Any]) -> dict[str, Any]:
        pairs = zip(data["assignee"], data["names"], strict=True)
        names = [ERASED_NAME if pk == agent_id else name for pk, name in pairs]
        return {"names": names, "why": _erased(pattern, data["why"])}

    had = TicketEvent.objects.filter(
        desk_id=person.desk_id, kind=EventKind.ASSIGNED, data__assignee__contains=agent_id
    )
    tickets = list(Ticket.objects.filter(pk__in=had.order_by().values("ticket_id")))
    _rewrite(had, without)
    for ticket in tickets:
        first, *rest = ticket.route_reasons or [""]
        ticket.route_reasons = [first, *(_erased(pattern, reason) for reason in rest)]
    Ticket.objects.bulk_update(tickets, ["route_reasons"], batch_size=500)


def _erased(pattern: str, text: str) -> str:
    return re.sub(pattern, MARK, text) if pattern else text


def _rewrite(
    events: QuerySet[TicketEvent], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    changed = []
    for event in events:
        data = event.data | change(event.data)
        if data != event.data:
            event.data = data
            changed.append(event)
    TicketEvent.objects.bulk_update(changed, ["data"], batch_size=500)


def take_files(traces: Traces) -> list[str]:
    """Delete the rows of the files of the person's messages; gives the names of the stored files and previews."""
    files = Attachment.objects.filter(message_id__in=traces.messages)
    stored = [name for pair in files.values_list("file", "preview") for name in pair if name]
    files.delete()
    return stored


def _erase_messages(traces: Traces) -> int:
    """Their texts go, and in their tickets whatever others quoted below an answer, which is mostly theirs."""
    around = Message.objects.filter(ticket_id__in=traces.touched)
    around.update(quoted_text="")
    around.filter(contact__isnull=False).update(body_html="")  # of a mail, with all that it quotes
    return Message.objects.filter(pk__in=traces.messages).update(body_text=MARK, remarks=[])


def _erase_subjects(traces: Traces) -> int:
    opened = Ticket.objects.filter(pk__in=traces.opened)
    subjects = set(opened.values_list("subject", flat=True))
    Ticket.objects.filter(follow_up_of__in=traces.opened, subject__in=subjects).update(subject=MARK)
    return opened.update(subject=MARK, fields={}, match_reasons=[])


def _rename_notifications(person: Person) -> int:
    """Before the events forget the name that the line was made of."""
    theirs = _acted(person.desk_id, person.contact_id).exclude(actor_name="").values("pk")
    lines = list(Notification.objects.filter(event__in=theirs).select_related("event"))
    for line in lines:
        line.text = line.text.replace(line.event.actor_name, ERASED_NAME)[:300]
    return Notification.objects.bulk_update(lines, ["text"], batch_size=500) if lines else 0


def _erase_events(person: Person, traces: Traces) -> int:
    named = Q(data__has_key="subject", ticket_id__in=traces.opened) | Q(
        kind="participant.added", data__contact=person.contact_id
    )
    events = list(TicketEvent.objects.filter(named, desk_id=person.desk_id))
    for event in events:
        event.data |= {key: MARK for key in ("subject", "name") if key in event.data}
    TicketEvent.objects.bulk_update(events, ["data"], batch_size=500)
    return _acted(person.desk_id, person.contact_id).update(actor_name=ERASED_NAME)


def _written_on(ticket_ids: Collection[int]) -> list[QuerySet[Any]]:
    return [
        Message.objects.filter(ticket_id__in=ticket_ids),
        Note.objects.filter(ticket_id__in=ticket_ids),
        Attachment.objects.filter(message__ticket_id__in=ticket_ids),
        Attachment.objects.filter(note__ticket_id__in=ticket_ids),
    ]
