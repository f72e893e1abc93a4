"""Services for contacts: claiming one, and giving it or removing its sign-in."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import get_language

from accounts.audit import record_audit
from accounts.matching import (
    ContactFact,
    DomainFact,
    Match,
    list_candidate_domains,
    match_sender,
    normalize_email,
)
from accounts.models import AccountDomain, AuditAction, Contact, Desk, MergedContact, User
from accounts.places.languages import find_language


class AddressTakenError(Exception):
    """The contact belongs to another user, or the desk does not let the person sign in."""


def match_verified_address(*, desk: Desk, email: str) -> Match:
    """Match an address that its owner has verified to the desk (M77, M78). Two queries."""
    address = normalize_email(email)
    known = Contact.objects.filter(desk=desk).with_email(address).select_related("account")
    owned = AccountDomain.objects.filter(
        desk=desk, domain__in=list_candidate_domains(address)
    ).select_related("account")
    return match_sender(
        address,
        "pass",
        contacts={
            c.email: ContactFact(
                c.pk,
                c.account_id,
                c.account.name if c.account else "",
                is_shut_out=not c.may_log_in,
            )
            for c in known
        },
        domains={
            d.domain: DomainFact(d.account_id, d.account.name, d.include_subdomains) for d in owned
        },
        match_unverified=False,
        free_domains=desk.free_domains,
    )


def claim_contact(*, desk: Desk, user: User, email: str, at: datetime) -> Contact:
    """Link a user to the desk's contact of an address that the user has just verified (M83, M84).

    The contact may exist, with tickets that came by email; otherwise it is created. It keeps its
    account, or gets the one that owns the domain. A user who is a contact here already stays that
    contact. Raises AddressTakenError if the contact belongs to another user or must not sign in, if
    the address was merged into another contact, whose requests aren't the user's to open, or if the
    user is an admin of the installation, and ValueError for an invalid address.
    """
    address = normalize_email(email)
    if not address:
        raise ValueError(f"{email!r} is not an email address.")
    with transaction.atomic():
        if mine := Contact.objects.filter(desk=desk, user=user).first():
            return _check_claimable(mine, user)
        if user.is_superuser:
            raise AddressTakenError(f"{address} belongs to an admin of the installation.")
        contact, is_new = Contact.objects.get_or_create(
            desk=desk,
            email=address,
            defaults={"name": user.name, "language": find_language(get_language() or "")},
        )
        if is_new and MergedContact.objects.filter(desk=desk, email=address).exists():
            raise AddressTakenError(f"{address} was merged into another contact.")
        contact = _check_claimable(_lock(contact), user)
        if contact.user_id == user.pk:  # the link was opened twice
            return contact
        contact.user = user
        contact.name = contact.name or user.name
        contact.account_id = (
            contact.account_id or match_verified_address(desk=desk, email=address).account_id
        )
        contact.save()
        _audit_claim(contact, user, at)
    return contact


def _lock(contact: Contact) -> Contact:
    """Return the contact, locked. Raises AddressTakenError if it was merged meanwhile."""
    locked = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if locked is None:
        raise AddressTakenError(f"{contact.email} was merged into another contact.")
    return locked


def _check_claimable(contact: Contact, user: User) -> Contact:
    if not contact.may_log_in:
        raise AddressTakenError(f"{contact.email} may not sign in here.")
    if contact.user_id not in {None, user.pk}:
        raise AddressTakenError(f"{contact.email} belongs to another user.")
    return contact


def unlink_login(*, contact: Contact, by: User) -> None:
    """Unlink a contact from its user, who isn't a contact of this desk from the next request on.

    The contact can be claimed again by anyone who verifies its address; to prevent that, a desk
    also clears ``may_log_in``. The contact has a user and is locked.
    """
    login_id, contact.user = contact.user_id, None
    contact.save(update_fields=["user"])
    record_audit(
        desk=contact.desk,
        by=by,
        action=AuditAction.LOGIN_UNLINKED,
        about=contact,
        target=contact.email,
        detail={"login": login_id},
    )


def _audit_claim(contact: Contact, user: User, at: datetime) -> None:
    record_audit(
        desk=contact.desk_id,
        by=user,
        action=AuditAction.CONTACT_CLAIMED,
        about=contact,
        target=contact.email,
        detail={"account": contact.account_id, "at": at.isoformat()},
    )


def create_contact_login(*, desk: Desk, email: str) -> User | None:
    """Create a user for a contact of the desk who has none, to set a password by email (M84).

    Return None if no contact without a user has that address. A user is then created and rolled
    back, so that the time taken does not reveal whom the desk knows.
    """
    waiting = Contact.objects.filter(desk=desk, user__isnull=True, may_log_in=True)
    contact = waiting.with_email(normalize_email(email)).first()
    with transaction.atomic():
        if contact is not None:
            return _make_login(contact.email, contact.name)
        _make_login(f"{uuid4().hex}@nobody.invalid", "")
        transaction.set_rollback(True)
    return None


def _make_login(email: str, name: str) -> User:
    """Return the user of an address with its EmailAddress row; a new one has no password."""
    no_password = {"name": name, "password": make_password(None)}
    user, _ = User.objects.get_or_create(email=email, defaults=no_password)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
    return user
