"""Erase a desk: its rows, its files, and users of no other desk. An ErasedDesk row stays.

Delivered email, backups, logs and earlier exports are out of reach.
"""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Agent, Contact, Desk, ErasedDesk, User
from accounts.privacy.logins import erase_login, erase_sessions
from accounts.tenancy import system_scope
from channels_intake.erasing import erase_from_outbox
from channels_intake.models import Mailbox, OutgoingEmail
from channels_intake.outgoing.outbox import get_outbox_path
from helpdesk.desks.suspension import suspend_desk
from helpdesk.desks.tables import list_cleared_first, order_children_first


def erase_desk(*, desk: Desk, by: str, at: datetime) -> ErasedDesk:
    """Erase a desk and return the stub that remains. by: operating-system user who ran it.

    The desk is suspended first, so that its pages return 503. Rows and users are deleted
    in one transaction, with the files last: if the storage fails, all rows are still there and a
    second run completes the work.
    """
    suspend_desk(desk=desk)
    with system_scope("erase a whole desk, its append-only rows included"), transaction.atomic():
        Desk.objects.select_for_update().get(pk=desk.pk)
        people = list(User.objects.filter(Q(agents__desk=desk) | Q(contacts__desk=desk)).distinct())
        boxes = list(Mailbox.objects.filter(desk=desk).values_list("address", flat=True))
        sent = list(
            OutgoingEmail.objects.filter(desk=desk).values_list("rfc_message_id", flat=True)
        )
        counts = _delete_rows(desk)
        counts |= _delete_logins(people)
        connection.check_constraints()  # before the files are deleted, not at commit
        for message_id in sent:
            get_outbox_path(message_id).unlink(missing_ok=True)
        counts["outbox files"] = erase_from_outbox(boxes)
        counts["files"] = _delete_folder(str(desk.pk))
        return ErasedDesk.objects.create(
            number=desk.pk, slug=desk.slug, erased_at=at, erased_by=by[:254], counts=counts
        )


def _delete_rows(desk: Desk) -> dict[str, int]:
    """Delete table by table without loading rows; foreign keys are checked once at the end."""
    counts = {}
    for model in order_children_first():
        if cleared := list_cleared_first(model):
            model._base_manager.filter(desk_id=desk.pk).update(**dict.fromkeys(cleared))
    for model in order_children_first():
        rows = model._base_manager.filter(desk_id=desk.pk)
        if gone := rows._raw_delete(using=rows.db):
            counts[model._meta.label] = gone
    counts["accounts.Desk"] = Desk.objects.filter(pk=desk.pk)._raw_delete(using="default")
    return counts


def _delete_logins(people: list[User]) -> dict[str, int]:
    ids = [user.pk for user in people]
    needed = {
        *Agent.objects.filter(user__in=ids).values_list("user_id", flat=True),
        *Contact.objects.filter(user__in=ids).values_list("user_id", flat=True),
    }
    gone = [user for user in people if user.pk not in needed and not user.is_superuser]
    gone_ids, emails = {user.pk for user in gone}, [user.email for user in gone]
    logins = sum(erase_login(user) for user in gone)
    return {"logins": logins, "sessions": erase_sessions(emails, gone_ids)}


def _delete_folder(path: str) -> int:
    """Delete everything in storage below a path, orphaned files too. Return the number of files."""
    try:
        folders, files = default_storage.listdir(path)
    except FileNotFoundError:
        return 0
    for name in files:
        default_storage.delete(f"{path}/{name}")
    below = sum(_delete_folder(f"{path}/{name}") for name in folders)
    default_storage.delete(path)
    return len(files) + below
