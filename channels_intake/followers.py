"""Reactions of email to ticket events: compose the rows, and queue them after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from django.utils.dateparse import parse_datetime

from accounts.models import Agent, Contact
from channels_intake.connections.outgoing.notices import post_notice
from channels_intake.incoming.confirmations import build_ticket_claim_url, is_from_form
from channels_intake.models import MailKind, MailState, OutgoingEmail, ReplyToken
from channels_intake.outgoing.automatic_mail import (
    can_send_automatic_mail,
    can_send_copy,
    can_send_defect_update,
    can_send_escalation,
)
from channels_intake.outgoing.composing import compose_mail
from channels_intake.outgoing.facts import Facts
from channels_intake.outgoing.holding import queue_mails
from channels_intake.outgoing.promises import (
    compose_moved_promise,
    compose_moved_update,
    compose_new_promise,
    get_response_due_at,
    withdraw_held_promises,
)
from channels_intake.outgoing.replies import (
    compose_reply,
    describe_copy,
    list_recipients,
)
from channels_intake.outgoing.saving import save_mails
from tickets.events import EventKind, Followers, Together
from tickets.models import (
    ActorKind,
    Channel,
    CloseReason,
    Message,
    TicketEvent,
)
from tickets.sentences.remarks import RemarkCode

DAY = timedelta(days=1)
WRITTEN_BY_AGENTS = (Channel.AGENT, Channel.PHONE, Channel.API)
NOTIFIED_CLOSE_REASONS = {
    CloseReason.SOLVED,
    CloseReason.SILENCE,
    CloseReason.DUPLICATE,
    CloseReason.NO_ANSWER,
    CloseReason.NOT_OURS,
    CloseReason.LIMITATION,
    CloseReason.OTHER,
}


Mails = Iterable[OutgoingEmail | None]


def compose(events: Sequence[TicketEvent]) -> None:
    """Compose the emails for events of one desk, in order, and queue them after the commit."""
    facts = Facts(events)
    unsaved: list[OutgoingEmail] = []
    for event in events:
        if any(_matters_to(event, mail) for mail in unsaved):
            _save(unsaved)
            unsaved = []
        unsaved += [mail for mail in COMPOSERS[event.kind](event, facts) if mail is not None]
    _save(unsaved)


def _matters_to(event: TicketEvent, mail: OutgoingEmail) -> bool:
    """Return True if an email must be saved before the next event, which may drop or count it."""
    is_promise = mail.kind == MailKind.PROMISE and mail.contact_id == event.ticket.contact_id
    return is_promise or mail.ticket_id == event.ticket_id


def _save(mails: Sequence[OutgoingEmail]) -> None:
    if mails:
        save_mails(mails)
        queue_mails(mails)


def compose_opening(event: TicketEvent, facts: Facts) -> Mails:
    """Confirm a new request to its customer, and send it to the followers (M35, M53, M87).

    Of a call that came in by itself, the caller gets the agent's note once it is written. What an
    agent wrote whose messages need approval is emailed to nobody, and the form says so.
    """
    if _is_by_trainee(event):
        return []
    if event.ticket.channel != Channel.PHONE:
        first = _compose_receipt(event, facts)
    elif event.actor_kind == ActorKind.AGENT:
        first = _compose_phone_follow_up(event, facts)
    else:
        first = []
    return [*first, *compose_copies(event, facts)]


def _is_by_trainee(event: TicketEvent) -> bool:
    """Return True for a ticket that holds the words of an agent whose messages need approval."""
    is_by_agent = event.ticket.channel in WRITTEN_BY_AGENTS and event.actor_kind == ActorKind.AGENT
    if not is_by_agent or event.actor_id is None:
        return False
    return Agent.objects.filter(pk=event.actor_id, needs_approval=True).exists()


def _compose_receipt(event: TicketEvent, facts: Facts) -> Mails:
    """Confirm a request to the customer who opened it, with its number and response time (M35)."""
    ticket = event.ticket
    if event.actor_kind != ActorKind.CONTACT or post_notice(event, MailKind.RECEIPT, {}):
        return []
    if not can_send_automatic_mail(MailKind.RECEIPT, ticket, facts, at=event.at):
        return []
    due_at = None if ticket.is_unverified else get_response_due_at(ticket)
    details: dict[str, object] = {"first_response_due": due_at}
    if is_from_form(ticket):
        details["confirm_url"] = build_ticket_claim_url(ticket)
    return [compose_mail(event, ticket.contact, MailKind.RECEIPT, facts, details=details)]


def _compose_phone_follow_up(event: TicketEvent, facts: Facts) -> Mails:
    """Send the caller a short follow-up with what the agent wrote down (M53)."""
    ticket = event.ticket
    if not ticket.contact.can_get_email:
        return []
    details = {
        "body_text": facts.messages[event.data["message"]].body_text,
        "first_response_due": get_response_due_at(ticket),
    }
    return [compose_mail(event, ticket.contact, MailKind.PHONE, facts, details=details)]


def compose_copies(event: TicketEvent, facts: Facts) -> Mails:
    """Send a customer's message to the others on the ticket: requester and followers (M87).

    People whom the author's own email names in CC have it already.
    """
    message = facts.messages[event.data["message"]]
    if message.via_id is not None:  # only the customers of that ticket may read it
        return []
    reached = _list_copied(message)
    others = [
        contact
        for contact in list_recipients(event.ticket, facts)
        if contact.pk != message.contact_id and contact.email not in reached
    ]
    return _copy(event, facts, message, others)


def compose_request_for_follower(event: TicketEvent, facts: Facts) -> Mails:
    """Send the request to a follower whom an agent has added since (M87)."""
    added = [
        contact
        for contact in list_recipients(event.ticket, facts)
        if contact.pk == event.data["contact"] and contact.pk != event.ticket.contact_id
    ]
    opened = TicketEvent.objects.filter(ticket=event.ticket_id, kind=EventKind.TICKET_OPENED)
    if added and any(map(_is_by_trainee, opened.select_related("ticket"))):
        return []
    first = facts.openings.get(event.ticket_id)
    return _copy(event, facts, first, added) if first is not None and added else []


def _copy(event: TicketEvent, facts: Facts, message: Message, contacts: Sequence[Contact]) -> Mails:
    if not contacts or message.is_automatic or message.contact is None:
        return []
    details = describe_copy(event, message, facts)
    return [
        compose_mail(event, contact, MailKind.COPY, facts, message=message, details=details)
        for contact in contacts
        if can_send_copy(event.ticket, contact, facts, at=event.at)
    ]


def _list_copied(message: Message) -> set[str]:
    """Return the addresses in CC of a customer's email."""
    copied = [
        str(remark["addresses"])
        for remark in message.remark_data
        if remark.get("code") == RemarkCode.CC_NOT_ADDED
    ]
    return {address for addresses in copied for address in addresses.split(", ")}


def revoke_reply_address(event: TicketEvent, facts: Facts) -> Mails:
    """Take the reply address from a person who was removed, unless they follow again.

    Emails to them that have not been sent yet are dropped.
    """
    ticket, contact_id = event.ticket, event.data["contact"]
    follows = ticket.participants.filter(contact=contact_id).exists()
    if not follows and contact_id != ticket.contact_id:
        theirs = {"ticket": ticket, "contact": contact_id}
        ReplyToken.objects.filter(**theirs).delete()
        OutgoingEmail.objects.filter(**theirs, state=MailState.QUEUED).delete()
        facts.forget_sent()
    return []


def compose_reminder(event: TicketEvent, facts: Facts) -> Mails:
    """Remind the customer before silence closes the ticket (M17)."""
    ticket = event.ticket
    closes_at = parse_datetime(event.data.get("closes_at") or "")
    days_left = round((closes_at - event.at) / DAY) if closes_at else None
    details = {"closes_at": closes_at, "days_left": days_left}
    if post_notice(event, MailKind.REMINDER, details):
        return []
    if not can_send_automatic_mail(MailKind.REMINDER, ticket, facts, at=event.at):
        return []
    return [compose_mail(event, ticket.contact, MailKind.REMINDER, facts, details=details)]


def compose_escalation(event: TicketEvent, facts: Facts) -> Mails:
    """Tell the customer that another level works on the request, in the desk's sentence (M98)."""
    before, after = event.data["level"]
    details = {"level": after}
    if before == after or post_notice(event, MailKind.ESCALATED, details):
        return []
    contact = event.ticket.contact
    if not can_send_escalation(event.ticket, facts, at=event.at):
        return []
    return [compose_mail(event, contact, MailKind.ESCALATED, facts, details=details)]


def compose_defect_update(event: TicketEvent, facts: Facts) -> Mails:
    """Tell the customer and the followers where the fix stands, once per stage (M98-M103).

    The event names whom to email. People who were removed since are left out.
    """
    if not event.data.get("text"):
        return []
    details = {"update_text": event.data["text"]}
    chosen = set(event.data.get("contacts", ()))
    requester = event.ticket.contact_id
    if requester in chosen and post_notice(event, MailKind.DEFECT, details):
        chosen.discard(requester)
    return [
        compose_mail(event, contact, MailKind.DEFECT, facts, details=details)
        for contact in list_recipients(event.ticket, facts)
        if contact.pk in chosen
        and can_send_defect_update(event.ticket, contact, facts, at=event.at)
    ]


def compose_closing(event: TicketEvent, facts: Facts) -> Mails:
    """Tell the customer that the ticket is closed and why, unless they closed it or it is spam."""
    ticket, reason = event.ticket, event.data.get("reason")
    withdraw_held_promises(event, facts)
    details = {
        "reason": reason,
        "silence_days": ticket.desk.silence_days,
        "reopens_until": ticket.reopen_until,
        "duplicate_of": _name_original(event),
    }
    if reason not in NOTIFIED_CLOSE_REASONS or post_notice(event, MailKind.CLOSED, details):
        return []
    if not can_send_automatic_mail(MailKind.CLOSED, ticket, facts, at=event.at):
        return []
    return [compose_mail(event, ticket.contact, MailKind.CLOSED, facts, details=details)]


def _name_original(event: TicketEvent) -> str:
    """Return the number of the ticket that this one is a duplicate of, if the customer sees it."""
    number = event.data.get("duplicate_of") if event.data.get("named") else None
    return f"{event.ticket.desk.ticket_prefix}-{number}" if number else ""


COMPOSERS: Mapping[str, Callable[[TicketEvent, Facts], Mails]] = {
    EventKind.TICKET_OPENED: compose_opening,
    EventKind.CUSTOMER_RESPONDED: compose_copies,
    EventKind.PARTICIPANT_ADDED: compose_request_for_follower,
    EventKind.PARTICIPANT_REMOVED: revoke_reply_address,
    EventKind.REQUESTER_CHANGED: revoke_reply_address,
    EventKind.REQUESTER_LEFT: revoke_reply_address,
    EventKind.AGENT_REPLIED: compose_reply,
    EventKind.CUSTOMER_REMINDED: compose_reminder,
    EventKind.PRIORITY_CHANGED: compose_new_promise,
    EventKind.PRODUCT_CHANGED: compose_new_promise,
    EventKind.TERMS_CHANGED: compose_new_promise,
    EventKind.SLA_REPLANNED: compose_moved_promise,
    EventKind.SLA_OVERRIDDEN: compose_moved_promise,
    EventKind.SLA_STOPPED: compose_moved_promise,
    EventKind.UPDATE_PROMISED: compose_moved_update,
    EventKind.PROMISE_WITHDRAWN: compose_moved_update,
    EventKind.ESCALATED: compose_escalation,
    EventKind.DEFECT_UPDATED: compose_defect_update,
    EventKind.TICKET_CLOSED: compose_closing,
}
LATER: Followers = dict.fromkeys(COMPOSERS, Together(compose))
