"""Outages of our mail server: noted once, told to admins once, and over with the next email sent.

While the server refuses connections or the sign-in, only one email is tried after each pause,
instead of every email that is due: servers block whoever signs in wrongly again and again. The
pause is the whole installation's, and grows. What waits keeps its place and its time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import Enum

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.database.rows import fetch_prepared
from accounts.models import Desk
from accounts.staff import list_admins
from accounts.tenancy import system_scope
from channels_intake.models import MailOutage
from tickets.notifications import MAIL_OUTAGE, MAIL_RECOVERED, notify_staff

TELL_AFTER = timedelta(minutes=10)  # most outages are shorter
FIRST_PAUSE, MAX_PAUSE = timedelta(seconds=60), timedelta(minutes=5)
PAUSE = "mail.pause"  # in the cache, which is in PostgreSQL; without it, one email is tried
KEPT_SECONDS = 3600

_ADDRESS = re.compile(r"\S*@\S*")

NOTE = """
INSERT INTO channels_intake_mailoutage AS o (desk_id, began_at, reason)
VALUES (%(desk)s::bigint, %(at)s::timestamptz, %(reason)s::text)
ON CONFLICT (desk_id) DO UPDATE SET reason = excluded.reason, ended_at = NULL,
  began_at = CASE WHEN o.ended_at IS NOT NULL AND o.told_at IS NULL THEN excluded.began_at
    ELSE o.began_at END
RETURNING o.id
"""


def note_outage(*, desk_id: int, reason: str, at: datetime) -> None:
    """Note that the mail server took no email of the desk.

    An outage that admins know of, and that just ended, continues.
    """
    words = _ADDRESS.sub("…", reason)  # of customers: nobody's data stays here
    fetch_prepared(NOTE, {"desk": desk_id, "reason": words, "at": at})


def find_outage(desk: Desk | None) -> MailOutage | None:
    """Return the outage that a desk's emails are waiting for, once it has lasted, or None.

    desk: None for the oldest one of all desks, for whoever runs the installation.
    """
    lasting = MailOutage.objects.filter(ended_at=None, told_at__isnull=False)
    if desk is not None:
        return lasting.filter(desk=desk).first()
    with system_scope("find an outage of the mail server for the installation's admins"):
        return lasting.order_by("began_at").first()


def list_untold_outages(at: datetime) -> QuerySet[MailOutage]:
    """Return the outages that have lasted and nobody knows, and those that have ended."""
    is_lasting = Q(told_at=None, ended_at=None, began_at__lte=at - TELL_AFTER)
    return MailOutage.objects.filter(is_lasting | Q(ended_at__isnull=False))


@transaction.atomic
def tell_of_outages(*, desk_id: int, at: datetime) -> int:
    """Notify a desk's admins of an outage, or of its end if they knew of it. Return how many."""
    untold = list_untold_outages(at).filter(desk=desk_id).select_for_update(skip_locked=True)
    outage = untold.first()
    if outage is None:
        return 0
    if outage.ended_at is None:
        _notify(outage, MAIL_OUTAGE, {}, at=at)
        MailOutage.objects.filter(pk=outage.pk).update(told_at=at)
        return 1
    if outage.told_at is not None:
        _notify(outage, MAIL_RECOVERED, {"until_at": outage.ended_at.isoformat()}, at=at)
    outage.delete()
    return 1


def _notify(outage: MailOutage, kind: str, data: dict[str, str], *, at: datetime) -> None:
    since = outage.began_at.isoformat()
    notify_staff(
        desk_id=outage.desk_id,
        agents=[admin.pk for admin in list_admins(Desk.objects.get(pk=outage.desk_id))],
        kind=kind,
        data={"since_at": since, **data},
        key=f"{kind}:{since}",
        at=at,
    )


class Turn(Enum):
    """Whether emails may be tried now. TRIAL: after a pause, to see if the server takes email."""

    FREE = "free"
    PAUSED = "paused"
    TRIAL = "trial"


def take_turn(at: datetime) -> Turn:
    """Return if emails may be tried. A pause gives one worker a trial, and begins again with it."""
    found = cache.get(PAUSE)
    if found is None:
        return Turn.FREE
    tries, until = found
    if at < until:
        return Turn.PAUSED
    _pause(tries, at)
    return Turn.TRIAL


def is_paused(at: datetime) -> bool:
    """Return True while the mail server refuses us, for email that makes no trial itself."""
    found = cache.get(PAUSE)
    return found is not None and at < found[1]


def note_refusal(at: datetime) -> None:
    """Begin a pause, longer than the one before."""
    tries, _until = cache.get(PAUSE) or (0, at)
    _pause(tries + 1, at)


def end_pause() -> None:
    """End the pauses: the server takes email."""
    cache.delete(PAUSE)


def _pause(tries: int, at: datetime) -> None:
    pause = min(FIRST_PAUSE * 2 ** max(min(tries, 10) - 1, 0), MAX_PAUSE)
    cache.set(PAUSE, (tries, at + pause), KEPT_SECONDS)
