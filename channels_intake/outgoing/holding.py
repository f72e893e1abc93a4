"""Emails that followers compose: queued for a task, or held for the code that sends them itself."""

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
AWAITED_KINDS = {MailKind.REPLY, MailKind.PHONE}  # written by agents

_held: ContextVar[list[int] | None] = ContextVar("held_mail", default=None)


def deliver_many(*, desk_id: int, event_ids: Collection[int], at: datetime) -> list[int]:
    """Deliver events in the entered desk. Return the ids of the emails to send, and queue none.

    For a worker that sends them itself with ``send_mails``; the sweep finds the emails of one that
    dies before.
    """
    with hold_mails() as ready:
        deliver(event_ids=event_ids, at=at)
    return ready


@contextmanager
def hold_mails() -> Iterator[list[int]]:
    """Queue no task for the emails composed inside; yield their ids, once they are committed."""
    held: list[int] = []
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def queue_mails(mails: Sequence[OutgoingEmail]) -> None:
    """Send emails of one desk after the commit: by tasks, or by the code that holds them.

    What nobody waits for has a task of another class, so that it never stands before a reply.
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
