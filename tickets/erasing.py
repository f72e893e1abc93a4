"""Erasure of a person from tickets: their words and files go; numbers, times and states stay.

helpdesk.privacy.erasure calls this in the system scope and in one transaction: events are
append-only for the application's own role. Every query names its desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Contact, MergedContact
from accounts.privacy.erasing import ERASED_NAME, Person
from accounts.privacy.scrubbing import MARK, rewrite_data
from tickets.defects.erasing import (
    forget_subjects,
    list_created_defects,
    list_linked_defects,
    scrub_defects,
)
from tickets.events import EventKind
from tickets.models import (
    ActorKind,
    Attachment,
    Draft,
    Emergency,
    EventDelivery,
    Message,
    Participant,
    SubmittedForm,
    Ticket,
    TicketEvent,
)
from tickets.scrubbing import replace_values, scrub_tickets
from tickets.sentences.remarks import RemarkCode
from tickets.services.drafts import delete_drafts
from tickets.side_conversations.erasing import (
    erase_third_party,
    list_side_tickets,
)
from tickets.webhooks.erasing import erase_answers

FOLLOWER_KINDS = [EventKind.PARTICIPANT_ADDED, EventKind.PARTICIPANT_REMOVED]
PERSONAL = ("subject", "was_subject", "name", "handle", "was")  # in data of events
REQUESTER_KINDS = [
    EventKind.REQUESTER_CHANGED,
    EventKind.REQUESTER_LEFT,
    EventKind.CONTACT_MERGED,
]


@dataclass(frozen=True, slots=True)
class Traces:
    """The ids of everything that a person left in the tickets of a desk."""

    opened: tuple[int, ...]  # tickets that they opened, or that are theirs now
    messages: tuple[int, ...]  # messages that they wrote
    touched: tuple[int, ...]  # tickets that they opened or wrote on
    followed: tuple[int, ...]  # other people's tickets on which they wrote, or were in copy


def find_traces(contact: Contact) -> Traces:
    """Return the tickets and messages of a contact."""
    theirs = Ticket.objects.filter(desk_id=contact.desk_id, contact=contact)
    first = _filter_events(contact.desk_id, contact.pk).filter(kind=EventKind.TICKET_OPENED)
    opened = {*theirs.values_list("pk", flat=True), *first.values_list("ticket_id", flat=True)}
    wrote = Message.objects.filter(desk_id=contact.desk_id, contact=contact).values_list(
        "pk", "ticket_id"
    )
    messages = dict(wrote.order_by())
    touched = {*opened, *messages.values()}
    copied = TicketEvent.objects.filter(
        desk_id=contact.desk_id,
        kind__in=FOLLOWER_KINDS,
        data__contact__in=list_contact_ids(contact.pk),
    )
    takes_part = Participant.objects.filter(desk_id=contact.desk_id, contact=contact)
    followed = {
        *takes_part.values_list("ticket_id", flat=True),
        *copied.order_by().values_list("ticket_id", flat=True),
    }
    return Traces(
        opened=tuple(sorted(opened)),
        messages=tuple(messages),
        touched=tuple(sorted(touched)),
        followed=tuple(sorted((followed | touched) - opened)),
    )


def list_contact_ids(contact_id: int) -> list[int]:
    """Return the number of a contact and of those who were merged into it."""
    merged = MergedContact.objects.filter(contact=contact_id)
    return [contact_id, *merged.values_list("former_id", flat=True)]


def find_earlier_names(contact: Contact) -> set[str]:
    """Return the names under which a contact acted."""
    return set(
        _filter_events(contact.desk_id, contact.pk).values_list("actor_name", flat=True).distinct()
    )


def _filter_events(desk_id: int, contact_id: int) -> Any:
    """Return what a contact did, also before a merge or as the person of a handle."""
    ids = list_contact_ids(contact_id)
    acted = Q(actor_id__in=ids)
    joined = TicketEvent.objects.filter(
        desk_id=desk_id,
        kind=EventKind.REQUESTER_CHANGED,
        data__person__1__in=ids,
    )
    for ticket_id, before in joined.order_by().values_list("ticket_id", "data__person__0"):
        acted |= Q(ticket_id=ticket_id, actor_id=before)
    return TicketEvent.objects.filter(
        acted, desk_id=desk_id, actor_kind=ActorKind.CONTACT
    ).order_by()


def erase_from_tickets(person: Person, traces: Traces) -> dict[str, int]:
    """Erase a person's words and names in the tickets of the desk; return counts by kind.

    ``take_files`` removes the files of their messages before.
    """
    erase_answers({*traces.touched, *traces.followed, *list_side_tickets(person)})
    erased = {
        "messages": _erase_messages(traces),
        "tickets": _erase_subjects(person, traces),
        "events": _erase_events(person, traces),
        "participations": Participant.objects.filter(contact_id=person.contact_id).delete()[0],
        "forms": SubmittedForm.objects.filter(contact_id=person.contact_id).delete()[0],
        "drafts": _erase_drafts(person),
        "emergencies": _erase_emergencies(person, traces),
        "side_messages": erase_third_party(person),
    }
    scrub_tickets(traces.opened, person.in_own_tickets)
    scrub_tickets(traces.followed, person.in_tickets_of_others)
    created = list_created_defects(person.desk_id, traces.opened)
    linked = list_linked_defects(person.desk_id, {*traces.opened, *traces.followed})
    erased["defects"] = scrub_defects(created, person.in_own_tickets)
    erased["defects"] += scrub_defects(linked, person.in_tickets_worked_on)
    failed = EventDelivery.objects.filter(event__ticket_id__in=traces.touched)
    failed.exclude(last_error="").update(last_error=MARK)
    return erased


def take_files(person: Person, traces: Traces) -> list[str]:
    """Delete the attachments of a person's messages; return the names of the stored files.

    Also of those that the person's address sent in side conversations.
    """
    theirs = Q(message_id__in=traces.messages)
    for email in filter(None, (person.email, *person.merged)):
        theirs |= Q(desk_id=person.desk_id, side_message__sender=email)
    files = Attachment.objects.filter(theirs)
    stored = [name for pair in files.values_list("file", "preview") for name in pair if name]
    files.delete()
    return stored


def _erase_drafts(person: Person) -> int:
    users = Contact.objects.filter(pk=person.contact_id).values("user_id")
    return delete_drafts(Draft.objects.filter(desk_id=person.desk_id, user__in=users))


def _erase_emergencies(person: Person, traces: Traces) -> int:
    """Erase what they reported, and whom agents noted down to call back on their tickets."""
    noted = Emergency.objects.filter(ticket_id__in=traces.opened, contact__isnull=True)
    noted.update(reachable="", phone="")
    reported = Emergency.objects.filter(desk_id=person.desk_id, contact_id=person.contact_id)
    return reported.update(impact=MARK, reachable="", phone="")


def _erase_messages(traces: Traces) -> int:
    """Erase their texts, and what others quoted below their replies, which is mostly theirs."""
    around = Message.objects.filter(ticket_id__in=traces.touched)
    around.update(quoted_text="")
    around.filter(contact__isnull=False).update(body_html="")  # with what the email quotes
    asked = Message.objects.filter(ticket_id__in=traces.opened)
    asked.filter(remark_data__contains=[{"code": RemarkCode.REPLY_TO.value}]).update(remark_data=[])
    return Message.objects.filter(pk__in=traces.messages).update(body_text=MARK, remark_data=[])


def _erase_subjects(person: Person, traces: Traces) -> int:
    opened = Ticket.objects.filter(pk__in=traces.opened)
    subjects = {*opened.values_list("subject", flat=True), *_list_earlier_subjects(traces)}
    forget_subjects(list_created_defects(person.desk_id, traces.opened), subjects)
    Ticket.objects.filter(follow_up_of__in=traces.opened, subject__in=subjects).update(subject=MARK)
    changed = TicketEvent.objects.filter(ticket_id__in=traces.opened, kind=EventKind.FIELDS_CHANGED)
    rewrite_data(changed, lambda data: replace_values(data, lambda text: MARK))
    return opened.update(subject=MARK, fields={}, match_reasons=[])


def _list_earlier_subjects(traces: Traces) -> list[str]:
    changed = TicketEvent.objects.filter(
        ticket_id__in=traces.opened, kind=EventKind.SUBJECT_CHANGED
    )
    return [data["was_subject"] for data in changed.values_list("data", flat=True)]


def _erase_events(person: Person, traces: Traces) -> int:
    named = (
        Q(data__has_key="subject", ticket_id__in=traces.opened)
        | Q(kind__in=FOLLOWER_KINDS, data__contact__in=person.ids)
        | Q(kind__in=REQUESTER_KINDS, data__requester__in=person.ids)
        | Q(kind=EventKind.SENDER_VERIFIED, data__contact__in=person.ids)
        | Q(kind=EventKind.REQUESTER_CHANGED, data__person__1__in=person.ids)
    )
    events = list(TicketEvent.objects.filter(named, desk_id=person.desk_id))
    for event in events:
        if event.kind == EventKind.CONTACT_MERGED:
            event.data["why"] = MARK
        event.data |= {key: MARK for key in PERSONAL if key in event.data}
    TicketEvent.objects.bulk_update(events, ["data"], batch_size=500)
    return _filter_events(person.desk_id, person.contact_id).update(actor_name=ERASED_NAME)
