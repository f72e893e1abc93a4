"""Sending of stored calls: in order within a connection's lane, and each by one worker at a time.

A call is claimed for as long as a response may take, sent outside of any transaction, and then
marked. A worker that dies in between leaves a claim that ends; the connector of the next attempt
sees from the attempts that the call may have arrived, and asks first where the vendor's interface
isn't idempotent.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

from accounts.failures import capture_failure, get_pause
from channels_intake.calls.connectors import get_connector
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.calls.queueing import GIVE_UP_AFTER
from channels_intake.models import CallState, OutgoingCall

log = structlog.get_logger(__name__)

CLAIM = timedelta(minutes=3)  # longer than any response may take
PAUSES = [timedelta(seconds=s) for s in (15, 60, 300, 900)]
SLICE_SECONDS = 20
MAX_SUMMARY = 500


def list_due_calls(at: datetime, *, is_urgent: bool) -> QuerySet[OutgoingCall]:
    """Return queued calls whose time has come, also those that wait for others of their lane."""
    return OutgoingCall.objects.filter(
        state=CallState.QUEUED, is_urgent=is_urgent, next_try_at__lte=at
    )


def send_due_calls(*, desk_id: int, at: datetime, is_urgent: bool) -> bool:
    """Send the due calls of a desk, in turns of its lanes. Return True if time ran out before."""
    until = time.monotonic() + SLICE_SECONDS
    while heads := list_heads(desk_id=desk_id, at=at, is_urgent=is_urgent):
        sent = 0
        for call_id in heads:
            if time.monotonic() >= until:
                return True
            # Right before it is sent: a claim that waits for the others would end meanwhile.
            if call := claim_call(call_id, at=at):
                send_call(call, at=at)
                sent += 1
        if not sent:  # other workers have them
            break
    return False


def list_heads(*, desk_id: int, at: datetime, is_urgent: bool) -> list[int]:
    """Return the IDs of the first queued calls of all lanes that are due.

    An urgent call waits for no call that isn't, and neither does the other way round.
    """
    lanes = ("kind", "connection_id", "lane")
    queued = OutgoingCall.objects.filter(
        desk_id=desk_id, state=CallState.QUEUED, is_urgent=is_urgent
    )
    heads = queued.order_by(*lanes, "pk").distinct(*lanes).values_list("pk", "next_try_at")
    return [pk for pk, next_try_at in heads if next_try_at <= at]


def claim_call(call_id: int, *, at: datetime) -> OutgoingCall | None:
    """Claim a call by a conditional update. Return None if another worker has it."""
    with transaction.atomic():
        free = OutgoingCall.objects.select_for_update(skip_locked=True, of=("self",))
        call = free.filter(pk=call_id, state=CallState.QUEUED, next_try_at__lte=at).first()
        if call is None or (call.claimed_until and call.claimed_until > at):
            return None
        call.claimed_until, call.attempts = at + CLAIM, call.attempts + 1
        call.save(update_fields=["claimed_until", "attempts"])
    return call


def send_call(call: OutgoingCall, *, at: datetime) -> None:
    """Send a claimed call and store the result. No error leaves this function."""
    with capture_failure(
        lambda error: _put_off(call, CallLaterError(error), at=at),
        event="outgoing_call_failed",
        call=call.pk,
    ):
        connector = get_connector(call.kind)
        try:
            sent = connector.send(call, at=at)
        except CallLaterError as error:
            _put_off(call, error, at=at)
        except CallRefusedError as error:
            _finish(call, None, status=error.status, summary=str(error), at=at)
        else:
            _finish(call, sent, status=sent.status, summary=sent.summary, at=at)


def _finish(
    call: OutgoingCall, sent: Sent | None, *, status: int | None, summary: str, at: datetime
) -> None:
    with transaction.atomic():
        call.state = CallState.SENT if sent else CallState.FAILED
        call.status, call.summary = status, summary[:MAX_SUMMARY]
        call.claimed_until, call.finished_at = None, at
        call.save(update_fields=["state", "status", "summary", "claimed_until", "finished_at"])
        get_connector(call.kind).finish(call, sent, at=at)
    if not sent:
        log.warning("outgoing_call_refused", call=call.pk, status=status)


def _put_off(call: OutgoingCall, error: CallLaterError, *, at: datetime) -> None:
    """Try a call again later, with all of its connection if that asked for it."""
    if at >= call.gives_up_at and not error.is_paused:
        _finish(call, None, status=error.status, summary=str(error), at=at)
        return
    later = at + _find_wait(call, error)
    with transaction.atomic():
        call.next_try_at, call.claimed_until = later, None
        call.status, call.summary = error.status, str(error)[:MAX_SUMMARY]
        if error.is_paused:
            call.attempts -= 1  # nothing was sent
            call.gives_up_at = max(call.gives_up_at, later + GIVE_UP_AFTER)
        call.save(
            update_fields=[
                "next_try_at", "claimed_until", "status", "summary", "attempts", "gives_up_at",
            ]
        )  # fmt: skip
        if error.is_for_all:
            _put_off_others(call, is_paused=error.is_paused)


def _find_wait(call: OutgoingCall, error: CallLaterError) -> timedelta:
    if error.seconds is not None:
        return timedelta(seconds=error.seconds)
    pause = get_pause(call.attempts, PAUSES)
    return max(pause, timedelta(seconds=error.at_least))


def _put_off_others(call: OutgoingCall, *, is_paused: bool) -> None:
    """Let the connection's other calls wait as long. After a pause, they have their full time."""
    others = OutgoingCall.objects.filter(
        desk_id=call.desk_id,
        kind=call.kind,
        connection_id=call.connection_id,
        state=CallState.QUEUED,
        next_try_at__lt=call.next_try_at,
    )
    full = Greatest("gives_up_at", Value(call.next_try_at + GIVE_UP_AFTER))
    more = {"gives_up_at": full} if is_paused else {}
    others.update(next_try_at=call.next_try_at, **more)


def retry_call(call_id: int, *, at: datetime) -> bool:
    """Queue a failed call again, with its full time. Return False if it hasn't failed."""
    failed = OutgoingCall.objects.filter(pk=call_id, state=CallState.FAILED)
    return bool(
        failed.update(
            state=CallState.QUEUED,
            next_try_at=at,
            gives_up_at=at + timedelta(days=1),
            finished_at=None,
        )
    )
