"""Removing a person from their account, by a manager of the account."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.followers import notify_people_left
from accounts.models import Account, AuditAction, Contact, ContactRole


def get_removal_error(contact: Contact, *, by: Contact) -> str | None:
    """Return why a manager can't remove this person of their account, or None. One query at most.

    An account keeps its last manager, and only the desk can remove another manager.
    """
    if contact.role != ContactRole.MANAGER:
        return None
    if contact.pk != by.pk:
        return _("You can't remove another manager. Contact us to do that.")
    managers = Contact.objects.filter(account=contact.account_id, role=ContactRole.MANAGER)
    if managers.exclude(pk=contact.pk).exists():
        return None
    return _("You're the only manager. Contact us to appoint another one before you leave.")


def remove_person(*, contact: Contact, by: Contact, at: datetime) -> None:
    """Take a person out of their account. They can't sign in at the desk from the next request on.

    Their requests stay with the account and go to ``by``, or to another manager if they leave on
    their own. They get no more email about its tickets. Only the desk can restore their access: the
    person may have left the company but still know their password. by: a manager of the account;
    PermissionDenied for others. Raises ValidationError for a manager who has to stay. A second call
    does nothing.
    """
    with transaction.atomic():
        # The account's row is the lock: of two managers who leave at once, one stays.
        list(Account.objects.select_for_update(no_key=True).filter(contacts=contact))
        manager = Contact.objects.get(pk=by.pk, desk_id=by.desk_id)
        locked = Contact.objects.select_for_update(no_key=True).get(
            pk=contact.pk, desk_id=contact.desk_id
        )
        if locked.account_id is None and not locked.may_log_in:
            return
        _check_manages(manager, locked)
        if problem := get_removal_error(locked, by=manager):
            raise ValidationError(problem)
        account_id, locked.account = locked.account_id, None
        locked.role, locked.may_log_in = ContactRole.CONTACT, False
        locked.save(update_fields=["account", "role", "may_log_in"])
        if account_id is not None:
            notify_people_left(locked.desk_id, {locked.pk: account_id}, at, by=manager)
        record_audit(
            desk=locked.desk_id,
            by=by,
            action=AuditAction.PERSON_REMOVED,
            about=locked,
            target=locked.email or None,
            detail={"account": account_id, "at": at.isoformat()},
        )


def _check_manages(manager: Contact, contact: Contact) -> None:
    manages = manager.role == ContactRole.MANAGER and manager.account_id is not None
    if not manages or manager.account_id != contact.account_id:
        raise PermissionDenied(_("Only a manager of the account can remove people from it."))
