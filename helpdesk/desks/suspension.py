"""Suspend and resume a desk.

A suspended desk serves no pages and runs no jobs. Its email is stored raw and processed after it
resumes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record_audit
from accounts.models import AuditAction, Desk, User
from accounts.tenancy import desk_scope
from helpdesk.live.access import notify_access_change
from tickets.services.suspension import postpone_silence

TIME_TO_READ = timedelta(days=1)


def suspend_desk(*, desk: Desk, by: User | None = None) -> bool:
    """Suspend a desk from the next request on. Return False if it is already suspended.

    by: the admin, or None for the management command.
    """
    return _set_suspended(desk, is_suspended=True, by=by)


def resume_desk(*, desk: Desk, at: datetime, by: User | None = None) -> bool:
    """Resume a suspended desk. Return False if it is not suspended.

    Reminders and automatic closing that came due in the meantime wait one more day, so that the
    stored email is read first.
    """
    with transaction.atomic():
        if not _set_suspended(desk, is_suspended=False, by=by):
            return False
        with desk_scope(desk):
            postpone_silence(desk_id=desk.pk, until=at + TIME_TO_READ)
    return True


def _set_suspended(desk: Desk, *, is_suspended: bool, by: User | None) -> bool:
    with transaction.atomic(), desk_scope(desk):
        other = Desk.objects.filter(pk=desk.pk, is_suspended=not is_suspended)
        if not other.update(is_suspended=is_suspended):
            return False
        desk.is_suspended = is_suspended
        notify_access_change(desk)
        record_audit(
            desk=desk,
            by=by,
            action=AuditAction.DESK_SUSPENDED if is_suspended else AuditAction.DESK_RESUMED,
            about=desk,
            target=desk.slug,
        )
    return True
