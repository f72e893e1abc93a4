"""What a contact is entitled to by plan and role."""

from __future__ import annotations

from enum import StrEnum

from accounts.models import Contact, ContactRole, Desk

OPENERS = (ContactRole.POINT_OF_CONTACT, ContactRole.MANAGER)


class PortalRefusal(StrEnum):
    """Why a contact may not open tickets in the portal."""

    NOT_IN_PLAN = "not_in_plan"
    NOT_POINT_OF_CONTACT = "not_point_of_contact"


def refuse_portal_request(contact: Contact, desk: Desk) -> PortalRefusal | None:
    """Why this contact may not open a ticket in the portal, or None when they may (M72, M73)."""
    plan = contact.account.plan if contact.account else None
    if plan is not None and not plan.allows_portal:
        return PortalRefusal.NOT_IN_PLAN
    if desk.only_points_of_contact and not (contact.account and contact.role in OPENERS):
        return PortalRefusal.NOT_POINT_OF_CONTACT
    return None
