"""What a plan opens: which ways in (M72, M74-M76), which products (M68), how many points of contact (M73).

`check_entitlement` is pure. What is not entitled is answered with what is, never dropped: the caller takes the
request all the same, or shows the reason and what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.audit import record_audit
from accounts.models import (
    Account,
    AccountStatus,
    Agent,
    AuditAction,
    Contact,
    ContactRole,
    Desk,
    Role,
)

HIGHEST_RANK = 1
NAMERS = (Role.LEAD, Role.ADMIN)
OPENERS = (ContactRole.POINT_OF_CONTACT, ContactRole.MANAGER)


class PlanFacts(Protocol):
    """What of a plan decides; accounts.Plan has it."""

    name: str
    allows_portal: bool
    allows_mail: bool
    allows_hotline: bool


@dataclass(frozen=True, slots=True)
class Entitled:
    """The way in is open."""


@dataclass(frozen=True, slots=True)
class NotEntitled:
    """The way in is not open: one sentence why, and what is open instead, each a sentence."""

    reason: str
    possible: tuple[str, ...]


def check_entitlement(
    plan: PlanFacts | None,
    account_status: str,
    channel: str,
    priority_rank: int,
    *,
    covers_product: bool = True,
) -> Entitled | NotEntitled:
    """Tell whether a request may come this way (M68, M72, M74-M76). Pure.

    plan: None for whoever has none. account_status: of AccountStatus. channel: a ticket's channel ("email", "web",
    "phone"...); chat, social media, the API and what an agent opens need no plan. priority_rank: 1 is the highest.
    covers_product: whether the plan applies to the product asked about (`is_product_covered`).
    """
    why = _why_not(plan, account_status, channel, priority_rank, covers_product)
    return NotEntitled(why, _open_ways(plan)) if why else Entitled()


def _why_not(
    plan: PlanFacts | None,
    account_status: str,
    channel: str,
    priority_rank: int,
    covers_product: bool,
) -> str:
    whose = f"The plan {plan.name}" if plan else _without_plan(account_status)
    if plan and not covers_product:
        return f"{whose} does not apply to this product."
    if channel == "web" and plan and not plan.allows_portal:
        return f"{whose} does not include the portal."
    if channel == "email" and not (plan and plan.allows_mail):
        return f"{whose} does not include support by e-mail."
    if channel == "phone" and not (plan and plan.allows_hotline):
        return f"{whose} does not include the hotline."
    if channel == "phone" and priority_rank != HIGHEST_RANK:
        return "The hotline is for emergencies of the highest priority only."
    return ""


def _without_plan(account_status: str) -> str:
    if account_status in AccountStatus.values:
        return f"Without a support plan, the status “{AccountStatus(account_status).label}”"
    return "Without a support plan, an account"


def _open_ways(plan: PlanFacts | None) -> tuple[str, ...]:
    ways = [
        (plan is None or plan.allows_portal, "You can open a request in the support portal."),
        (plan is not None and plan.allows_mail, "You can write an e-mail."),
        (
            plan is not None and plan.allows_hotline,
            "In an emergency of the highest priority you can call the hotline.",
        ),
    ]
    return tuple(sentence for is_open, sentence in ways if is_open)


def is_product_covered(plan_products: set[int], product_id: int | None) -> bool:
    """Whether a plan with these products applies to a product (M68). No products means all; None is none in doubt."""
    return product_id is None or not plan_products or product_id in plan_products


def validate_account_terms(account: Account, *, before: Account | None = None) -> None:
    """Refuse, beside its field, a plan no longer sold (M79) and a success manager without such a plan (M71).

    before: the account as stored; who has a retired plan keeps it. Raises ValidationError.
    """
    problems = {}
    plan = account.plan
    if plan and plan.is_retired and (before is None or before.plan_id != plan.pk):
        problems["plan"] = f"{plan.name} is no longer sold."
    if account.success_manager_id and not (plan and plan.has_success_manager):
        problems["success_manager"] = "This plan has no Customer Success Manager."
    if problems:
        raise ValidationError(problems)


def get_point_of_contact_error(contact: Contact) -> str | None:
    """Why this contact cannot become a point of contact (M73), in one sentence, or None when they can.

    Counts the account's points of contact; managers, whom the desk names, are beside the number. Two queries.
    """
    if contact.account is None:
        return "A point of contact belongs to an account."
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
    """The same of whoever has an address, to be invited as one; a contact who is there is not counted twice."""
    known = Contact.objects.filter(desk=account.desk_id, email=email).first()
    return get_point_of_contact_error(Contact(pk=known.pk if known else None, account=account))


def get_contact_limit_error(plan_name: str, allowed: int, *, named: int) -> str | None:
    """Why an account with this plan cannot have so many points of contact, or None when it can. Pure."""
    if named <= allowed:
        return None
    people = "1 point" if allowed == 1 else f"{allowed} points"
    return f"{plan_name} allows {people} of contact; this would be {named}."


def _count_other_points(account: Account, contact: Contact) -> int:
    points = Contact.objects.filter(account=account, role=ContactRole.POINT_OF_CONTACT)
    return points.exclude(pk=contact.pk).count()


def add_point_of_contact(*, contact: Contact, by: Contact | Agent, at: datetime) -> Contact:
    """Let a contact open tickets for the account (M73). Named by a manager of the account, a lead or an admin.

    Naming again changes nothing. Raises ValidationError beside `role` when the plan's number is used up, and
    PermissionDenied for anybody else.
    """
    return _change_role(contact, ContactRole.POINT_OF_CONTACT, by, at)


def remove_point_of_contact(*, contact: Contact, by: Contact | Agent, at: datetime) -> Contact:
    """Make a point of contact a plain contact again. Raises PermissionDenied."""
    return _change_role(contact, ContactRole.CONTACT, by, at)


def _change_role(contact: Contact, role: ContactRole, by: Contact | Agent, at: datetime) -> Contact:
    _check_namer(contact, by)
    with transaction.atomic():
        # The account's row is the lock: two people naming at once are counted one after the other.
        list(Account.objects.select_for_update().filter(contacts=contact))
        locked = Contact.objects.select_related("account__plan").get(
            pk=contact.pk, desk_id=contact.desk_id
        )
        _check_namer(locked, by)
        if locked.role in (role, ContactRole.MANAGER):
            return locked
        if role == ContactRole.POINT_OF_CONTACT and (problem := get_point_of_contact_error(locked)):
            raise ValidationError({"role": problem})
        locked.role = role
        locked.save(update_fields=["role"])
        _audit_role(locked, by, at)
    return locked


def _check_namer(contact: Contact, by: Contact | Agent) -> None:
    if by.desk_id != contact.desk_id:
        raise PermissionDenied("Only the account's own desk may name its points of contact.")
    if isinstance(by, Agent):
        if not (by.is_active and by.role in NAMERS):
            raise PermissionDenied(
                "Only a lead or an admin of the desk may name points of contact."
            )
    elif (
        by.role != ContactRole.MANAGER
        or by.account_id is None
        or by.account_id != contact.account_id
    ):
        raise PermissionDenied("Only a manager of the account may name its points of contact.")


def _audit_role(contact: Contact, by: Contact | Agent, at: datetime) -> None:
    record_audit(
        desk=contact.desk_id,
        by=by,
        action=AuditAction.ROLE_CHANGED,
        about=contact,
        target=contact.email,
        detail={"role": contact.role, "at": at.isoformat()},
    )


class PortalRefusal(StrEnum):
    """Why a contact may not open tickets in the portal."""

    NOT_IN_PLAN = "not_in_plan"
    NOT_POINT_OF_CONTACT = "not_point_of_contact"


def get_portal_refusal(contact: Contact, desk: Desk) -> PortalRefusal | None:
    """Why this contact may not open a ticket in the portal, or None when they may (M72, M73)."""
    plan = contact.account.plan if contact.account else None
    if plan is not None and not plan.allows_portal:
        return PortalRefusal.NOT_IN_PLAN
    if desk.only_points_of_contact and not (contact.account and contact.role in OPENERS):
        return PortalRefusal.NOT_POINT_OF_CONTACT
    return None
