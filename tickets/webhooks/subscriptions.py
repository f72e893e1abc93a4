"""Changes of subscriptions: secrets, pauses, and the values that an admin sets.

Forms and the API save the values themselves (tickets/services/settings_rows.py), checked by the
functions here.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.audit import Actor, record_audit
from accounts.models import Account, AuditAction, Department, Plan, Product
from accounts.network.standard_webhooks import SECRET_PREFIX
from tickets.conditions.conditions import parse, split_values
from tickets.conditions.properties import NOT
from tickets.models import (
    Priority,
    StopReason,
    SubscriptionState,
    Tag,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.models.webhooks import WAITING
from tickets.webhooks.kinds import CATALOG, is_internal
from tickets.webhooks.storing import queue_webhooks

MAX_SUBSCRIPTIONS = 50  # of a desk
SECRET_BYTES = 32
ROTATION = timedelta(hours=24)  # how long a former secret signs, too
_OF_ROWS: dict[str, type[Model]] = {
    "department": Department,
    "priority": Priority,
    "tag": Tag,
    "account": Account,
    "plan": Plan,
    "product": Product,
}
_POSITIVE = (*_OF_ROWS, "status", "level", "channel")
FILTERS = (*_POSITIVE, *(NOT + name for name in _POSITIVE))


def make_secret() -> str:
    """Return a new random secret as Standard Webhooks writes them."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_kinds(kinds: Iterable[str], *, includes_internal: bool) -> list[str]:
    """Return kinds in the order of the catalog, each once. Raises ValidationError."""
    given = set(kinds)
    if unknown := given - {str(kind) for kind in CATALOG}:
        raise ValidationError(_("There is no event “%(kind)s”.") % {"kind": min(unknown)})
    internal = sorted(kind for kind in given if is_internal(kind))
    if internal and not includes_internal:
        text = _("“%(kind)s” is an internal event. Include internal notes and events to send it.")
        raise ValidationError(text % {"kind": internal[0]})
    return [str(kind) for kind in CATALOG if kind in given]


def check_filters(filters: Mapping[str, Any], *, desk_id: int) -> dict[str, str]:
    """Return filters as they are stored, such as {"priority": "3,4"}. Raises ValidationError."""
    for name, value in filters.items():
        if name not in FILTERS:
            raise ValidationError(_("Webhooks can't be filtered by “%(name)s”.") % {"name": name})
        if not isinstance(value, str):
            raise ValidationError(_("The value of a filter is a text, such as “3,4”."))
    checked = parse(filters).as_parameters()
    for name, value in checked.items():
        _check_rows(name.removeprefix(NOT), split_values(value), desk_id)
    return checked


def _check_rows(name: str, values: Iterable[str], desk_id: int) -> None:
    if name not in _OF_ROWS:
        return
    ids = {int(value) for value in values}
    known = _OF_ROWS[name]._default_manager.filter(desk=desk_id, pk__in=ids)
    if missing := ids - set(known.values_list("pk", flat=True)):
        text = _("The filter “%(name)s” has an ID that doesn't exist: %(id)s.")
        raise ValidationError(text % {"name": name, "id": min(missing)})


@transaction.atomic
def rotate_secret(subscription: WebhookSubscription, *, by: Actor, at: datetime) -> str:
    """Return a new secret, which signs from now on. The former one signs, too, for 24 hours."""
    row = _lock(subscription)
    secret = make_secret()
    row.sealed_former_secret, row.former_until = row.sealed_secret, at + ROTATION
    row.set_secret(secret)
    row.save(update_fields=["sealed_secret", "sealed_former_secret", "former_until"])
    _record(row, by, {"rotated": True})
    return secret


@transaction.atomic
def pause(subscription: WebhookSubscription, *, by: Actor, at: datetime) -> bool:
    """Stop sending; events wait. Return False if it isn't active."""
    row = _lock(subscription)
    if row.state != SubscriptionState.ACTIVE:
        return False
    _set_state(row, SubscriptionState.PAUSED, StopReason.ADMIN, by, stopped_at=at)
    return True


@transaction.atomic
def resume(subscription: WebhookSubscription, *, by: Actor, at: datetime) -> bool:
    """Send what has waited, in order, with its full time. Return False if it is active."""
    row = _lock(subscription)
    if row.state == SubscriptionState.ACTIVE:
        return False
    WebhookDelivery.objects.filter(subscription=row, state=WAITING).update(
        next_try_at=at, tries=0, first_tried_at=None
    )
    row.failures, row.next_try_at = 0, at
    row.save(update_fields=["failures", "next_try_at"])
    _set_state(row, SubscriptionState.ACTIVE, "", by, stopped_at=None)
    queue_webhooks(row)
    return True


def _lock(subscription: WebhookSubscription) -> WebhookSubscription:
    return WebhookSubscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)


def _set_state(
    row: WebhookSubscription,
    state: SubscriptionState,
    reason: str,
    by: Actor,
    *,
    stopped_at: datetime | None,
) -> None:
    before = row.state
    row.state, row.stop_reason, row.stopped_at = state, reason, stopped_at
    row.save(update_fields=["state", "stop_reason", "stopped_at"])
    _record(row, by, {"changes": {"state": [str(before), str(state)]}})


def _record(row: WebhookSubscription, by: Actor, detail: dict[str, Any]) -> None:
    record_audit(desk=row.desk_id, by=by, action=AuditAction.CHANGED, about=row, detail=detail)
