"""Erase a person from email: what they sent, what was sent to them, and their reply tokens.

Called by helpdesk.privacy.erasure in the system scope and one transaction. Email to an address of
no desk has no desk; what the person sent there is erased too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import CharField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import ContactHandle
from accounts.privacy.erasing import KnownNames, Person
from accounts.privacy.scrubbing import MARK, build_pattern, find_rows, scrub
from channels_intake.connections.erasing import erase_answers
from channels_intake.models import (
    BlockedSender,
    CallKind,
    ChannelEvent,
    ChannelEventState,
    ChannelMessage,
    CodeEvent,
    CodeLink,
    Conversation,
    InboundMessage,
    InboundState,
    MailState,
    OutgoingCall,
    OutgoingEmail,
    PageEvent,
    ReplyToken,
    SideReplyToken,
)
from channels_intake.outgoing.errors import ERASED
from channels_intake.outgoing.outbox import get_outbox_path
from channels_intake.reasons import InboundReason
from channels_intake.telephone.erasing import erase_phone_calls
from tickets.defects.erasing import list_linked_defects
from tickets.erasing import Traces
from tickets.events import EventKind
from tickets.models import Message, TicketEvent

DELIVERY_KINDS = [
    EventKind.MAIL_SENT,
    EventKind.MAIL_DELIVERED,
    EventKind.MAIL_DELAYED,
    EventKind.MAIL_FAILED,
]


def erase_from_mail(person: Person, traces: Traces) -> dict[str, int]:
    """Erase a person's email at the desk, both ways, and return counts. The rows stay.

    Call it while the messages of the tickets still have their text, which shows where others name
    the person.
    """
    named = _erase_copies_that_name(person, traces)
    return {
        "outgoing": _erase_outgoing(person, traces),
        "inbound": _erase_inbound(person, traces),
        "mentions": named + erase_mentions(person),
        "calls": _erase_calls(person, traces),
        "answers": erase_answers(person, traces),
        "conversations": _erase_conversations(person) + erase_phone_calls(person, traces),
        "blocked": BlockedSender.objects.filter(
            desk_id=person.desk_id, value=person.email
        ).delete()[0],
        "side_tokens": SideReplyToken.objects.filter(
            desk_id=person.desk_id, participant__email=person.email
        ).delete()[0],
        "reply_tokens": ReplyToken.objects.filter(contact_id=person.contact_id).delete()[0],
    }


def _erase_calls(person: Person, traces: Traces) -> int:
    """Erase a person's names from what code hosts, team chat and paging are told about tickets."""
    calls = OutgoingCall.objects.filter(desk_id=person.desk_id)
    theirs, others = person.in_own_tickets, person.in_tickets_of_others
    erased = scrub(calls.filter(ticket_id__in=traces.opened), theirs, any_case=False)
    erased += scrub(calls.filter(ticket_id__in=traces.followed), others, any_case=False)
    defects = list_linked_defects(person.desk_id, {*traces.opened, *traces.followed})
    links = CodeLink.objects.filter(defect__in=defects)
    ids = list(links.values_list("pk", flat=True))
    issues = calls.filter(kind=CallKind.CODE_HOST, data__link__in=ids)
    names = person.in_tickets_worked_on  # as in the defects themselves
    return erased + sum(scrub(rows, names, any_case=False) for rows in (links, issues))


def _erase_conversations(person: Person) -> int:
    """Take a person's conversations from their tickets, with what the vendor said about them.

    The vendors' IDs of messages stay: what is sent again must not open a ticket.
    """
    theirs = Conversation.objects.filter(
        desk_id=person.desk_id, handle__contact_id=person.contact_id
    )
    messages = ChannelMessage.objects.filter(conversation__in=theirs)
    messages.exclude(problem="").update(problem=MARK)
    _delete_events(person, theirs)
    return theirs.update(ticket=None, handle=None, data={}, window_from=None)


def _delete_events(person: Person, conversations: QuerySet[Conversation]) -> None:
    """Delete the processed events that hold an ID of the person or of their conversations.

    Their words are only there in plain text if the vendor doesn't escape them, so IDs are searched.
    """
    handles = ContactHandle.objects.filter(contact_id=person.contact_id)
    ids = {
        *handles.values_list("external_id", flat=True),
        *conversations.values_list("external_id", flat=True),
    }
    connections = set(conversations.order_by().values_list("connection_id", flat=True))
    as_text = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
    events = ChannelEvent.objects.filter(desk_id=person.desk_id, connection_id__in=connections)
    kept = events.exclude(state=ChannelEventState.RECEIVED).annotate(as_text=as_text)
    for external_id in ids:
        pattern = rf"(^|[^[:alnum:]]){re.escape(external_id)}([^[:alnum:]]|$)"
        found = kept.filter(as_text__regex=pattern).order_by()
        ChannelEvent.objects.filter(pk__in=list(found.values_list("pk", flat=True))).delete()


def _erase_copies_that_name(person: Person, traces: Traces) -> int:
    """Erase the raw email and the names where others' messages name the person. Return a count.

    Of a message, every word is searched. Of its raw email, which may be encoded or compressed, only
    plain text can be, so all of it goes.
    """
    messages = Message.objects.filter(desk_id=person.desk_id)
    here = messages.filter(ticket_id__in=traces.followed)
    pattern = person.in_tickets_of_others
    naming = {*find_rows(messages, person.anywhere), *find_rows(here, pattern, any_case=False)}
    came = InboundMessage.objects.filter(desk_id=person.desk_id, message_id__in=naming)
    on_tickets = Q(desk_id=person.desk_id, ticket_id__in=traces.followed)
    scrub(InboundMessage.objects.filter(on_tickets), pattern, any_case=False)
    sent = OutgoingEmail.objects.filter(on_tickets)
    copies = sent.filter(pk__in=find_rows(sent, pattern, any_case=False))
    _delete_from_outbox(copies)
    scrub(copies, pattern, any_case=False)
    return came.exclude(raw=b"").update(raw=b"", sha256="")


def _delete_from_outbox(mails: QuerySet[OutgoingEmail]) -> None:
    for message_id in mails.values_list("rfc_message_id", flat=True):
        get_outbox_path(message_id).unlink(missing_ok=True)


def _forget_delivery(person: Person, mails: QuerySet[OutgoingEmail]) -> None:
    """Erase server responses about these emails from events, and addresses in the person's own."""
    to_person = {
        pk: contact_id == person.contact_id or to_address == person.email
        for pk, contact_id, to_address in mails.values_list("pk", "contact_id", "to_address")
    }
    events = TicketEvent.objects.filter(
        ticket_id__in=mails.values("ticket_id"), kind__in=DELIVERY_KINDS
    )
    changed = [event for event in events if event.data.get("mail") in to_person]
    for event in changed:
        is_theirs = to_person[event.data["mail"]]
        said = {"why", "reporter", "to"} if is_theirs else {"why", "reporter"}
        event.data |= dict.fromkeys(said & event.data.keys(), MARK)
    TicketEvent.objects.bulk_update(changed, ["data"], batch_size=500)


def _erase_outgoing(person: Person, traces: Traces) -> int:
    """Erase emails to the person, copies of their messages, and all emails on their tickets."""
    at_desk = OutgoingEmail.objects.filter(desk_id=person.desk_id).order_by()
    theirs = at_desk.filter(
        Q(contact_id=person.contact_id)
        | Q(ticket_id__in=traces.opened)
        | Q(message_id__in=traces.messages)
        | Q(third_party__email=person.email)
    )
    _delete_from_outbox(theirs)
    _forget_delivery(person, theirs)
    theirs.exclude(last_error="").update(last_error=MARK)
    theirs.filter(state=MailState.QUEUED).update(state=MailState.FAILED, last_error=ERASED)
    to_them = Q(contact_id=person.contact_id) | Q(third_party__email=person.email)
    theirs.filter(to_them).update(to_address=MARK, to_canonical="", reply_to="", provider_id="")
    return theirs.update(subject=MARK, body_text=MARK, body_html="", in_reply_to="", references=[])


def _erase_inbound(person: Person, traces: Traces) -> int:
    """Erase the person's raw emails; of others on the person's tickets, raw text and subject."""
    here = Q(desk_id=person.desk_id) | Q(desk__isnull=True)
    came = InboundMessage.objects.filter(here).exclude(state=InboundState.RECEIVED).order_by()
    in_tickets = came.filter(ticket_id__in=traces.opened)
    blank: dict[str, Any] = dict.fromkeys(["subject", "content_type", "sha256", "reason"], "")
    blank |= {"raw": b"", "reason_data": {}}
    sent = Q(message_id__in=traces.messages)
    if person.email:  # email without a sender is nobody's
        sent |= Q(sender=person.email) | Q(envelope_sender__iexact=person.email)
    theirs = came.filter(sent)
    went = theirs.update(
        **blank,
        sender="",
        envelope_sender="",
        envelope_recipient="",
        rfc_message_id=Concat(Value("erased-"), Cast("pk", CharField()), output_field=CharField()),
    )
    return went + in_tickets.exclude(raw=b"").update(**blank)


def erase_mentions(person: KnownNames) -> int:
    """Erase address and name from raw emails of others, as far as they are plain text there.

    Email that hasn't been processed yet is left as it is: without its From, it couldn't be.
    """
    pattern = person.anywhere
    if not pattern:
        return 0
    as_text = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
    of_desk = InboundMessage.objects.filter(desk_id=person.desk_id)
    found = of_desk.exclude(state=InboundState.RECEIVED).annotate(as_text=as_text)
    mentions = re.compile(pattern.encode(), re.IGNORECASE)
    rows = found.filter(as_text__iregex=pattern).order_by().values_list("pk", flat=True)
    for pk in list(rows):
        row = InboundMessage.objects.get(pk=pk)
        row.raw = mentions.sub(MARK.encode(), bytes(row.raw))
        row.save(update_fields=["raw"])
    return len(rows) + _erase_from_webhooks(person.desk_id, pattern)


def _erase_from_webhooks(desk_id: int, pattern: str) -> int:
    """Erase address and name from issues, and delete the stored events that name the person."""
    as_text = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
    named: list[int] = []
    for model in (CodeEvent, PageEvent, ChannelEvent):
        events = model._default_manager.filter(desk_id=desk_id).annotate(as_text=as_text)
        if model is ChannelEvent:  # what waits would be lost
            events = events.exclude(state=ChannelEventState.RECEIVED)
        ids = events.filter(as_text__iregex=pattern).order_by().values_list("pk", flat=True)
        named += (found := list(ids))
        model._default_manager.filter(pk__in=found).delete()
    calls = OutgoingCall.objects.filter(desk_id=desk_id, kind=CallKind.CODE_HOST)
    links = CodeLink.objects.filter(desk_id=desk_id)
    return len(named) + scrub(calls, pattern) + scrub(links, pattern)


def forget_releaser(person: KnownNames, ticket_ids: Collection[int]) -> None:
    """Erase an agent's names from the emails on these tickets that they released."""
    pattern = build_pattern(person.names)
    released = InboundMessage.objects.filter(
        desk_id=person.desk_id, ticket_id__in=ticket_ids, reason=InboundReason.RELEASED
    ).defer("raw")
    for row in released if pattern else ():
        name = re.sub(pattern, MARK, str(row.reason_data.get("name", "")))
        row.reason_data = {**row.reason_data, "name": name}
        row.save(update_fields=["reason_data"])


def erase_from_outbox(addresses: Iterable[str]) -> int:
    """Delete the demo outbox files that contain an address. Return how many."""
    pattern = build_pattern(addresses)
    if not pattern:
        return 0
    mentions = re.compile(pattern.encode(), re.IGNORECASE)
    hits = [
        path
        for path in Path(settings.OUTBOX_DIR).glob("*.eml")
        if mentions.search(path.read_bytes())
    ]
    for path in hits:
        path.unlink(missing_ok=True)
    return len(hits)
