"""Notifications of a desk's admins about its webhooks."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Desk
from accounts.staff import list_admins
from tickets.models import StopReason, WebhookSubscription
from tickets.notifications import (
    WEBHOOK_ENDED,
    WEBHOOK_EXPIRED,
    WEBHOOK_INTERNAL,
    WEBHOOK_PAUSED,
    notify_staff,
)


def tell_of_stop(subscription: WebhookSubscription, *, at: datetime) -> None:
    """Notify the admins that a webhook was paused or ended because of its receiver."""
    kinds = {StopReason.FAILING: WEBHOOK_PAUSED, StopReason.GONE: WEBHOOK_ENDED}
    _tell(subscription, kinds[StopReason(subscription.stop_reason)], at=at)


def tell_of_expiry(subscription: WebhookSubscription, *, at: datetime) -> None:
    """Notify the admins that a webhook has ended because it was paused for too long."""
    _tell(subscription, WEBHOOK_EXPIRED, at=at)


def tell_of_internal(subscription: WebhookSubscription, *, at: datetime) -> None:
    """Notify the admins that a webhook sends internal notes from now on."""
    _tell(subscription, WEBHOOK_INTERNAL, at=at)


def _tell(subscription: WebhookSubscription, kind: str, *, at: datetime) -> None:
    notify_staff(
        desk_id=subscription.desk_id,
        agents=[admin.pk for admin in list_admins(Desk.objects.get(pk=subscription.desk_id))],
        kind=kind,
        data={"webhook": subscription.name, "host": subscription.host},
        key=f"{kind}:{subscription.pk}:{at.isoformat()}",
        at=at,
    )
