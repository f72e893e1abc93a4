"""Invitations to a desk, as an agent or as a contact (M83).

The token has 256 random bits and is only in the email; the row has its SHA-256. An invitation ends
after seven days, after one use, when it is withdrawn, and when the address is invited again. It is
invalid while its inviter could not send it (accounts/invitations/rights.py).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.entitlements import get_point_of_contact_error
from accounts.invitations.rights import acts_for_desk, can_replace, is_still_authorized
from accounts.matching import normalize_email
from accounts.models import (
    Account,
    Agent,
    AuditAction,
    Contact,
    ContactRole,
    Desk,
    Invitation,
    InvitedAs,
    Level,
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
LIFETIME = timedelta(days=7)


class InvitationError(ValueError):
    """The invitation is refused. The message says why."""


class InvitationGoneError(Exception):
    """The invitation is unknown, used or expired; callers cannot tell which."""


class ContactLimitError(Exception):
    """The plan's limit of points of contact is reached (M73). The invitation stays open."""


class SignInRequiredError(Exception):
    """The invited address has a user with a password, who must sign in to accept."""


def invite(
    *,
    desk: Desk,
    email: str,
    kind: str,
    role: str,
    at: datetime,
    level: str = Level.L1,
    name: str = "",
    account: Account | None = None,
    by: User | None = None,
) -> tuple[Invitation, str]:
    """Invite an address to a desk. Return the row and the token, which only the email contains.

    kind: "agent" (role: a Role, with a level) or "contact" (role: a ContactRole, with or without an
    account). by: None for a command. Raises InvitationError for an invalid address or role, for an
    active agent, and for an open invitation that a manager cannot replace.
    """
    address = normalize_email(email)
    _check(desk, email, address, kind=kind, role=role, level=level)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        _end_earlier(desk, address, kind=kind, account=account, by=by, at=at)
        invitation = Invitation.objects.create(
            desk=desk,
            email=address,
            name=name[:120],
            kind=kind,
            role=role,
            level=level if kind == InvitedAs.AGENT else "",
            account=account,
            token_hash=hash_token(token),
            invited_by=by,
            created_at=at,
            expires_at=at + LIFETIME,
        )
        _audit(invitation, AuditAction.INVITED, by)
    return invitation, token


def hash_token(token: str) -> str:
    """Return the hash of a token that the database stores."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _check(desk: Desk, given: str, address: str, *, kind: str, role: str, level: str) -> None:
    if not address:
        raise InvitationError(
            _("“%(text)s” is not an email address. Check it and try again.")
            % {"text": given.strip()[:100]}
        )
    roles = Role.values if kind == InvitedAs.AGENT else ContactRole.values
    if kind not in InvitedAs.values or role not in roles:
        raise InvitationError(
            _("There is no role “%(role)s” for this kind of invitation. Choose one of: %(roles)s.")
            % {"role": role, "roles": ", ".join(roles)}
        )
    if kind == InvitedAs.AGENT and level not in Level.values:
        raise InvitationError(
            _("There is no level “%(level)s”. Choose one of: %(levels)s.")
            % {"level": level, "levels": ", ".join(Level.values)}
        )
    if Agent.objects.filter(desk=desk, user__email=address, is_active=True).exists():
        raise InvitationError(
            _("%(email)s is already an agent of %(desk)s.") % {"email": address, "desk": desk}
        )
    shut_out = Contact.objects.filter(desk=desk, email=address, may_log_in=False)
    if kind == InvitedAs.CONTACT and shut_out.exists():
        raise InvitationError(
            _("%(email)s is not allowed to sign in at %(desk)s. A desk admin can change that.")
            % {"email": address, "desk": desk}
        )


def _end_earlier(
    desk: Desk, address: str, *, kind: str, account: Account | None, by: User | None, at: datetime
) -> None:
    """Expire the open invitations of an address. Raises InvitationError if one has to stay."""
    living = Invitation.objects.filter(
        desk=desk, email=address, kind=kind, used_at__isnull=True, expires_at__gt=at
    )
    account_id = account.pk if account else None
    earlier = list(living.select_related("invited_by"))
    if not all(can_replace(one, by=by, account_id=account_id) for one in earlier):
        raise InvitationError(_("%(email)s is already invited.") % {"email": address})
    living.filter(pk__in=[one.pk for one in earlier]).update(expires_at=at)


def find_invitation(*, desk: Desk, token: str, at: datetime) -> Invitation | None:
    """Return the valid invitation of a token, or None.

    None stands for unknown, used and expired ones, and those whose inviter could no longer send it.
    """
    living = Invitation.objects.filter(used_at__isnull=True, expires_at__gt=at)
    named = living.filter(desk=desk, token_hash=hash_token(token))
    found = named.select_related("desk", "account", "invited_by").first()
    return found if found is not None and is_still_authorized(found) else None


def withdraw_invitation(*, invitation: Invitation, by: User, at: datetime) -> bool:
    """Expire an invitation now. Return False if it was not open."""
    with transaction.atomic():
        living = Invitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, expires_at__gt=at
        )
        if not living.update(expires_at=at):
            return False
        _audit(invitation, AuditAction.INVITATION_WITHDRAWN, by)
    return True


def list_open_invitations(account: Account, *, at: datetime) -> QuerySet[Invitation]:
    """Return an account's invitations that can still be accepted, newest first."""
    living = Invitation.objects.filter(used_at__isnull=True, expires_at__gt=at)
    return living.filter(desk=account.desk_id, account=account)


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
    validated. name: as the person entered it. The token verifies the address. Of two concurrent
    calls one gets InvitationGoneError. Raises SignInRequiredError if the user has a password, and
    ContactLimitError if the plan's limit was reached after the invitation was sent.
    """
    with transaction.atomic():
        invitation = _use_up(desk, token, at)
        invitation.name = name[:120] or invitation.name
        login = _login_of(invitation, user, password)
        _prove(login)
        placed = _place(invitation, login, at)
        _audit(invitation, AuditAction.INVITATION_ACCEPTED, login)
    return placed


def _use_up(desk: Desk, token: str, at: datetime) -> Invitation:
    """Mark an invitation as used by a conditional update, which only one of two calls can do."""
    hashed = hash_token(token)
    living = Invitation.objects.filter(
        desk=desk, token_hash=hashed, used_at__isnull=True, expires_at__gt=at
    )
    if not living.update(used_at=at):
        raise InvitationGoneError
    invitation = Invitation.objects.select_related("desk", "account", "invited_by").get(
        token_hash=hashed
    )
    if not is_still_authorized(invitation):
        raise InvitationGoneError
    return invitation


def _login_of(invitation: Invitation, user: User | None, password: str | None) -> User:
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


def _prove(user: User) -> None:
    """Verify the user's address, which the token was emailed to."""
    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])


def _place(invitation: Invitation, user: User, at: datetime) -> Agent | Contact:
    if invitation.kind == InvitedAs.AGENT:
        return _make_agent(invitation, user)
    # The account's row is the lock, as in accounts/entitlements.py.
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
        is_moved = invitation.account is not None and (
            not known or known.account_id != invitation.account_id
        )
        contact.role = (
            invitation.role if is_moved else _higher(CONTACT_ROLES, contact.role, invitation.role)
        )
        contact.account = invitation.account or contact.account
    if contact.role == ContactRole.POINT_OF_CONTACT and (
        problem := get_point_of_contact_error(_unnamed(contact))
    ):
        raise ContactLimitError(problem)
    contact.name = contact.name or invitation.name
    contact.save(update_fields=["role", "account", "name"])
    return contact


def _find_known(invitation: Invitation, user: User) -> Contact | None:
    """Return the contact of the user or the address, as it was before the acceptance."""
    here = Contact.objects.filter(desk=invitation.desk)
    return here.filter(user=user).first() or here.filter(email=invitation.email).first()


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


def _audit(invitation: Invitation, action: AuditAction, by: User | None) -> None:
    detail: dict[str, Any] = {
        "kind": invitation.kind,
        "role": invitation.role,
        "level": invitation.level,
        "account": invitation.account_id,
    }
    record_audit(
        desk=invitation.desk,
        by=by,
        action=action,
        about=invitation,
        target=invitation.email,
        detail=detail,
    )
