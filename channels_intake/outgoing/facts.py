"""The data that emails are composed from, read once for all events of a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

from django.db import connection

from accounts.matching import canonicalize_address
from accounts.models import Contact
from channels_intake.mailboxes import list_usable_mailboxes
from channels_intake.models import InboundMessage, Mailbox, MailKind, OutgoingEmail
from tickets.events import EventKind
from tickets.models import Attachment, Message, Participant, TicketEvent

DAY = timedelta(days=1)
AUTOMATIC = [MailKind.RECEIPT, MailKind.REMINDER, MailKind.CLOSED]  # counted by address

LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(address, %s::bigint))
FROM (SELECT unnest(%s::text[]) AS address ORDER BY 1) AS sorted
"""


class Arrival(NamedTuple):
    """An email received on a ticket. message_id and the fields after it: None without a message."""

    ticket_id: int
    received_at: datetime
    rfc_message_id: str
    authentication: str
    automatic: str
    mailbox_id: int | None
    message_id: int | None
    contact_id: int | None
    is_machine: bool | None


class Sent(NamedTuple):
    """An email that was composed for a ticket, to a contact."""

    ticket_id: int
    contact_id: int
    kind: str
    created_at: datetime
    rfc_message_id: str
    event_id: int
    to_canonical: str

    @classmethod
    def of(cls, mail: OutgoingEmail) -> Sent:
        return cls(*(getattr(mail, name) for name in cls._fields))


Row = TypeVar("Row", Arrival, Sent)


class Facts:
    """The data about the tickets of one desk's events. Each kind is read when first used.

    Newly composed emails are added, so that limits count them.
    """

    def __init__(self, events: Sequence[TicketEvent]) -> None:
        self.events = events
        self.desk_id = events[0].desk_id
        self.ticket_ids = sorted({event.ticket_id for event in events})

    @cached_property
    def arrivals(self) -> dict[int, list[Arrival]]:
        """The emails received on each ticket, in the order of their rows.

        Without those that another customer wrote by a merged ticket (Message.via): their ids would
        tell whose they are. Those of third parties belong to side conversations.
        """
        rows = InboundMessage.objects.filter(
            ticket__in=self.ticket_ids, message__via=None, side_message=None
        )
        rows = rows.order_by("pk")
        names = (*Arrival._fields[:-2], "message__contact_id", "message__is_automatic")
        return _group(Arrival(*row) for row in rows.values_list(*names))

    @cached_property
    def openings(self) -> dict[int, Message]:
        """The first message of each ticket, with its author."""
        opened = [event for event in self.events if event.kind == EventKind.TICKET_OPENED]
        found = {event.ticket_id: self.messages[event.data["message"]] for event in opened}
        others = [ticket_id for ticket_id in self.ticket_ids if ticket_id not in found]
        if others:
            first = Message.objects.filter(ticket__in=others).select_related("contact")
            ordered = first.order_by("ticket_id", "created_at", "pk").distinct("ticket_id")
            found |= {message.ticket_id: message for message in ordered}
        return found

    @cached_property
    def messages(self) -> dict[int, Message]:
        """The messages that the events name, with their authors, by id."""
        ids = {event.data["message"] for event in self.events if "message" in event.data}
        return Message.objects.select_related("agent", "contact").in_bulk(ids)

    @cached_property
    def files(self) -> dict[int, list[Attachment]]:
        """The files of these messages, and of first messages that go to a new follower."""
        ids = set(self.messages)
        if any(event.kind == EventKind.PARTICIPANT_ADDED for event in self.events):
            ids.update(message.pk for message in self.openings.values())
        found: dict[int, list[Attachment]] = defaultdict(list)
        for file in Attachment.objects.filter(message__in=ids):
            found[file.message_id or 0].append(file)
        return found

    @cached_property
    def followers(self) -> dict[int, list[Contact]]:
        """The followers of each ticket, in the order of their rows."""
        rows = Participant.objects.filter(ticket__in=self.ticket_ids)
        found: dict[int, list[Contact]] = defaultdict(list)
        for row in rows.select_related("contact__user").order_by("contact_id"):
            found[row.ticket_id].append(row.contact)
        return found

    @cached_property
    def mailboxes(self) -> list[Mailbox]:
        """The mailboxes that the desk can send from, the default one first."""
        usable = list_usable_mailboxes().filter(desk=self.desk_id)
        return list(usable.order_by("-is_default", "pk"))

    @cached_property
    def sent(self) -> dict[int, list[Sent]]:
        """The emails that were composed for each ticket, oldest first."""
        rows = OutgoingEmail.objects.filter(ticket__in=self.ticket_ids, contact__isnull=False)
        rows = rows.order_by("created_at")
        return _group(Sent(*row) for row in rows.values_list(*Sent._fields))

    @cached_property
    def recent(self) -> dict[str, list[Sent]]:
        """The automatic emails of the last day to the requesters' addresses, which are locked."""
        since = min(event.at for event in self.events) - DAY
        rows = OutgoingEmail.objects.filter(
            desk=self.desk_id,
            to_canonical__in=self.locked_addresses,
            kind__in=AUTOMATIC,
            created_at__gt=since,
        )
        found: dict[str, list[Sent]] = defaultdict(list)
        for row in rows.order_by().values_list(*Sent._fields):
            found[Sent(*row).to_canonical].append(Sent(*row))
        return found

    @cached_property
    def locked_addresses(self) -> list[str]:
        """The requesters' addresses, locked at the desk until the transaction ends.

        All at once and sorted, so that two workers don't count at the same time and can't deadlock.
        Several contacts may share an address, spelled differently.
        """
        emails = {event.ticket.contact.email for event in self.events} - {""}
        addresses = sorted({canonicalize_address(email) for email in emails})
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [self.desk_id, addresses])
        return addresses

    def has(self, event: TicketEvent, contact: Contact, kind: MailKind) -> bool:
        """Return True if there is an email of this kind to this person about this event."""
        key = (event.pk, contact.pk, kind)
        sent = self.sent.get(event.ticket_id, ())
        return any((mail.event_id, mail.contact_id, mail.kind) == key for mail in sent)

    def forget_sent(self) -> None:
        """Read the composed emails again, after some of them were deleted."""
        self.__dict__.pop("sent", None)
        self.__dict__.pop("recent", None)

    def add(self, mail: OutgoingEmail) -> None:
        """Count an email that was composed in this batch."""
        new = Sent.of(mail)
        self.sent.setdefault(new.ticket_id, []).append(new)
        if new.kind in AUTOMATIC and "recent" in self.__dict__:
            self.recent[new.to_canonical].append(new)


def _group(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found
