"""Erasure of what receivers of webhooks responded. The bodies of requests are stored nowhere."""

from __future__ import annotations

from collections.abc import Collection

from accounts.privacy.scrubbing import MARK
from tickets.models import WebhookDelivery


def erase_answers(ticket_ids: Collection[int]) -> int:
    """Erase the responses to events of these tickets: a receiver may have repeated what it got.

    Return how many there were.
    """
    hooks = WebhookDelivery.objects.filter(ticket_id__in=ticket_ids)
    return hooks.exclude(answer="").update(answer=MARK)
