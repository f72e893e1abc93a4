"""Webhooks of a test desk, and the work of its follower and senders at a given time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.cast import NOON, Cast
from tests.webhooks.receiver import Receiver
from tickets.deliveries import deliver_due
from tickets.models import Ticket, WebhookSubscription
from tickets.services import NewMessage, add_customer_message
from tickets.webhooks.sending import send_due_webhooks
from tickets.webhooks.subscriptions import make_secret

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def subscribe(cast: Cast, receiver: Receiver, **fields: Any) -> WebhookSubscription:
    """Subscribe a receiver, which then checks the signatures (if it has no secret yet)."""
    values = {"name": "Warehouse", "kinds": ["customer.responded"], **fields}
    subscription = WebhookSubscription(
        desk=cast.desk,
        url=values.pop("url", receiver.url),
        next_try_at=NOON,
        created_at=NOON,
        **values,
    )
    receiver.secret = receiver.secret or make_secret()
    subscription.set_secret(receiver.secret)
    subscription.save()
    return subscription


def follow(cast: Cast, at: datetime = NOON) -> None:
    """Run the LATER followers of all events."""
    while deliver_due(desk_id=cast.desk.pk, at=at):
        pass


def respond(cast: Cast, ticket: Ticket, text: str = "Any news?", at: datetime = NOON) -> None:
    """Let the customer write on a ticket."""
    new = NewMessage(text=text, channel="email")
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=at)


def send(subscription: WebhookSubscription, at: datetime = NOON) -> None:
    """Send all that is due."""
    while send_due_webhooks(subscription.pk, at=at):
        pass
