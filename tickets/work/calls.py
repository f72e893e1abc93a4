"""Phone calls that tickets are opened for."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.sentences.remarks import Remark, RemarkCode, make_remark
from tickets.work.time_spent import Spent, log_time


def describe_call(minutes: int) -> tuple[Remark, ...]:
    """Return the remark about how long a call was; none for 0, an unknown length."""
    return (make_remark(RemarkCode.CALL_LASTED, count=minutes),) if minutes else ()


def log_call(*, ticket_id: int, agent: Agent, minutes: int, at: datetime) -> None:
    """Add the length of a call to the time spent on a ticket, unless it is unknown (0)."""
    if minutes:
        spent = Spent(minutes, note=_("Phone call"))
        log_time(ticket_id=ticket_id, agent=agent, spent=spent, at=at)
