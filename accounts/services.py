"""The writers of people: contacts that are claimed, given a login, or rid of one."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.audit import record_audit
from accounts.matching import (
    ContactFact,
    DomainFact,
    Match,
    list_candidate_domains,
    match_sender,
    normalize_email,
)
from accounts.models import AccountDomain, AuditAction, Contact, Desk, User


class AddressTakenError(Exception):
    """Another login already stands for the contact of this address, or the desk lets its person log in no more."""


def match_verified_address(*, desk: Desk, email: str) -> Match:
    """What an address is to the desk once its owner has proven to read its mail (M77, M78). Two queries."""
    address = normalize_email(email)
    known = Contact.objects.filter(desk=desk, email=address).select_related("account")
    owned = AccountDomain.objects.filter(
        desk=desk, domain__in=list_candidate_domains(address)
    ).select_related("account")
    return match_sender(
        address,
        "pass",
        contacts={
            c.email: ContactFact(c.pk, c.account_id, c.account.name if c.account else "")
            for c in known
        },
        domains={
            d.domain: DomainFact(d.account_id, d.account.name, d.include_subdomains) for d in owned
        },
        match_unverified=False,
        free_domains=desk.free_domains,
    )


def claim_contact(*, desk: Desk, user: User, email: str, at: datetime) -> Contact:
    """Make a login the contact of this desk with its address, which the owner has just proven (M83, M84).

    The contact may be there already, with tickets that were sent by mail; else it is made. Its account is the
    one that it has, or that owns the domain. A login that is a contact here already stays that contact.
    Raises AddressTakenError when another login has the contact or it may not log in, ValueError for no address.
    """
    address = normalize_email(email)
    if not address:
        raise ValueError(f"{email!r} is not an e-mail address.")
    with transaction.atomic():
        if mine := Contact.objects.filter(desk=desk, user=user).first():
            return _let_in(mine, user)
        contact, _ = Contact.objects.get_or_create(
            desk=desk, email=address, defaults={"name": user.name}
        )
        contact = _let_in(Contact.objects.select_for_update().get(pk=contact.pk), user)
        if contact.user_id == user.pk:  # the same person clicked twice
            return contact
        contact.user = user
        contact.name = contact.name or user.name
        contact.account_id = (
            contact.account_id or match_verified_address(desk=desk, email=address).account_id
        )
        contact.save()
        _audit_claim(contact, user, at)
    return contact


def _let_in(contact: Contact, user: User) -> Contact:
    if not contact.may_log_in:
        raise AddressTakenError(f"{contact.email} may not log in here.")
    if contact.user_id not in {None, user.pk}:
        raise AddressTakenError(f"{contact.email} belongs to another login.")
    return contact


def unlink_login(*, contact: Contact, by: User) -> None:
    """Part a contact from its login, whose sessions are nobody's at this desk from the next request on.

    Whoever proves to read the contact's address gets the contact; a desk that wants nobody in takes ``may_log_in``
    away as well. The contact has a login and is locked.
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
    """The login for a contact of the desk who has none yet, so that its owner can set a password (M84).

    None when no contact without a login has that address; then a login is made and undone, so that the time tells
    nobody whom the desk knows (reliability.md, security 14). It opens nothing before its address is proven.
    """
    waiting = Contact.objects.filter(desk=desk, user__isnull=True, may_log_in=True)
    contact = waiting.filter(email=normalize_email(email)).first()
    with transaction.atomic():
        if contact is not None:
            return _make_login(contact.email, contact.name)
        _make_login(f"{uuid4().hex}@nobody.invalid", "")
        transaction.set_rollback(True)
    return None


def _make_login(email: str, name: str) -> User:
    """The login of an address with its address row, and no password when it is new."""
    no_password = {"name": name, "password": make_password(None)}
    user, _ = User.objects.get_or_create(email=email, defaults=no_password)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
    return user
