"""Sending of composed emails: each once, as far as email allows, in order within a ticket.

A try is counted in a transaction of its own before the email leaves, and the row stores until when
no other worker may try it. Each email is marked as sent before the next one leaves: if a worker
dies between the server's "250" and our commit, one email goes out again under the same Message-ID.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from accounts.database.rows import fetch_prepared
from accounts.failures import capture_failure
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.claims import (
    FIRST_RETRY_DELAY,
    Waiting,
    claim,
    list_chains,
    list_due,
    list_queued,
    release,
)
from channels_intake.outgoing.connections import Outlet, open_outlet
from channels_intake.outgoing.errors import (
    NOTHING_SENT,
    SEND_ERRORS,
    TOO_LARGE,
    WORKER_DIED,
    SendFailure,
    classify_send_error,
)
from channels_intake.outgoing.messages import build_message
from channels_intake.outgoing.outages import note_outage
from channels_intake.outgoing.oversize import leave_files_out
from channels_intake.outgoing.tracking import mark_failed
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.events import EventKind

log = structlog.get_logger(__name__)

BATCH = 50  # due emails of a desk per run of the sweep
MAX_CLAIMED = 20  # at once
GIVE_UP_AFTER = timedelta(days=3)
MAX_FAULTS = 5  # tries of an email that fails because of a bug
MAX_RUN_TIME = timedelta(seconds=50)  # well within a task's time limit; the sweep continues

MARK_SENT = f"""
WITH over AS (
  UPDATE channels_intake_mailoutage SET ended_at = %(at)s::timestamptz
  WHERE desk_id = %(desk)s::bigint AND ended_at IS NULL
)
UPDATE channels_intake_outgoingemail
SET state = '{MailState.SENT.value}', sent_at = %(at)s::timestamptz, provider_id = %(provider)s,
  last_error = ''
WHERE id = %(id)s AND state = '{MailState.QUEUED.value}' RETURNING id
"""  # noqa: S608 (constants of our own)


def send_mails(mail_ids: Collection[int], *, at: datetime) -> int:
    """Send these emails, and those that must leave before or after them. Return how many were sent.

    Stops after MAX_RUN_TIME; what is left is due, and the sweep finds it.
    """
    run = Run(at)
    run.send_chains(mail_ids)
    return run.sent


def send_due(*, desk_id: int, at: datetime, awaited: bool | None = None) -> int:
    """Try up to BATCH due emails of the desk, replies first, then the oldest. Return how many.

    Stops after MAX_RUN_TIME. awaited: only emails that someone is waiting for, or only the others.
    """
    run = Run(at)
    run.send_chains(list_due(desk_id, awaited=awaited, limit=BATCH, at=at))
    return run.tried


class Run:
    """A run of sending at the current desk, starting at a given time."""

    def __init__(self, at: datetime) -> None:
        self._at, self._started = at, time.monotonic()
        self.sent = self.tried = 0

    def now(self) -> datetime:
        """Return the time, in whole seconds from the start of the run.

        A claim lasts some seconds from its own attempt. Counted from the start of a long run, it
        would expire while the email is still being sent.
        """
        return self._at + timedelta(seconds=int(time.monotonic() - self._started))

    def send_chains(self, mail_ids: Collection[int]) -> None:
        """Send unsent emails and all others of their tickets to the same people, in order."""
        left = list(dict.fromkeys(mail_ids))
        with open_outlet() as outlet:
            if not left or not outlet.may_try(self.now()):
                return
            while left and not outlet.is_refused and self.now() - self._at < MAX_RUN_TIME:
                waiting = list_chains(left, at=self.now())
                claimed = claim(_choose(waiting), at=self.now())
                if not claimed:
                    return
                tried = self._send_claimed(claimed, outlet)
                left = [mail.id for mail in waiting] if len(waiting) > tried else []

    def _send_claimed(self, mails: Sequence[OutgoingEmail], outlet: Outlet) -> int:
        """Try claimed emails until the claims run out, and release the others.

        Return how many need no other claim. Skips emails that were withdrawn, erased or reported as
        delivered in the meantime, as can happen with a slow server.
        """
        started, longest = self.now(), timedelta(seconds=settings.EMAIL_SEND_SECONDS)
        checked, queued = started, {mail.pk for mail in mails}
        for place, mail in enumerate(mails):
            now = self.now()
            is_late = now + longest >= started + FIRST_RETRY_DELAY
            is_over = is_late or now - self._at >= MAX_RUN_TIME
            if place and (is_over or outlet.is_refused):
                release(mails[place:])
                return place
            if now > checked:
                checked, queued = now, list_queued(mails[place:])
            if mail.pk in queued:
                self.tried += 1
                _try_guarded(mail, outlet, at=now)
                self.sent += mail.state == MailState.SENT
        return len(mails)


def _choose(waiting: Sequence[Waiting]) -> list[int]:
    """Return which emails to claim next: the first ones of their chains, several first tries.

    Chains with a reply come first. An email that was tried before is claimed alone, because it may
    have killed its worker.
    """
    chains: defaultdict[tuple[int, int | None, int | None], list[Waiting]] = defaultdict(list)
    for mail in waiting:
        chains[mail.ticket_id, mail.contact_id, mail.third_party_id].append(mail)
    urgent_first = sorted(chains.values(), key=lambda chain: min(mail.urgency for mail in chain))
    due = [chain[0] for chain in urgent_first if chain[0].is_due]
    fresh = [mail.id for mail in due if not mail.attempts]
    return fresh[:MAX_CLAIMED] or [mail.id for mail in due[:1]]


def _try_guarded(mail: OutgoingEmail, outlet: Outlet, *, at: datetime) -> None:
    """Try a claimed email.

    An unexpected error stops no other email: it is stored with this one, which fails permanently
    after MAX_FAULTS tries. So does one whose tries left no error: each
    ended its worker.
    """
    if mail.attempts > MAX_FAULTS and not mail.last_error:
        _record_failure(mail, SendFailure(True, WORKER_DIED), at=at)
        return

    def keep(reason: str) -> None:
        _record_failure(mail, SendFailure(mail.attempts >= MAX_FAULTS, reason), at=at)

    with capture_failure(keep, event="mail_fault", mail=mail.pk):
        _try(mail, outlet, at=at)


def _try(mail: OutgoingEmail, outlet: Outlet, *, at: datetime) -> None:
    try:
        message = build_message(mail)
        count = outlet.send(message)
    except SEND_ERRORS as error:
        failure = classify_send_error(error)
        if failure.reason == TOO_LARGE and leave_files_out(mail):
            _try(mail, outlet, at=at)  # once: it has no files now
            return
        if failure.is_for_all:
            outlet.refuse(at)
        if failure.is_busy:
            outlet.stop()
        _record_failure(mail, failure, at=at)
        return
    outlet.accept()
    if not count:
        _record_failure(mail, SendFailure(False, NOTHING_SENT), at=at)
        return
    status = getattr(message, "anymail_status", None)
    provider_id = getattr(status, "message_id", None)
    _mark_sent(mail, provider_id="" if provider_id is None else str(provider_id), at=at)


def _mark_sent(mail: OutgoingEmail, *, provider_id: str, at: datetime) -> None:
    mail.state, mail.sent_at, mail.provider_id = MailState.SENT, at, provider_id[:250]
    with transaction.atomic():
        given = {"id": mail.pk, "at": at, "provider": mail.provider_id, "desk": mail.desk_id}
        if not fetch_prepared(MARK_SENT, given):
            return  # the provider's report or another worker was faster
        data = {"mail": mail.pk, "to": mail.to_address, "mail_kind": mail.kind}
        if mail.is_without_files:
            data["without_files"] = True
        record(
            ticket=mail.ticket,
            kind=EventKind.MAIL_SENT,
            by=SYSTEM,
            at=at,
            channel="email",
            data=data,
            deliver_inline=True,
        )


def _record_failure(mail: OutgoingEmail, failure: SendFailure, *, at: datetime) -> None:
    """Store why a try failed, and when the next one is due."""
    is_permanent = failure.is_permanent or at - mail.created_at > GIVE_UP_AFTER
    log.warning("mail_refused", mail=mail.pk, for_good=is_permanent, why=failure.reason)
    queued = OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
    with transaction.atomic():
        stored = queued.update(last_error=failure.reason, next_try_at=mail.claimed_until)
        if failure.is_ours:
            note_outage(desk_id=mail.desk_id, reason=failure.reason, at=at)
        if stored and is_permanent:
            reason = failure.in_the_end or failure.reason
            mark_failed(mail, reason=reason, at=at, deliver_inline=True)
