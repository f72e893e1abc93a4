"""Sending and withdrawing invitations to a desk, as an agent or as a contact (M83).

The token has 256 random bits and is only in the email; the row has its SHA-256. An invitation ends
after seven days, after one use, when it is withdrawn, and when the address is invited again. It is
invalid while its inviter could not send it (accounts/invitations/rights.py).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.customers.entitlements import get_invited_point_of_contact_error
from accounts.invitations.rights import can_replace
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
    MergedContact,
    Role,
    User,
)

LIFETIME = timedelta(days=7)


class InvitationError(ValueError):
    """The invitation is rejected. The message says why."""


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
        record_invitation_audit(invitation, AuditAction.INVITED, by)
    return invitation, token


def find_role_errors(
    *, kind: str, role: str, account: Account | None, email: str
) -> dict[str, str]:
    """Return why an address can't be invited in a role, by "account" or "role". {} if it can (M73).

    account: with its plan.
    """
    if kind == InvitedAs.AGENT:
        text = _("An agent can't have an account. Leave this empty.")
        return {"account": text} if account else {}
    if role != ContactRole.CONTACT and account is None:
        return {"role": _("Only a contact with an account can have this role.")}
    if role != ContactRole.POINT_OF_CONTACT or account is None:
        return {}
    problem = get_invited_point_of_contact_error(account, email=email)
    return {"role": problem} if problem else {}


def list_open(at: datetime) -> QuerySet[Invitation]:
    """Return the invitations that are neither used nor expired."""
    return Invitation.objects.filter(used_at__isnull=True, expires_at__gt=at)


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
    shut_out = Contact.objects.filter(desk=desk, may_log_in=False).with_email(address)
    if kind == InvitedAs.CONTACT and shut_out.exists():
        raise InvitationError(
            _("%(email)s is not allowed to sign in at %(desk)s. A desk admin can change that.")
            % {"email": address, "desk": desk}
        )
    merged = MergedContact.objects.filter(desk=desk, email=address)
    if kind == InvitedAs.CONTACT and merged.exists():  # a merged address can't sign in
        raise InvitationError(_("There is already a contact with this email address."))


def _end_earlier(
    desk: Desk, address: str, *, kind: str, account: Account | None, by: User | None, at: datetime
) -> None:
    """Expire the open invitations of an address. Raises InvitationError if one has to stay."""
    living = list_open(at).filter(desk=desk, email=address, kind=kind)
    account_id = account.pk if account else None
    earlier = list(living.select_related("invited_by"))
    if not all(can_replace(one, by=by, account_id=account_id) for one in earlier):
        raise InvitationError(_("%(email)s is already invited.") % {"email": address})
    living.filter(pk__in=[one.pk for one in earlier]).update(expires_at=at)


def withdraw_invitation(*, invitation: Invitation, by: User, at: datetime) -> bool:
    """Expire an invitation now. Return False if it was not open."""
    with transaction.atomic():
        if not list_open(at).filter(pk=invitation.pk).update(expires_at=at):
            return False
        record_invitation_audit(invitation, AuditAction.INVITATION_WITHDRAWN, by)
    return True


def list_open_invitations(account: Account, *, at: datetime) -> QuerySet[Invitation]:
    """Return an account's invitations that can still be accepted, newest first."""
    return list_open(at).filter(desk=account.desk_id, account=account)


def record_invitation_audit(invitation: Invitation, action: AuditAction, by: User | None) -> None:
    """Record what happened to an invitation, in the caller's transaction."""
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
