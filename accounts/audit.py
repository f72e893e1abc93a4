"""The one writer of audit entries: who changed which setting or right of a desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from accounts.models import AuditEntry, Desk, User

MAX_ACTION_CHARS = 40  # characters, as the table takes them
MAX_TARGET_CHARS = 254
COMMAND = "manage.py"  # who acts when the installation's admin runs a command


def record_audit(
    *, desk: Desk, user: User | None, action: str, target: str, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Write down one change, in the transaction of the change; the application's role can only ever add.

    user: None for a command. action: what was done, such as "plan changed". target: the thing as people know it.
    detail: JSON; the admin site puts ``model`` ("sla.calendar"), ``pk`` (text) and ``changes`` ({field: [from, to]})
    there.
    """
    return AuditEntry.objects.create(
        desk=desk,
        user=user,
        actor=user.email if user else COMMAND,
        action=action[:MAX_ACTION_CHARS],
        target=target[:MAX_TARGET_CHARS],
        detail=detail or {},
    )


def record_view(*, desk: Desk, user: User, row: Model) -> AuditEntry:
    """Write down that an admin looked at a file or a mail (reliability.md, security 21). It is named by number only:
    what it is called goes with whoever it belongs to."""
    return record_audit(
        desk=desk,
        user=user,
        action=f"{row._meta.verbose_name} viewed",
        target=f"{row._meta.verbose_name} {row.pk}",
        detail={"model": row._meta.label_lower, "pk": str(row.pk)},
    )
