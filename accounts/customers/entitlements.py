"""Entitlements of a plan: channels (M72, M74-M76), products (M68) and points of contact (M73).

`check_entitlement` is pure. A request that a plan doesn't cover is never dropped: the ticket is
opened without an SLA target, and the confirmation lists what the plan does include.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record_audit
from accounts.customers.refusals import Reason, RefusalCode, make_refusal
from accounts.customers.terms import TERMS_SENTENCES, TermsProblem
from accounts.models import (
    Account,
    Agent,
    AuditAction,
    Contact,
    ContactRole,
    Plan,
    Role,
)

HIGHEST_RANK = 1
WITHOUT_PLAN = {
    "email": RefusalCode.EMAIL_WITHOUT_PLAN,
    "phone": RefusalCode.HOTLINE_WITHOUT_PLAN,
}
ROLES_THAT_NAME = (Role.LEAD, Role.ADMIN)
ROLES_THAT_OPEN = (ContactRole.POINT_OF_CONTACT, ContactRole.MANAGER)


class PlanFacts(Protocol):
    """The fields of accounts.Plan that decide."""

    name: str
    allows_portal: bool
    allows_mail: bool
    allows_hotline: bool


def check_entitlement(
    plan: PlanFacts | None,
    channel: str,
    priority_rank: int,
    *,
    product: str = "",
    covers_product: bool = True,
) -> Reason:
    """Return why a plan doesn't cover a request (M68, M72, M74-M76), or {} if it does. Pure.

    The only rule: portal, email, phone, API and follow-ups ask it. plan: None without one.
    channel: a ticket's channel ("email", "web", "phone"); chat, social media, the API and agents
    need no plan. priority_rank: 1 is the highest. product: its name; covers_product: see
    `is_product_covered`. A reason is a code with parameters (accounts/customers/refusals.py).
    """
    if plan is None:
        without = WITHOUT_PLAN.get(channel)
        return make_refusal(without) if without else {}
    if not covers_product:
        return make_refusal(RefusalCode.PRODUCT_NOT_IN_PLAN, plan=plan.name, product=product)
    code = _find_closed_channel(plan, channel, priority_rank)
    return make_refusal(code, plan=plan.name) if code else {}


def _find_closed_channel(plan: PlanFacts, channel: str, priority_rank: int) -> RefusalCode | None:
    if channel == "web" and not plan.allows_portal:
        return RefusalCode.PORTAL_NOT_IN_PLAN
    if channel == "email" and not plan.allows_mail:
        return RefusalCode.EMAIL_NOT_IN_PLAN
    if channel == "phone" and not plan.allows_hotline:
        return RefusalCode.HOTLINE_NOT_IN_PLAN
    if channel == "phone" and priority_rank != HIGHEST_RANK:
        return RefusalCode.NOT_AN_EMERGENCY
    return None


def check_emergency(plan: Plan | None, *, product: str = "", covers_product: bool = True) -> Reason:
    """Return why a plan doesn't cover an emergency with a product, or {} if it does. Pure.

    The rule is only here: the portal's button and page and the agent's decision use it.
    """
    if plan is None:
        return make_refusal(RefusalCode.EMERGENCIES_WITHOUT_PLAN)
    if not plan.allows_emergencies:
        return make_refusal(RefusalCode.EMERGENCIES_NOT_IN_PLAN, plan=plan.name)
    if not covers_product:
        return make_refusal(RefusalCode.PRODUCT_NOT_IN_PLAN, plan=plan.name, product=product)
    return {}


def is_product_covered(plan_products: set[int], product_id: int | None) -> bool:
    """Return True if a plan covers a product (M68). A plan without products covers all of them.

    product_id: None for a request that names none, which is covered.
    """
    return product_id is None or not plan_products or product_id in plan_products


def validate_account_terms(account: Account, *, before: Account | None = None) -> None:
    """Refuse a legacy plan (M79), and a success manager that the plan does not include (M71).

    before: the account as stored; one that has a legacy plan keeps it. Raises ValidationError with
    the fields.
    """
    problems = {}
    plan = account.plan
    if plan and plan.is_retired and (before is None or before.plan_id != plan.pk):
        problems["plan"] = _make_error(TermsProblem.LEGACY_PLAN, plan=plan.name)
    if account.success_manager_id and not (plan and plan.has_success_manager):
        problems["success_manager"] = _make_error(TermsProblem.NO_SUCCESS_MANAGER)
    if problems:
        raise ValidationError(problems)


def _make_error(code: TermsProblem, **params: str) -> ValidationError:
    return ValidationError(str(TERMS_SENTENCES[code]), code=code.value, params=params)


def get_point_of_contact_error(contact: Contact) -> str | None:
    """Return why this contact cannot become a point of contact (M73), or None if they can.

    Managers, whom the desk names, do not count toward the plan's limit. Two queries.
    """
    if contact.account is None:
        return _("A point of contact must belong to an account.")
    plan = contact.account.plan
    if (
        plan is None
        or plan.points_of_contact is None
        or contact.role == ContactRole.POINT_OF_CONTACT
    ):
        return None
    return get_contact_limit_error(
        plan.name, plan.points_of_contact, named=_count_other_points(contact.account, contact) + 1
    )


def get_invited_point_of_contact_error(account: Account, *, email: str) -> str | None:
    """Return why an address cannot be invited as a point of contact, or None.

    An existing contact is not counted twice.
    """
    known = Contact.objects.filter(desk=account.desk_id).with_email(email).first()
    return get_point_of_contact_error(Contact(pk=known.pk if known else None, account=account))


def get_contact_limit_error(plan_name: str, allowed: int, *, named: int) -> str | None:
    """Return why a plan does not allow that many points of contact, or None. Pure."""
    if named <= allowed:
        return None
    return ngettext(
        "%(plan)s includes %(allowed)s point of contact. This one would make %(named)s.",
        "%(plan)s includes %(allowed)s points of contact. This one would make %(named)s.",
        allowed,
    ) % {"plan": plan_name, "allowed": allowed, "named": named}


def _count_other_points(account: Account, contact: Contact) -> int:
    points = Contact.objects.filter(account=account, role=ContactRole.POINT_OF_CONTACT)
    return points.exclude(pk=contact.pk).count()


def add_point_of_contact(*, contact: Contact, by: Contact | Agent, at: datetime) -> Contact:
    """Make a contact a point of contact, who can open tickets for the account (M73).

    by: a manager of the account, a lead or an admin; PermissionDenied for others. Raises
    ValidationError on `role` if the plan's limit is reached. Doing it again changes nothing.
    """
    return _change_role(contact, ContactRole.POINT_OF_CONTACT, by, at)


def remove_point_of_contact(*, contact: Contact, by: Contact | Agent, at: datetime) -> Contact:
    """Make a point of contact a regular contact again. Raises PermissionDenied."""
    return _change_role(contact, ContactRole.CONTACT, by, at)


def _change_role(contact: Contact, role: ContactRole, by: Contact | Agent, at: datetime) -> Contact:
    _check_can_name(contact, by)
    with transaction.atomic():
        # The account's row is the lock: two concurrent calls are counted one after the other.
        list(Account.objects.select_for_update().filter(contacts=contact))
        locked = Contact.objects.select_related("account__plan").get(
            pk=contact.pk, desk_id=contact.desk_id
        )
        _check_can_name(locked, by)
        if locked.role in (role, ContactRole.MANAGER):
            return locked
        if role == ContactRole.POINT_OF_CONTACT and (problem := get_point_of_contact_error(locked)):
            raise ValidationError({"role": problem})
        locked.role = role
        locked.save(update_fields=["role"])
        _audit_role(locked, by, at)
    return locked


def _check_can_name(contact: Contact, by: Contact | Agent) -> None:
    if by.desk_id != contact.desk_id:
        raise PermissionDenied(_("Only the account's desk can name its points of contact."))
    if isinstance(by, Agent):
        if not (by.is_active and by.role in ROLES_THAT_NAME):
            raise PermissionDenied(_("Only a lead or a desk admin can name points of contact."))
    elif (
        by.role != ContactRole.MANAGER
        or by.account_id is None
        or by.account_id != contact.account_id
    ):
        raise PermissionDenied(_("Only a manager of the account can name its points of contact."))


def _audit_role(contact: Contact, by: Contact | Agent, at: datetime) -> None:
    record_audit(
        desk=contact.desk_id,
        by=by,
        action=AuditAction.ROLE_CHANGED,
        about=contact,
        target=contact.email or None,
        detail={"role": contact.role, "at": at.isoformat()},
    )


class PortalRefusal(StrEnum):
    """Reasons why a contact cannot open tickets in the portal."""

    NOT_IN_PLAN = "not_in_plan"
    NOT_POINT_OF_CONTACT = "not_point_of_contact"


def get_portal_refusal(contact: Contact) -> PortalRefusal | None:
    """Return why this contact cannot open a ticket in the portal, or None (M23, M72, M73).

    Only plans restrict it: the community and people without an account can always ask there.
    """
    plan = contact.account.plan if contact.account else None
    if plan is None:
        return None
    if check_entitlement(plan, "web", HIGHEST_RANK):
        return PortalRefusal.NOT_IN_PLAN
    if plan.only_points_of_contact and contact.role not in ROLES_THAT_OPEN:
        return PortalRefusal.NOT_POINT_OF_CONTACT
    return None
