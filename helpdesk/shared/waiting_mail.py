"""Email that waits: received and not read, or written and not sent, for longer than usual.

Agents and admins are told: what a ticket shows may not be the last word.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from accounts.models import Desk
from channels_intake.models import InboundMessage, InboundState, UnsentMail
from helpdesk.shared.numbers import format_capped_count

PATIENCE = timedelta(minutes=10)
MAX_COUNTED = 100


def describe_waiting_mail(desk: Desk, *, at: datetime) -> list[str]:
    """Return a sentence for email in each direction that waits at a desk; none if all is well.

    Two statements, which end at MAX_COUNTED rows. An email counts however often it was tried.
    """
    late = at - PATIENCE
    received = InboundMessage.objects.filter(
        desk=desk, state=InboundState.RECEIVED, received_at__lte=late
    )
    unsent = UnsentMail.objects.filter(desk=desk, mail__created_at__lte=late)
    sentences = [_describe_received(_count(received)), _describe_unsent(_count(unsent))]
    return [sentence for sentence in sentences if sentence]


def _count(rows: QuerySet[Any]) -> int:
    return len(rows.order_by().values_list("pk", flat=True)[: MAX_COUNTED + 1])


def _describe_received(count: int) -> str:
    text = ngettext(
        "%(count)s received email has been waiting for more than 10 minutes. What the customer"
        " wrote is not on any ticket yet.",
        "%(count)s received emails have been waiting for more than 10 minutes. What the customers"
        " wrote is not on any ticket yet.",
        count,
    )
    return _fill(text, count)


def _describe_unsent(count: int) -> str:
    text = ngettext(
        "%(count)s email to a customer has been waiting for more than 10 minutes. Plumbline keeps"
        " trying to send it.",
        "%(count)s emails to customers have been waiting for more than 10 minutes. Plumbline keeps"
        " trying to send them.",
        count,
    )
    return _fill(text, count)


def _fill(text: str, count: int) -> str:
    return text % {"count": format_capped_count(count, MAX_COUNTED)} if count else ""
