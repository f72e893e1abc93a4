"""Contexts of the pages of calls."""

from __future__ import annotations

from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.customers.refusals import describe_refusal
from accounts.models import Agent, Contact, Desk
from channels_intake.models import Conversation
from channels_intake.telephone.facts import Call, CallState, read_call
from channels_intake.telephone.notes import NOTED_AT, NOTED_BY, OUTCOME, Outcome
from channels_intake.telephone.selectors import list_known_callers, list_tickets
from helpdesk.agent.calls.cards import CallCard, CallLine, CallPop, KnownCaller, OpenTicket
from helpdesk.agent.calls.entitlements import describe_hotline
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_age, format_datetime, to_iso
from tickets.models import Ticket

TONES = {
    CallState.RINGING: "blue",
    CallState.ANSWERED: "green",
    CallState.MISSED: "red",
    CallState.VOICEMAIL: "amber",
}


def describe_state(state: CallState) -> str:
    """Return a call's state in words."""
    return {
        CallState.RINGING: pgettext("state of a call", "Ringing"),
        CallState.ANSWERED: pgettext("state of a call", "In progress"),
        CallState.ENDED: pgettext("state of a call", "Ended"),
        CallState.MISSED: pgettext("state of a call", "Missed"),
        CallState.VOICEMAIL: pgettext("state of a call", "Voicemail"),
    }[state]


def build_line(conversation: Conversation, *, now: datetime) -> CallLine:
    """Return a call for the list. The conversation comes with its ticket and the ticket's desk."""
    call, ticket = read_call(conversation.data), conversation.ticket
    outcome = conversation.data.get(OUTCOME, "")
    return CallLine(
        url=get_url("agent:call", conversation.pk),
        caller=_name_caller(call),
        direction=_("Incoming") if call.is_incoming else _("Outgoing"),
        state=describe_state(call.state),
        tone=TONES.get(call.state, ""),
        when_iso=to_iso(call.started_at),
        when_text=format_age(call.started_at, now=now),
        when_title=format_datetime(call.started_at),
        duration=_describe_duration(call),
        ticket=ticket.reference if ticket else "",
        ticket_url=get_url("agent:ticket", ticket.number) if ticket else "",
        outcome=str(Outcome(outcome).label) if outcome in Outcome.values else "",
    )


def _name_caller(call: Call) -> str:
    if not call.number:
        return _("Withheld number")
    if not call.name or call.name == call.number:
        return call.number
    return _("%(name)s, %(number)s") % {"name": call.name, "number": call.number}


def _describe_duration(call: Call) -> str:
    if not call.seconds:
        return ""
    minutes, seconds = divmod(call.seconds, 60)
    return _("%(minutes)s:%(seconds)s min") % {"minutes": minutes, "seconds": f"{seconds:02}"}


def build_call(conversation: Conversation, ticket: Ticket | None, *, now: datetime) -> CallCard:
    """Return a call for its page. ticket: with its contact, account and plan."""
    call = read_call(conversation.data)
    contact = ticket.contact if ticket else None
    account = ticket.account if ticket else None
    plan = account.plan if account else None
    handle = conversation.handle
    is_confirmed = contact is not None and (handle is None or contact.pk != handle.contact_id)
    return CallCard(
        line=build_line(conversation, now=now),
        number=call.number,
        to=call.line,
        requester=str(contact) if contact else "",
        requester_url=get_url("agent:customer", contact.pk) if contact else "",
        account=account.name if account else "",
        plan=plan.name if plan else "",
        is_confirmed=is_confirmed,
        entitlement=describe_hotline(plan, ticket.desk) if ticket and is_confirmed else "",
        refusal=describe_refusal(ticket.uncovered) if ticket and ticket.uncovered else "",
        noted=_describe_note(conversation),
    )


def _describe_note(conversation: Conversation) -> str:
    noted_at = parse_datetime(conversation.data.get(NOTED_AT) or "")
    if noted_at is None:
        return ""
    author = Agent.objects.filter(pk=conversation.data.get(NOTED_BY)).select_related("user").first()
    named = {"name": author or _("a former agent"), "time": format_datetime(noted_at)}
    return _("Note by %(name)s, %(time)s.") % named


def list_callers(conversation: Conversation, desk: Desk) -> tuple[KnownCaller, ...]:
    """Return the contacts who may be calling. Suggestions: the agent makes sure."""
    requester_id = conversation.ticket.contact_id if conversation.ticket else None
    known = list_known_callers(conversation)
    return tuple(_build_caller(one, desk) for one in known if one.pk != requester_id)


def _build_caller(contact: Contact, desk: Desk) -> KnownCaller:
    account = contact.account
    plan = account.plan if account else None
    return KnownCaller(
        contact_id=contact.pk,
        name=str(contact),
        email=contact.email,
        url=get_url("agent:customer", contact.pk),
        account=account.name if account else "",
        plan=plan.name if plan else "",
        entitlement=describe_hotline(plan, desk),
    )


def list_open_tickets(agent: Agent, conversation: Conversation) -> tuple[OpenTicket, ...]:
    """Return the open tickets that the call may be about."""
    return tuple(
        OpenTicket(
            url=get_url("agent:ticket", ticket.number),
            number=str(ticket.number),
            reference=ticket.reference,
            subject=ticket.subject,
        )
        for ticket in list_tickets(agent, conversation)
    )


def build_pop(conversation: Conversation, desk: Desk) -> CallPop:
    """Return the message about a call: who it may be, their plan, and where its page is."""
    call, callers = read_call(conversation.data), list_callers(conversation, desk)
    known = callers[0] if len(callers) == 1 else None
    return CallPop(
        url=get_url("agent:call", conversation.pk),
        title=_("Call from %(caller)s") % {"caller": _name_caller(call)},
        detail=_("Possibly %(name)s (%(account)s). Ask who is calling.")
        % {"name": known.name, "account": known.account or _("no account")}
        if known
        else "",
        entitlement=known.entitlement if known else "",
    )
