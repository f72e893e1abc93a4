"""Sends the calls of paging services (channels_intake/calls/connectors.py)."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.logins.sealing import UnsealError
from accounts.models import Agent, Role
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from accounts.places.languages import use_recipient_locale
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.mailboxes import format_desk_sender
from channels_intake.models import OutgoingCall, PagingKind, PagingService
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email
from channels_intake.paging.alerts import (
    get_acknowledgement_url,
    get_ticket_url,
    is_over,
    make_alert,
)
from channels_intake.paging.vendors import (
    Act,
    Alert,
    PageRequest,
    make_jsm_request,
    make_pagerduty_request,
    make_webhook_request,
)
from tickets.models import TicketEvent
from tickets.notifications import PAGE_FAILED, notify_staff

SECONDS = 15.0  # for one response
BUSY = {408, 425, 429}
NOT_NEEDED = 204
# Errors about one email. Others mean that no email can be sent now.
ANSWERS = (SMTPResponseException, SMTPRecipientsRefused, AnymailError)
RELATED = ("ticket__desk", "ticket__priority")


class PagingConnector:
    """Sends alerts to a service, or by email to one agent."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a call. Raises CallLaterError and CallRefusedError."""
        service = _get_service(call)
        event = _get_event(call)
        if call.body["act"] == Act.TRIGGER and is_over(event):
            return Sent(NOT_NEEDED, _("Acknowledged or ended before it was sent."))
        with use_recipient_locale(desk=event.ticket.desk):
            if service.kind == PagingKind.EMAIL:
                return _send_email(call, event)
            alert = make_alert(event, Act(call.body["act"]))
            return send_alert(service, alert, message_id=call.key, at=at)

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Tell leads of a page that will never arrive."""
        if sent is not None or call.body.get("act") != Act.TRIGGER:
            return
        service = PagingService.objects.filter(pk=call.connection_id).first()
        if service is None or call.ticket is None:
            return
        working = Agent.objects.filter(desk_id=call.desk_id, is_active=True)
        leads = working.filter(role__in=(Role.LEAD, Role.ADMIN)).values_list("pk", flat=True)
        data = {"ticket": call.ticket.reference, "service": service.name}
        notify_staff(
            desk_id=call.desk_id, agents=leads, kind=PAGE_FAILED, data=data, key=call.key, at=at
        )


def _get_service(call: OutgoingCall) -> PagingService:
    service = PagingService.objects.filter(pk=call.connection_id).first()
    if service is None:
        raise CallRefusedError(_("The paging service was deleted."))
    if not service.is_active and call.body["act"] == Act.TRIGGER:
        raise CallRefusedError(_("The paging service is turned off."))
    return service


def _get_event(call: OutgoingCall) -> TicketEvent:
    event = TicketEvent.objects.select_related(*RELATED).filter(pk=call.body["event"]).first()
    if event is None:
        raise CallRefusedError(_("The ticket was deleted."))
    return event


def _send_email(call: OutgoingCall, event: TicketEvent) -> Sent:
    """Email one agent, with a signed link that acknowledges."""
    agents = Agent.objects.select_related("user").filter(is_active=True)
    agent = agents.filter(pk=call.body["agent"]).first()
    if agent is None:
        raise CallRefusedError(_("The agent has left."))
    with use_recipient_locale(desk=event.ticket.desk, user=agent.user):
        message = _build_email(event, agent)
    message.extra_headers["Message-ID"] = _make_message_id(call)
    try:
        message.send()
    except MAIL_SERVER_ERRORS as error:
        raise CallLaterError(str(error), is_for_all=not isinstance(error, ANSWERS)) from error
    return Sent(250)


def _make_message_id(call: OutgoingCall) -> str:
    """Return an ID that each attempt has: mailboxes show one that arrives twice once."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<page-{call.desk_id}-{call.pk}@{domain}>"


def _build_email(event: TicketEvent, agent: Agent) -> EmailMessage:
    ticket, desk = event.ticket, event.ticket.desk
    alert = make_alert(event, Act.TRIGGER)
    context = {
        "agent": agent,
        "desk": desk,
        "ticket": ticket,
        "what": alert.details["what"],
        "acknowledgement_url": get_acknowledgement_url(ticket, agent) if agent.can_write else "",
        "ticket_url": get_ticket_url(ticket),
    }
    return build_automatic_email(
        "emails/page",
        context,
        desk=desk,
        subject=alert.summary[:200],
        from_email=format_desk_sender(desk),
        to=agent.user.email,
    )


def send_alert(service: PagingService, alert: Alert, *, message_id: str, at: datetime) -> Sent:
    """Send an alert at once. Raises CallLaterError and CallRefusedError."""
    request = _make_request(service, alert, message_id=message_id, at=at)
    url = f"{service.base_url}{request.path}"
    headers = {"Content-Type": "application/json"} | request.headers
    try:
        with GuardedSession([service.host], seconds=SECONDS) as session:
            response = session.request("POST", url, data=request.body, headers=headers)
    except ForbiddenAddressError as error:
        raise CallRefusedError(str(error)) from error
    except UnreachableError as error:
        raise CallLaterError(str(error), is_for_all=True) from error
    return _check(response)


def send_test(service: PagingService, *, at: datetime, to: str) -> str:
    """Trigger a test alert and resolve it at once. Return why that failed, or "".

    to: the email address that gets the test of a service that alerts by email.
    """
    key = f"plumbline-test-{service.pk}-{int(at.timestamp())}"
    summary = _("This is a test alert from Plumbline.")
    if service.kind == PagingKind.EMAIL:
        return _send_test_email(summary, to)
    try:
        for act in (Act.TRIGGER, Act.RESOLVE):
            alert = Alert(key, act, summary, source="Plumbline", at=at, rank=3)
            send_alert(service, alert, message_id=f"{key}:{act.value}", at=at)
    except (CallLaterError, CallRefusedError) as error:
        return str(error) or _("The service gave no reason.")
    return ""


def _send_test_email(summary: str, to: str) -> str:
    try:
        headers = {"Auto-Submitted": "auto-generated"}
        EmailMessage(summary, summary, settings.DEFAULT_FROM_EMAIL, [to], headers=headers).send()
    except MAIL_SERVER_ERRORS as error:
        return str(error)
    return ""


def _make_request(
    service: PagingService, alert: Alert, *, message_id: str, at: datetime
) -> PageRequest:
    try:
        secret = service.secret
    except UnsealError as error:
        raise CallLaterError(str(error)) from error
    if service.kind == PagingKind.PAGERDUTY:
        return make_pagerduty_request(alert, secret)
    if service.kind == PagingKind.JSM:
        return make_jsm_request(alert, secret)
    return make_webhook_request(alert, secret, message_id=message_id, at=at)


def _check(response: Response) -> Sent:
    status, summary = response.status, response.body[:300].decode("utf-8", "replace")
    if 200 <= status < 300:
        return Sent(status, summary)
    if status in BUSY or status >= 500:
        wait = response.headers.get("Retry-After", "")
        seconds = max(1, min(int(wait), 3600)) if wait.isdecimal() else None
        raise CallLaterError(summary, seconds=seconds, is_for_all=status == 429, status=status)
    raise CallRefusedError(summary, status=status)
