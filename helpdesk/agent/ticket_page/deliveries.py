"""How the emails of a message fared, for messages and side messages."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_intake.models import MailState
from channels_intake.outgoing.errors import describe_failure
from channels_intake.selectors import MailStatus
from helpdesk.shared.components import Delivery, Link, MessageItem
from helpdesk.shared.urls import get_url

DELIVERY = {
    MailState.FAILED: ("failed", gettext_lazy("Could not be delivered")),
    MailState.QUEUED: ("waiting", gettext_lazy("Waiting to be sent")),
    MailState.SENT: ("sent", gettext_lazy("Sent")),
    MailState.DELIVERED: ("delivered", gettext_lazy("Delivered")),
}


def add_delivery(item: MessageItem, status: MailStatus) -> MessageItem:
    """Return a message with its recipients, its delivery, and its emails as sent."""
    state, label = DELIVERY[status.state]
    text = str(label)
    failed = next((mail for mail in status.mails if mail.state == MailState.FAILED), None)
    if failed:
        text = _("Could not be delivered to %(address)s: %(reason)s") % {
            "address": failed.to_address,
            "reason": describe_failure(failed.last_error) or _("no reason given"),
        }
    sent = [mail for mail in status.mails if mail.state != MailState.QUEUED]
    return replace(
        item,
        to=", ".join(mail.to_address for mail in status.mails),
        delivery=Delivery(state, text),
        sent_urls=tuple(
            Link(get_url("agent:sent_mail", mail.pk), mail.to_address) for mail in sent
        ),
    )
