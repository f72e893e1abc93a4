"""Merging of contacts: which two may become one, and what follows in this package.

The whole merge is channels_intake/connections/merging.py. Whoever stays keeps their name, account,
role and sign-in, so nobody gets a right by a merge: one who has more than the other has to be the
one who stays. An agent's address never becomes a customer's, whose requests theirs would be then.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.invitations.sending import list_open, withdraw_invitation
from accounts.models import (
    Agent,
    AuditAction,
    Contact,
    ContactRole,
    CrmLink,
    InvitedAs,
    MergedContact,
    Role,
)
from accounts.services import unlink_login

MERGING_ROLES = frozenset({Role.LEAD, Role.ADMIN})  # it can't be undone
ROLES = (ContactRole.CONTACT, ContactRole.POINT_OF_CONTACT, ContactRole.MANAGER)  # by rights


def can_merge(agent: Agent) -> bool:
    """Return True if the agent may merge contacts of their desk."""
    return agent.can_write and agent.role in MERGING_ROLES


def get_merge_error(contact: Contact, into: Contact) -> str | None:
    """Return why a contact can't be merged into another one, and what to do; None if it can.

    Up to two queries, for agents and the contact's account. Phone numbers are the caller's affair.
    """
    if contact.pk == into.pk:
        return _("This is the same contact. Choose another one.")
    if contact.desk_id != into.desk_id:
        return _("There is no such contact at this desk.")
    if contact.is_erased or into.is_erased:
        return _("This person was erased and can't be changed.")
    if contact.email and is_of_agent(contact):
        named = {"email": contact.email, "desk": contact.desk}
        return _("%(email)s is already an agent of %(desk)s.") % named
    return _get_rights_error(contact, into)


def _get_rights_error(contact: Contact, into: Contact) -> str | None:
    """Return an error if a right of the contact would be lost, or pass to the one who stays."""
    named = {"name": contact, "other": into, "role": contact.get_role_display()}
    if contact.account_id not in {None, into.account_id}:
        text = _(
            "%(name)s belongs to the account %(account)s, and %(other)s doesn't. Keep %(name)s "
            "instead, or move %(other)s to that account first."
        )
        return text % {**named, "account": contact.account}
    if ROLES.index(ContactRole(contact.role)) > ROLES.index(ContactRole(into.role)):
        text = _(
            "%(name)s has the role “%(role)s”, and %(other)s has fewer rights. Keep %(name)s "
            "instead, or change the role first."
        )
        return text % named
    if contact.user_id is not None and into.user_id is None:
        return _("%(name)s signs in, and %(other)s doesn't. Keep %(name)s instead.") % named
    if contact.email and not into.email:
        text = _("%(name)s has an email address, and %(other)s has none. Keep %(name)s instead.")
        return text % named
    if into.may_log_in and not contact.may_log_in:
        text = _(
            "%(name)s isn't allowed to sign in, and %(other)s is. Change one of them to match the"
            " other first."
        )
        return text % named
    return None


def is_of_agent(contact: Contact) -> bool:
    """Return True if an agent of the desk, active or not, signs in with the contact's address."""
    return Agent.objects.filter(desk=contact.desk_id, user__email=contact.email).exists()


def prepare_merge(contact: Contact, into: Contact, *, by: Agent, at: datetime) -> None:
    """End what a locked contact could do by itself, and fill the gaps of the one who stays.

    Their sign-in and open invitations end. Of two CRM records, that of the one who stays counts;
    the next sync reports the other one.
    """
    if contact.user_id is not None:
        unlink_login(contact=contact, by=by.user)
    if contact.email:
        invited = list_open(at).filter(desk=contact.desk_id, kind=InvitedAs.CONTACT)
        for invitation in invited.filter(email=contact.email).select_related("desk"):
            withdraw_invitation(invitation=invitation, by=by.user, at=at)
    linked = CrmLink.objects.filter(contact=into).values("connection_id")
    CrmLink.objects.filter(contact=contact, connection__in=linked).delete()
    into.name = into.name or contact.name
    into.language = into.language or contact.language
    into.save(update_fields=["name", "language"])


def finish_merge(
    contact: Contact, into: Contact, *, by: Agent, reason: str, tickets: int, at: datetime
) -> None:
    """Delete a locked contact, of whom everything has moved, and remember address and number."""
    former_id, name, target = contact.pk, contact.name, str(contact)
    contact.delete()
    MergedContact.objects.create(
        desk_id=into.desk_id,
        contact=into,
        former_id=former_id,
        email=contact.email,
        name=name,
        merged_at=at,
    )
    record_audit(
        desk=into.desk_id,
        by=by,
        action=AuditAction.CONTACT_MERGED,
        about=into,
        target=target,
        detail={
            "contact": [former_id, into.pk],
            "reason": reason,
            "tickets": tickets,
            "at": at.isoformat(),
        },
    )
