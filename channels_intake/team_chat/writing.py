"""The text of a queued message, written when it is sent, or the reason to post nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallRefusedError
from channels_intake.models import ChatConnection, ChatRule, ChatTopic, OutgoingCall
from channels_intake.team_chat.composing import compose_message, is_hidden
from channels_intake.team_chat.defects import compose_defect_message, get_defect_topic
from channels_intake.team_chat.direct_texts import compose_direct
from channels_intake.team_chat.rules import can_be_about
from channels_intake.team_chat.standups import compose_standup
from tickets.events import EventKind
from tickets.models import DefectEvent, TicketEvent

TICKET = ("desk", "priority", "department", "assignee", "account__plan")
DEFECT = ("desk", "product", "owner")


def get_connection(call: OutgoingCall) -> ChatConnection:
    """Return the channel of a queued message. Raises CallRefusedError if it takes none."""
    connection = ChatConnection.objects.filter(pk=call.connection_id).first()
    if connection is None:
        raise CallRefusedError(_("The chat channel was deleted."))
    if not connection.is_active:
        raise CallRefusedError(_("The chat channel isn't active, so the message wasn't posted."))
    return connection


def write_text(call: OutgoingCall, connection: ChatConnection) -> str:
    """Return the text of a queued message. Raises CallRefusedError with the reason for none."""
    body = call.body
    if "standup" in body:
        text = compose_standup(body, connection)
        if not text:
            raise CallRefusedError(_("The standup message was deleted."))
        return text
    if "notifications" in body:
        return compose_direct(call, connection)
    rule = _get_rule(body, connection)
    text = (
        _write_about_defect(rule, body)
        if "defect_event" in body
        else _write_about_ticket(rule, body)
    )
    if not text:
        raise CallRefusedError(
            _(
                "Every line of the rule's text has a placeholder without a value, so nothing was "
                "posted."
            )
        )
    return text


def _get_rule(body: dict[str, Any], connection: ChatConnection) -> ChatRule:
    rule = ChatRule.objects.filter(pk=body["rule"], connection=connection).first()
    if rule is None:
        raise CallRefusedError(_("The rule behind this message was deleted."))
    rule.connection = connection
    return rule


def _write_about_ticket(rule: ChatRule, body: dict[str, Any]) -> str:
    events = TicketEvent.objects.select_related(*(f"ticket__{name}" for name in TICKET))
    event = events.filter(pk=body["event"]).first()
    if event is None:
        raise CallRefusedError(_("What happened to the ticket was erased in the meantime."))
    if not can_be_about(rule.topic, event):
        raise CallRefusedError(_("The rule was changed and no longer covers this message."))
    if is_hidden(rule, event.ticket):
        raise CallRefusedError(
            _("The ticket is now in a members-only department that the rule doesn't name.")
        )
    _require_assignee(rule, event)
    return compose_message(rule, event)


def _require_assignee(rule: ChatRule, event: TicketEvent) -> None:
    """Raise CallRefusedError for an assignment that is over: a later one has its own message."""
    if rule.topic not in (ChatTopic.ASSIGNED, ChatTopic.HOTLINE):
        return
    now = event.ticket.assignee_id
    then = event.data["assignee"][1] if event.kind == EventKind.ASSIGNED else now
    if now is None or now != then:
        raise CallRefusedError(_("The ticket was assigned to someone else in the meantime."))


def _write_about_defect(rule: ChatRule, body: dict[str, Any]) -> str:
    events = DefectEvent.objects.select_related(*(f"defect__{name}" for name in DEFECT))
    event = events.filter(pk=body["defect_event"]).first()
    if event is None:
        raise CallRefusedError(_("What happened to the defect was erased in the meantime."))
    if rule.topic != get_defect_topic(event):
        raise CallRefusedError(_("The rule was changed and no longer covers this message."))
    return compose_defect_message(rule, event)
