"""Suspending a desk and taking it up again. A suspended desk shows no page and does nothing by itself; mail to it
is kept raw, and read when it is taken up again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record_audit
from accounts.models import AuditAction, Desk, User
from accounts.tenancy import desk_scope
from tickets.services.suspension import postpone_silence

TIME_TO_READ = timedelta(days=1)


def suspend_desk(*, desk: Desk, by: User | None = None) -> bool:
    """Suspend a desk from the next request on; False when it is already. by: None for the command."""
    return _switch(desk, is_suspended=True, by=by)


def resume_desk(*, desk: Desk, at: datetime, by: User | None = None) -> bool:
    """Take a suspended desk up again; False when it is not suspended.

    Customers whom silence would have closed or reminded meanwhile get a day, in which the mail that was kept is read.
    """
    with transaction.atomic():
        if not _switch(desk, is_suspended=False, by=by):
            return False
        with desk_scope(desk):
            postpone_silence(desk_id=desk.pk, until=at + TIME_TO_READ)
    return True


def _switch(desk: Desk, *, is_suspended: bool, by: User | None) -> bool:
    with transaction.atomic(), desk_scope(desk):
        other = Desk.objects.filter(pk=desk.pk, is_suspended=not is_suspended)
        if not other.update(is_suspended=is_suspended):
            return False
        desk.is_suspended = is_suspended
        record_audit(
            desk=desk,
            by=by,
            action=AuditAction.DESK_SUSPENDED if is_suspended else AuditAction.DESK_RESUMED,
            about=desk,
            target=desk.slug,
        )
    return True
