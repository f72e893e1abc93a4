"""Recording of audit entries. Nothing else writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import translation

from accounts.models import Agent, AuditAction, AuditEntry, Contact, Desk, User
from accounts.models.audit import COMMAND

MAX_TARGET_CHARS = 254

Actor = User | Agent | Contact | str | None


def record_audit(
    *,
    desk: Desk | int,
    by: Actor,
    action: AuditAction,
    about: Model | None = None,
    target: str | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Record one change, in the transaction of the change.

    by: None for a command; a text names a system, such as "Zoho CRM". about: the row that was
    changed, whose history shows the entry. target: the name that people know it by, if not
    ``str(about)``. detail: JSON with codes and values, never sentences; forms put ``changes``
    ({field: [from, to]}) there.
    """
    entry = _build(desk, by, action, about, target, detail)
    entry.save(force_insert=True)
    return entry


def record_audits(
    *,
    desk: Desk | int,
    by: Actor,
    action: AuditAction,
    about: Iterable[tuple[Model, str | None, dict[str, Any]]],
) -> None:
    """Record one kind of change of many rows, each with target and detail, in one statement."""
    AuditEntry.objects.bulk_create(
        _build(desk, by, action, row, target, detail) for row, target, detail in about
    )


def record_view(*, desk: Desk, user: User, row: Model) -> AuditEntry:
    """Record that an admin viewed a file or an email.

    The entry holds the row's number and not its name, which goes when its owner is erased.
    """
    return record_audit(
        desk=desk, by=user, action=AuditAction.VIEWED, about=row, target=f"#{row.pk}"
    )


def record_outside_of_desks(
    *, by: User, rows: Iterable[Model], flag: int, message: str
) -> list[LogEntry]:
    """Record a change of rows of no desk, users and stray email, in Django's admin log.

    The entry names a row by number, as it outlives the person. flag: ADDITION, CHANGE or DELETION.
    """
    return LogEntry.objects.bulk_create(
        LogEntry(
            user_id=by.pk,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=f"#{row.pk}",
            action_flag=flag,
            change_message=message,
        )
        for row in rows
    )


def _build(
    desk: Desk | int,
    by: Actor,
    action: AuditAction,
    about: Model | None,
    target: str | None,
    detail: dict[str, Any] | None,
) -> AuditEntry:
    user_id, actor = _identify(by)
    row = {"model": about._meta.label_lower, "pk": str(about.pk)} if about is not None else {}
    with translation.override(None):  # what is stored does not depend on who made the change
        name = str(about or "") if target is None else target
    return AuditEntry(
        desk_id=desk if isinstance(desk, int) else desk.pk,
        user_id=user_id,
        actor=actor,
        action=action,
        target=name[:MAX_TARGET_CHARS],
        detail={**row, **(detail or {})},
    )


def _identify(by: Actor) -> tuple[int | None, str]:
    """Return the login's id, if any, and the name that the entry keeps."""
    if by is None:
        return None, COMMAND
    if isinstance(by, str):
        return None, by
    if isinstance(by, User):
        return by.pk, by.email
    return by.user_id, by.email or str(by) if isinstance(by, Contact) else by.name
