"""Rights of inviters. An invitation is only valid while its inviter could still send it."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Agent, Contact, ContactRole, Invitation, InvitedAs, Role, User


def is_still_authorized(invitation: Invitation) -> bool:
    """Return True if the inviter of an open invitation could still send it. Two queries at most.

    Active admins of the desk or the installation could; a manager could for contacts of their
    account. Invitations by a command have no inviter and stay valid.
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
    """Return True for a command (None), an admin of the installation and an active desk admin.

    A service account with that role is one, too, though nobody can sign in as it.
    """
    if by is None or (by.is_active and by.is_superuser):
        return True
    admins = Agent.objects.filter(desk=desk_id, user=by, role=Role.ADMIN)
    is_person = Q(is_active=True, user__is_active=True)
    return admins.filter(is_person | Q(is_service=True)).exists()


def can_replace(earlier: Invitation, *, by: User | None, account_id: int | None) -> bool:
    """Return True if a new invitation may replace an open one for the same address.

    The desk's own replace any. A manager's replace invalid ones, and those by managers of the same
    account.
    """
    desk_id = earlier.desk_id
    if acts_for_desk(by, desk_id=desk_id) or not is_still_authorized(earlier):
        return True
    return earlier.account_id == account_id and not acts_for_desk(
        earlier.invited_by, desk_id=desk_id
    )
