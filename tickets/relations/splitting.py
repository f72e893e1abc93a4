"""Splitting of a customer's message off a ticket into a new one, and follow-ups of a ticket.

The messages stay on their ticket; the new one gets copies that refer to the same stored files.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.match_reasons import MatchCode, make_reason
from accounts.models import Agent
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.models import Attachment, LinkKind, Message, SearchRefresh, Ticket
from tickets.relations.linking import add_link, open_both, require_both_visible
from tickets.services.common import NewMessage, Origin, require_writer
from tickets.services.opening import NewTicket, open_with_message

MAX_SPLIT = 100  # messages


def split_ticket(
    *,
    ticket_id: int,
    message_id: int,
    agent: Agent,
    subject: str,
    at: datetime,
    with_later: bool = False,
) -> Ticket:
    """Open a ticket from a customer's message, whose author is its requester, and link the two.

    with_later: the messages after it that its author could read come along. Raises NotAllowedError,
    and ConflictError if the message isn't there or isn't a customer's.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        ticket = Ticket.objects.select_related("desk", "priority", "product").get(pk=ticket_id)
        require_both_visible(agent, ticket)
        first, *later = _list_messages(ticket, message_id, with_later=with_later)
        opened = open_with_message(
            desk=ticket.desk, new=_describe(ticket, first, agent, subject), by=by, at=at
        )
        _copy_files(first, opened, at=at)
        for message in later:
            _copy_message(message, opened.ticket, at=at)
        SearchRefresh.objects.create(desk_id=ticket.desk_id, ticket=opened.ticket)
        source, target = open_both(opened.ticket_id, ticket_id, by=by, at=at)
        add_link(source, target, LinkKind.SPLIT)
        source.save()
        target.save()
    return opened.ticket


def _list_messages(ticket: Ticket, message_id: int, *, with_later: bool) -> Sequence[Message]:
    messages = Message.objects.filter(ticket=ticket).select_related("contact__account", "agent")
    first = messages.filter(pk=message_id, contact__isnull=False).first()
    if first is None:
        raise ConflictError(_("Choose one of the customer's messages on this ticket."))
    if not with_later:
        return [first]
    later = messages.filter(created_at__gte=first.created_at, pk__gt=first.pk)
    found = list(_keep_readable(later, first).order_by("created_at", "pk")[:MAX_SPLIT])
    if len(found) == MAX_SPLIT:
        raise ConflictError(
            _("There are more than %(limit)s messages after this one. Choose a later message.")
            % {"limit": MAX_SPLIT}
        )
    return [first, *found]


def _keep_readable(messages: QuerySet[Message], first: Message) -> QuerySet[Message]:
    """Keep the messages that the author of the first may read: they get copies of them.

    Those written to the same merged ticket, if any; and on a ticket of others, their own.
    """
    contact = first.contact
    assert contact is not None  # noqa: S101 (_list_messages)
    same, written_to = messages.filter(via=first.via_id), first.via_id or first.ticket_id
    theirs = Ticket.objects.filter(account__isnull=False, account=contact.account_id)
    on = tickets_for_contact(contact).filter(pk=written_to)
    if on.exists() or theirs.filter(pk=written_to).exists():
        return same
    return same.filter(contact=contact)


def _describe(ticket: Ticket, message: Message, agent: Agent, subject: str) -> NewTicket:
    contact = message.contact
    assert contact is not None  # noqa: S101 (_list_messages)
    is_same = contact.pk == ticket.contact_id
    account_id = ticket.account_id if is_same else contact.account_id
    is_unverified = ticket.is_unverified
    reason = make_reason(MatchCode.OPENED_BY_AGENT, agent=agent.name)
    return NewTicket(
        subject=subject.strip() or ticket.subject,
        message=NewMessage(
            text=message.body_text,
            html=message.body_html,
            quoted=message.quoted_text,
            channel=message.channel,
        ),
        origin=Origin(contact, None if is_unverified else account_id, is_unverified, (reason,)),
        priority=ticket.priority,
        product=ticket.product,
        language=ticket.language,
    )


def _copy_message(message: Message, ticket: Ticket, *, at: datetime) -> None:
    new = copy(message)
    new.pk, new._state.adding, new.ticket, new.via = None, True, ticket, None
    new.save()
    _copy_files(message, new, at=at)


def _copy_files(message: Message, to: Message, *, at: datetime) -> None:
    """Let the copy's files refer to the same stored bytes."""
    files = list(Attachment.objects.filter(message=message))
    for file in files:
        file.pk, file._state.adding, file.message, file.created_at = None, True, to, at
    Attachment.objects.bulk_create(files)
