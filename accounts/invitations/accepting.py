"""Accepting an invitation: the person becomes an agent or a contact of the desk (M83).

An invitation is valid once, until it expires, while its inviter could still send it
(accounts/invitations/rights.py).
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.customers.entitlements import get_point_of_contact_error
from accounts.followers import notify_people_left
from accounts.invitations.rights import acts_for_desk, is_still_authorized
from accounts.invitations.sending import hash_token, list_open, record_invitation_audit
from accounts.models import (
    Account,
    Agent,
    AuditAction,
    Contact,
    ContactRole,
    Desk,
    Invitation,
    InvitedAs,
    Role,
    User,
)
from accounts.services import AddressTakenError, claim_contact
from accounts.staff import has_own_password, join_open_departments, save_agent

CONTACT_ROLES = (
    ContactRole.CONTACT,
    ContactRole.POINT_OF_CONTACT,
    ContactRole.MANAGER,
)  # in ascending order of rights
AGENT_ROLES = (Role.OBSERVER, Role.ANALYST, Role.LEAD, Role.ADMIN)


class InvitationGoneError(Exception):
    """The invitation is unknown, used or expired; callers cannot tell which."""


class ContactLimitError(Exception):
    """The plan's limit of points of contact is reached (M73). The invitation stays open."""


class SignInRequiredError(Exception):
    """The invited address has a user with a password, who must sign in to accept."""


def find_invitation(*, desk: Desk, token: str, at: datetime) -> Invitation | None:
    """Return the valid invitation of a token, or None.

    None stands for unknown, used and expired ones, and those whose inviter could no longer send it.
    """
    named = list_open(at).filter(desk=desk, token_hash=hash_token(token))
    found = named.select_related("desk", "account", "invited_by").first()
    return found if found is not None and is_still_authorized(found) else None


def needs_sign_in(invitation: Invitation) -> bool:
    """Return True if the invited address has a user who can sign in with a password."""
    user = User.objects.filter(email=invitation.email).first()
    return user is not None and has_own_password(user)


def accept_invitation(
    *,
    desk: Desk,
    token: str,
    at: datetime,
    user: User | None = None,
    password: str | None = None,
    name: str = "",
) -> Agent | Contact:
    """Use an invitation. Return the agent or contact that the address's user has become.

    user: the signed-in user, if it is the invited one. password: for a user who has none; already
    validated. name: as the person entered it. The token verifies the address. One of two concurrent
    calls gets InvitationGoneError. Raises SignInRequiredError if the user has a password, and
    ContactLimitError if the plan's limit was reached after the invitation was sent.
    """
    with transaction.atomic():
        invitation = _use_up(desk, token, at)
        invitation.name = name[:120] or invitation.name
        invited = _get_or_create_user(invitation, user, password)
        _verify_address(invited)
        if invitation.kind == InvitedAs.AGENT:
            person: Agent | Contact = _make_agent(invitation, invited)
        else:
            person = _make_contact(invitation, invited, at)
        record_invitation_audit(invitation, AuditAction.INVITATION_ACCEPTED, invited)
    return person


def _use_up(desk: Desk, token: str, at: datetime) -> Invitation:
    """Mark an invitation as used by a conditional update, which only one of two calls can do."""
    hashed = hash_token(token)
    if not list_open(at).filter(desk=desk, token_hash=hashed).update(used_at=at):
        raise InvitationGoneError
    invitation = Invitation.objects.select_related("desk", "account", "invited_by").get(
        token_hash=hashed
    )
    if not is_still_authorized(invitation):
        raise InvitationGoneError
    return invitation


def _get_or_create_user(invitation: Invitation, user: User | None, password: str | None) -> User:
    known = User.objects.select_for_update().filter(email=invitation.email).first()
    if known is not None and not known.is_active:
        raise InvitationGoneError
    if user is not None:
        if user != known:
            raise InvitationGoneError
        return user
    if known is not None and has_own_password(known):
        raise SignInRequiredError
    if not password:
        raise ValueError("A user without a password needs one.")
    if known is None:
        return User.objects.create_user(invitation.email, password, name=invitation.name)
    known.set_password(password)
    known.save(update_fields=["password"])
    return known


def _verify_address(user: User) -> None:
    """Verify the user's address, which the token was emailed to."""
    address, _created = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])


def _make_contact(invitation: Invitation, user: User, at: datetime) -> Contact:
    """Create or update the contact. Their rights only grow, except in another account."""
    # The account's row is the lock, as in accounts/customers/entitlements.py.
    list(Account.objects.select_for_update().filter(pk=invitation.account_id or 0))
    known = _find_known(invitation, user)
    is_elsewhere = known is not None and known.account_id not in {None, invitation.account_id}
    if is_elsewhere and not acts_for_desk(invitation.invited_by, desk_id=invitation.desk_id):
        raise InvitationGoneError
    try:
        contact = claim_contact(desk=invitation.desk, user=user, email=user.email, at=at)
    except AddressTakenError as error:
        raise InvitationGoneError from error
    if not (is_elsewhere and known and known.created_at > invitation.created_at):
        _grant(contact, invitation, known)
    if contact.role == ContactRole.POINT_OF_CONTACT and (
        problem := get_point_of_contact_error(_unnamed(contact))
    ):
        raise ContactLimitError(problem)
    contact.name = contact.name or invitation.name
    contact.save(update_fields=["role", "account", "name"])
    if known and known.account_id and known.account_id != contact.account_id:
        notify_people_left(contact.desk_id, {contact.pk: known.account_id}, at)
    return contact


def _grant(contact: Contact, invitation: Invitation, known: Contact | None) -> None:
    is_moved = invitation.account is not None and (
        not known or known.account_id != invitation.account_id
    )
    contact.role = (
        invitation.role if is_moved else _higher(CONTACT_ROLES, contact.role, invitation.role)
    )
    contact.account = invitation.account or contact.account


def _find_known(invitation: Invitation, user: User) -> Contact | None:
    """Return the contact of the user or the address, as it was before the acceptance."""
    here = Contact.objects.filter(desk=invitation.desk)
    return here.filter(user=user).first() or here.with_email(invitation.email).first()


def _higher(order: tuple[str, ...], *roles: str) -> str:
    return max(roles, key=order.index)


def _unnamed(contact: Contact) -> Contact:
    """Return a copy without its role, so that it is not counted yet."""
    return Contact(pk=contact.pk, account=contact.account)


def _make_agent(invitation: Invitation, user: User) -> Agent:
    """Create or update the agent, a member of all departments that are not members-only."""
    desk = invitation.desk
    agent = Agent.objects.filter(desk=desk, user=user).first() or Agent(desk=desk, user=user)
    agent.name = agent.name or invitation.name or user.get_full_name()
    if (
        agent.pk
        and agent.is_active
        and _higher(AGENT_ROLES, agent.role, invitation.role) == agent.role
    ):
        return agent  # became one since the invitation was sent: their rights stay
    agent.role, agent.level, agent.is_active = invitation.role, invitation.level, True
    save_agent(agent=agent)
    join_open_departments(agent)
    return agent
