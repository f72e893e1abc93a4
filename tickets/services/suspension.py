"""Effects of a suspended desk on its tickets."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Value

from tickets.models import QueueRow, State, Ticket


def postpone_silence(*, desk_id: int, until: datetime) -> int:
    """Keep waiting tickets of the desk from being reminded of or closed before a time.

    For a desk that is reactivated: what customers wrote in the meantime is read first.
    A reminder that comes later leaves the customer as long to answer: the close moves along.
    Returns the number of tickets that were moved.
    """
    rows = QueueRow.objects.filter(desk_id=desk_id, is_open=True, status=State.WAITING)
    waiting = Ticket.objects.filter(pk__in=rows.values("pk"), status=State.WAITING)
    to_remind = waiting.filter(remind_at__lt=until)
    reminded = to_remind.update(
        remind_at=until, close_at=F("close_at") + (Value(until) - F("remind_at"))
    )
    return reminded + waiting.filter(remind_at__isnull=True, close_at__lt=until).update(
        close_at=until
    )
