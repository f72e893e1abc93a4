"""The region whose agents take an account's tickets first, as its managers choose it (M80)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Account, AuditAction, Contact, ContactRole, Region


def choose_home_region(*, region: Region | None, by: Contact) -> Account:
    """Set the home region of a manager's account, or none. Choosing the current one does nothing.

    Raises PermissionDenied unless ``by`` is a manager of the region's desk.
    """
    is_foreign = region is not None and region.desk_id != by.desk_id
    if by.role != ContactRole.MANAGER or by.account_id is None or is_foreign:
        raise PermissionDenied(_("Only a manager of the account can choose its region."))
    with transaction.atomic():
        locked = Account.objects.select_for_update(of=("self",), no_key=True)
        account = locked.select_related("home_region").get(pk=by.account_id, desk_id=by.desk_id)
        before = account.home_region
        if before == region:
            return account
        account.home_region = region
        account.save(update_fields=["home_region"])
        record_audit(
            desk=account.desk_id,
            by=by,
            action=AuditAction.TERMS_CHANGED,
            about=account,
            target=account.name,
            detail={"changes": {"home_region": [str(before or ""), str(region or "")]}},
        )
    return account
