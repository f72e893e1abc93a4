"""What a pause of the whole desk means for its tickets."""

from __future__ import annotations

from datetime import datetime

from tickets.models import State, Ticket


def postpone_silence(*, desk_id: int, until: datetime) -> int:
    """Let no waiting ticket of the desk close before a time; gives how many had to be moved.

    For a desk that is taken up again: what customers wrote meanwhile is read first (reliability.md, fault 10).
    """
    silent = Ticket.objects.filter(desk_id=desk_id, status=State.WAITING, close_at__lt=until)
    return silent.update(close_at=until)
