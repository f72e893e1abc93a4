"""What a pause of the whole desk means for its tickets."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Value

from tickets.models import State, Ticket


def postpone_silence(*, desk_id: int, until: datetime) -> int:
    """Let no waiting ticket of the desk be reminded of or closed before a time; gives how many had to be moved.

    For a desk that is taken up again: what customers wrote meanwhile is read first (reliability.md, fault 10). A
    reminder that comes later leaves the customer as long to answer it as it would have: the close moves along.
    """
    waiting = Ticket.objects.filter(desk_id=desk_id, status=State.WAITING)
    to_remind = waiting.filter(remind_at__lt=until)
    reminded = to_remind.update(
        remind_at=until, close_at=F("close_at") + (Value(until) - F("remind_at"))
    )
    return reminded + waiting.filter(remind_at__isnull=True, close_at__lt=until).update(
        close_at=until
    )
