"""Side conversations as their templates show them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.selectors import MailStatus, get_worst_state
from helpdesk.agent.components.side import SideItem, SidePerson
from helpdesk.agent.side.sql import SideRow
from helpdesk.agent.ticket_page.deliveries import add_delivery
from helpdesk.agent.ticket_page.file_tools import add_file_tools
from helpdesk.shared.components import MessageItem
from helpdesk.shared.entries import describe_side_message, describe_timestamp
from helpdesk.shared.urls import get_url
from tickets.models import Attachment, SideConversation, SideMessage, SideState, Ticket


def describe_side(row: SideRow, ticket: Ticket, reader: Agent) -> SideItem:
    """Return a side conversation for its ticket's conversation, with what the reader may do."""
    title = ngettext(
        "Side conversation with %(people)s (%(count)s message)",
        "Side conversation with %(people)s (%(count)s messages)",
        row.messages,
    ) % {"people": row.people, "count": row.messages}
    mark, tone = _get_mark(row)
    return SideItem(
        id=row.id,
        url=get_url("agent:side", ticket.number, row.id),
        title=title,
        subject=row.subject,
        author=row.author,
        excerpt=row.excerpt,
        mark=mark,
        tone=tone,
        reply_url=get_url("agent:side_reply", ticket.number, row.id) if reader.can_write else "",
        **_name_origin(row, ticket),
        **describe_timestamp(row.updated_at),
    )


def _name_origin(row: SideRow, ticket: Ticket) -> dict[str, str]:
    if row.origin is None:
        return {}
    reference = f"{ticket.desk.ticket_prefix}-{row.origin}"
    return {
        "origin_text": _("From %(ticket)s, which was merged into this ticket")
        % {"ticket": reference},
        "origin_url": get_url("agent:ticket", row.origin),
    }


def describe_people(side: SideConversation) -> tuple[SidePerson, ...]:
    """Return the third parties who get the next message."""
    people = [one for one in side.participants.all() if one.is_reachable]
    number, is_last = side.ticket.number, len(people) == 1
    return tuple(
        SidePerson(
            email=one.email,
            removal_url="" if is_last else get_url("agent:side_person", number, side.pk, one.pk),
        )
        for one in people
    )


def _get_mark(row: SideRow) -> tuple[str, str]:
    if row.has_failed:
        return _("Couldn't be delivered"), "red"
    if row.answered_at is not None:
        return _("Replied"), "blue"
    return (_("Done"), "green") if row.state == SideState.DONE else (_("Waiting"), "")


def describe_messages(
    side: SideConversation, ticket: Ticket, reader: Agent
) -> tuple[MessageItem, ...]:
    """Return the messages of a side conversation, oldest first, with how their emails fared."""
    messages = list(side.messages.select_related("agent"))
    prefetch_related_objects(messages, "attachments")
    emails: dict[int, list[OutgoingEmail]] = defaultdict(list)
    for mail in OutgoingEmail.objects.filter(side_message__in=messages).order_by("pk"):
        emails[mail.side_message_id or 0].append(mail)
    came = InboundMessage.objects.filter(side_message__in=messages).order_by("-pk")
    sources = dict(came.values_list("side_message", "pk"))
    return tuple(
        _describe(one, ticket, emails[one.pk], sources.get(one.pk), reader) for one in messages
    )


def _describe(
    message: SideMessage,
    ticket: Ticket,
    mails: list[OutgoingEmail],
    source_id: int | None,
    reader: Agent,
) -> MessageItem:
    files = list(message.attachments.all())
    item = describe_side_message(message, files, file_url=_get_file_url)
    item = add_file_tools(item, files=files, ticket=ticket, reader=reader)
    if source_id:
        item = replace(item, source_url=get_url("agent:received_mail", source_id))
    if not mails:
        return item
    state = get_worst_state(mails)
    is_again = state == MailState.FAILED and reader.can_write
    again = get_url("agent:side_again", ticket.number, message.side_id, message.pk)
    item = add_delivery(item, MailStatus(state, tuple(mails)))
    return replace(item, again_url=again if is_again else "")


def _get_file_url(file: Attachment) -> str:
    return get_url("agent:file", file.pk)
