"""Whether whoever sent an invitation may still send it: an invitation is worth what its inviter may do now."""

from __future__ import annotations

from accounts.models import Agent, Contact, ContactRole, Invitation, InvitedAs, Role


def is_still_meant(invitation: Invitation) -> bool:
    """Whether the inviter of an open invitation still has the right to it. Two queries at most.

    An active admin of the desk or of the installation has; a manager has for people of the account. The
    installation's command names nobody and stays good.
    """
    by = invitation.invited_by
    if by is None or (by.is_active and by.is_superuser):
        return True
    here = {"desk": invitation.desk_id, "user": by}
    if not by.is_active:
        return False
    if Agent.objects.filter(**here, role=Role.ADMIN, is_active=True).exists():
        return True
    managers = Contact.objects.filter(
        **here, role=ContactRole.MANAGER, may_log_in=True, account__isnull=False
    )
    is_to_contact = invitation.kind == InvitedAs.CONTACT
    return is_to_contact and managers.filter(account=invitation.account_id).exists()
