"""Whether whoever sent an invitation may still send it: an invitation is worth what its inviter may do now."""

from __future__ import annotations

from accounts.models import Agent, Contact, ContactRole, Invitation, InvitedAs, Role, User


def is_still_authorized(invitation: Invitation) -> bool:
    """Whether the inviter of an open invitation still has the right to it. Two queries at most.

    An active admin of the desk or of the installation has; a manager has for people of the account. The
    installation's command names nobody and stays good.
    """
    by = invitation.invited_by
    if by is None or acts_for_desk(by, desk_id=invitation.desk_id):
        return True
    if not by.is_active:
        return False
    managers = Contact.objects.filter(
        desk=invitation.desk_id,
        user=by,
        role=ContactRole.MANAGER,
        may_log_in=True,
        account__isnull=False,
    )
    is_to_contact = invitation.kind == InvitedAs.CONTACT
    return is_to_contact and managers.filter(account=invitation.account_id).exists()


def acts_for_desk(by: User | None, *, desk_id: int) -> bool:
    """Whether an inviter is the installation's command (None) or its admin, or an active admin of the desk."""
    if by is None or (by.is_active and by.is_superuser):
        return True
    admins = Agent.objects.filter(desk=desk_id, user=by, role=Role.ADMIN, is_active=True)
    return by.is_active and admins.exists()


def can_replace(earlier: Invitation, *, by: User | None, account_id: int | None) -> bool:
    """Whether a new invitation to an account (or none) may end an open one of the same address.

    The desk's may end any. A manager's ends what is worth nothing, and those of managers of the same account.
    """
    desk_id = earlier.desk_id
    if acts_for_desk(by, desk_id=desk_id) or not is_still_authorized(earlier):
        return True
    return earlier.account_id == account_id and not acts_for_desk(
        earlier.invited_by, desk_id=desk_id
    )
