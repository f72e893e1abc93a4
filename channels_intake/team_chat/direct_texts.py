"""The text of a direct message, written when it is sent: a line for each notification."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from accounts.places.languages import use_recipient_locale
from channels_intake.calls.errors import CallRefusedError
from channels_intake.models import ChatConnection, OutgoingCall
from channels_intake.outgoing.composing import get_notification_url
from channels_intake.team_chat.composing import clean_text
from channels_intake.team_chat.texts import cut_message
from channels_intake.team_chat.vendors import VENDORS
from tickets.notifications import describe_notification, list_visible_notifications

MAX_LINES = 20


def compose_direct(call: OutgoingCall, connection: ChatConnection) -> str:
    """Return the text of a direct message. Raises CallRefusedError with the reason for none.

    It says no more than the notifications do, and nothing of tickets that were hidden from the
    agent since.
    """
    agents = Agent.objects.with_closed_departments().select_related("user", "desk")
    agent = agents.filter(pk=call.body["agent"], is_active=True, user__is_active=True).first()
    if agent is None:
        raise CallRefusedError(_("The agent isn't active anymore, so the message wasn't sent."))
    mine = list_visible_notifications(agent).filter(pk__in=call.body["notifications"])
    found = list(mine.select_related("ticket__desk", "event").order_by("pk"))
    if not found:
        raise CallRefusedError(_("The notification was deleted, or its ticket was hidden."))
    vendor = VENDORS[connection.kind]
    with use_recipient_locale(desk=agent.desk, user=agent.user):
        lines = [
            f"{clean_text(describe_notification(one), vendor)} "
            f"{vendor.link(get_notification_url(agent.desk, one), _('Open'))}"
            for one in found[:MAX_LINES]
        ]
        if (left := len(found) - MAX_LINES) > 0:
            more = ngettext("and %(count)s more", "and %(count)s more", left)
            lines.append(more % {"count": left})
    text = "\n".join(lines)
    return cut_message(text, max_chars=vendor.max_chars, more="")
