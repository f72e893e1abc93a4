"""Emails that followers compose: queued for a task, or held for code that sends them itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import transaction

from channels_intake.models import MailKind, OutgoingEmail
from tickets.deliveries import deliver
from tickets.queueing import Queue, TaskName, send_after_commit

SEND_TASK = TaskName("channels_intake.tasks.send_outgoing", queue=Queue.INTERACTIVE)
AWAITED_KINDS = {MailKind.REPLY, MailKind.PHONE, MailKind.SIDE}  # written by agents

_held: ContextVar[list[int] | None] = ContextVar("held_mail", default=None)


def deliver_many(*, desk_id: int, event_ids: Collection[int], at: datetime) -> list[int]:
    """Deliver events at the current desk. Return the IDs of the emails to send, without queueing.

    For a worker that sends them itself with ``send_mails``. If it dies, the sweep sends them.
    """
    with hold_mails() as ready:
        deliver(event_ids=event_ids, at=at)
    return ready


@contextmanager
def hold_mails() -> Iterator[list[int]]:
    """Don't queue the emails composed inside. Yield a list that gets their IDs after the commit."""
    held: list[int] = []
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def queue_mails(mails: Sequence[OutgoingEmail]) -> None:
    """Queue emails of one desk after the commit, or pass them to the code that holds them.

    Emails that nobody is waiting for go to another class, so they never delay a reply.
    """
    held = _held.get()
    if held is not None:
        ids = [mail.pk for mail in mails]
        transaction.on_commit(lambda: held.extend(ids))
        return
    for task, is_awaited in ((SEND_TASK, True), (SEND_TASK.on(Queue.BULK), False)):
        ids = [mail.pk for mail in mails if (mail.kind in AWAITED_KINDS) == is_awaited]
        if ids:
            send_after_commit(task, desk_id=mails[0].desk_id, mail_ids=ids)
