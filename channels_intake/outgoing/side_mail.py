"""Email of side conversations: one to each third party, in a thread of its own.

Nothing of the ticket goes along: no number, no link, no name of the customer. Only what the agent
wrote, with the files that they chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.matching import canonicalize_address
from accounts.models import Agent
from accounts.places.languages import use_recipient_locale
from accounts.privacy.scrubbing import MARK
from channels_intake.models import (
    InboundMessage,
    Mailbox,
    MailKind,
    MailState,
    OutgoingEmail,
    SideReplyToken,
)
from channels_intake.outgoing.composing import (
    MAX_ID_CHARS,
    MAX_REFERENCES,
    format_sender,
    get_sending_domain,
    get_sending_mailbox,
    split_attachments,
)
from channels_intake.outgoing.facts import Facts
from channels_intake.outgoing.holding import queue_mails
from channels_intake.outgoing.rendering import render_email
from channels_intake.outgoing.saving import add_token
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.events import EventKind, Followers, Together
from tickets.models import SideMessage, SideParticipant, TicketEvent
from tickets.services.common import require_writer
from tickets.side_conversations.access import open_side


def compose(events: Sequence[TicketEvent]) -> None:
    """Compose the emails of agents' messages in side conversations, and queue them."""
    for event in events:
        compose_side_mail(event)


def compose_side_mail(event: TicketEvent) -> None:
    """Compose the email of a message to each third party. Each once, however often this runs.

    Whoever was added after the message gets the next one.
    """
    messages = SideMessage.objects.select_related("side", "agent")
    message = messages.filter(pk=event.data["side_message"]).first()
    if message is None:  # erased meanwhile
        return
    known = OutgoingEmail.objects.filter(event=event).values_list("third_party", flat=True)
    people = _list_people(event, message)
    mails = [_compose(event, message, one, people) for one in people if one.pk not in set(known)]
    if mails:
        OutgoingEmail.objects.bulk_create(mails)
        queue_mails(mails)


def _compose(
    event: TicketEvent,
    message: SideMessage,
    person: SideParticipant,
    people: Sequence[SideParticipant],
) -> OutgoingEmail:
    ticket = event.ticket
    mailbox = get_sending_mailbox(ticket, Facts([event]))
    in_reply_to, references = _get_thread_headers(message, person, people)
    subject = message.side.subject
    return OutgoingEmail(
        desk_id=ticket.desk_id,
        event=event,
        third_party=person,
        side_message=message,
        kind=MailKind.SIDE,
        ticket=ticket,
        from_address=format_sender(mailbox, message),
        reply_to=_get_reply_address(mailbox, person, at=event.at),
        to_address=person.email,
        to_canonical=canonicalize_address(person.email),
        rfc_message_id=f"{uuid4().hex}@{get_sending_domain(mailbox)}",
        in_reply_to=in_reply_to,
        references=references,
        next_try_at=event.at,
        created_at=event.at,
        subject=f"Re: {subject}" if in_reply_to else subject,
        **_render(event, message, mailbox, person, people),
    )


def render_side_again(
    mail: OutgoingEmail, event: TicketEvent, more: dict[str, Any]
) -> tuple[str, str]:
    """Return both bodies of an email to a third party with more in its context."""
    messages = SideMessage.objects.select_related("side", "agent")
    message = messages.get(pk=mail.side_message_id or 0)
    person = SideParticipant.objects.get(pk=mail.third_party_id or 0)
    mailbox = get_sending_mailbox(event.ticket, Facts([event]))
    parts = _render(event, message, mailbox, person, _list_people(event, message), more)
    return parts["body_text"], parts["body_html"]


def _list_people(event: TicketEvent, message: SideMessage) -> list[SideParticipant]:
    """Return the third parties who get a message: those who were there, and still are."""
    people = message.side.participants.order_by("pk")
    return [one for one in people if one.is_reachable and one.added_at <= event.at]


def _render(
    event: TicketEvent,
    message: SideMessage,
    mailbox: Mailbox | None,
    person: SideParticipant,
    people: Sequence[SideParticipant],
    more: dict[str, Any] | None = None,
) -> dict[str, str]:
    """Return both bodies in the desk's language: nothing is known of a third party's."""
    desk = event.ticket.desk
    signatures = [message.agent.signature if message.agent else ""]
    signatures.append(mailbox.signature if mailbox else "")
    _along, left = split_attachments(message.attachments.all())
    context = {
        "desk_name": desk.name,
        "body_text": message.body_text,
        "body_html": message.body_html,
        "signature": "\n\n".join(part.strip("\n") for part in signatures if part.strip()),
        "files_left_out": ", ".join(file.name for file in left),
        "others": ", ".join(one.email for one in people if one.pk != person.pk),
        **(more or {}),
    }
    with use_recipient_locale(desk=desk, contact=None, user=None):
        text, html = render_email("emails/side", context, desk=desk)
    return {"body_text": text, "body_html": html}


def _get_reply_address(mailbox: Mailbox | None, person: SideParticipant, *, at: datetime) -> str:
    """Return the mailbox's address with the token of this third party."""
    if mailbox is None:
        return ""
    token, _is_new = SideReplyToken.objects.get_or_create(
        participant=person, defaults={"desk_id": person.desk_id, "created_at": at}
    )
    return add_token(mailbox.address, token.token)


def _get_thread_headers(
    message: SideMessage, person: SideParticipant, people: Sequence[SideParticipant]
) -> tuple[str, list[str]]:
    """Return In-Reply-To and References: only of emails to this third party and from them."""
    sent = OutgoingEmail.objects.filter(third_party=person)
    others = [one.email for one in people if one.pk != person.pk]
    came = InboundMessage.objects.filter(side_message__side=message.side_id)
    came = came.exclude(sender__in=others).exclude(rfc_message_id="")
    in_time = sorted(
        [
            *sent.values_list("created_at", "rfc_message_id"),
            *came.values_list("received_at", "rfc_message_id"),
        ]
    )
    ids = list(dict.fromkeys(i for _, i in in_time if len(i) < MAX_ID_CHARS and i.isascii()))
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[1 - MAX_REFERENCES :]]
    return (ids[-1] if ids else "", ids)


def send_failed_again(*, message: SideMessage, agent: Agent, at: datetime) -> None:
    """Queue the emails of a message that could not be delivered, once more.

    Not those to people who were erased or removed. Raises NotAllowedError, and ConflictError if
    none has failed anymore.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change, side = open_side(message.side_id, by=by, at=at)
        failed = OutgoingEmail.objects.filter(side_message=message, state=MailState.FAILED)
        failed = failed.exclude(to_address=MARK).filter(third_party__removed_at=None)
        mails = list(failed.select_for_update(of=("self",)).order_by("pk"))
        if not mails:
            raise ConflictError(_("This message didn't fail, or is already being sent again."))
        failed.filter(pk__in=[mail.pk for mail in mails]).update(
            state=MailState.QUEUED,
            attempts=0,
            claimed_until=None,
            last_error="",
            provider_id="",
            next_try_at=at,
            created_at=at,
        )
        to = ", ".join(mail.to_address for mail in mails)
        facts = {"side": side.pk, "side_message": message.pk, "to": to}
        change.record(EventKind.SIDE_SENT_AGAIN, facts)
        change.save()
        queue_mails(mails)


LATER: Followers = dict.fromkeys((EventKind.SIDE_STARTED, EventKind.SIDE_SENT), Together(compose))
