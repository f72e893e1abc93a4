"""Plans that customers choose on their own; all others come from sales (M66, M67)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.followers import notify_terms_changed
from accounts.models import Account, AuditAction, Contact, ContactRole, CrmLink, Plan


def can_choose_plan(account: Account) -> bool:
    """Return True if the account may choose among the self-service plans.

    Accounts with a plan that sales or the CRM assigned can't.
    """
    plan = account.plan
    if plan is not None and (plan.is_retired or not plan.is_self_service):
        return False
    return not CrmLink.objects.filter(account=account).exists()


def choose_plan(*, plan: Plan, by: Contact, at: datetime) -> Account:
    """Switch a manager's account to a self-service plan and update its open tickets (M36).

    Raises PermissionDenied unless ``by`` is a manager, and ValidationError if the plan isn't
    self-service or the account has a plan that was sold to it. Choosing the current plan does
    nothing.
    """
    if by.role != ContactRole.MANAGER or by.account_id is None or plan.desk_id != by.desk_id:
        raise PermissionDenied(_("Only a manager of the account can choose its plan."))
    if plan.is_retired or not plan.is_self_service:
        raise ValidationError(
            _("This plan is only available through our sales team. Contact us to get it.")
        )
    with transaction.atomic():
        locked = Account.objects.select_for_update(of=("self",), no_key=True)
        account = locked.select_related("plan").get(pk=by.account_id, desk_id=by.desk_id)
        if account.plan_id == plan.pk:
            return account
        if not can_choose_plan(account):
            raise ValidationError(_("Your plan was arranged with us. Contact us to change it."))
        _change_plan(account, plan, by=by, at=at)
    return account


def _change_plan(account: Account, plan: Plan, *, by: Contact, at: datetime) -> None:
    before = account.plan.name if account.plan else ""
    account.plan = plan
    account.save(update_fields=["plan"])
    record_audit(
        desk=account.desk_id,
        by=by,
        action=AuditAction.TERMS_CHANGED,
        about=account,
        target=account.name,
        detail={"changes": {"plan": [before, plan.name]}},
    )
    notify_terms_changed(account.desk_id, [account.pk], at)
