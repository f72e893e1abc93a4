"""Saving of accounts and contacts: their rules, and what follows a change for their tickets.

The admin site and the API both save through these. The caller records the audit entry.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.customers.entitlements import get_point_of_contact_error, validate_account_terms
from accounts.followers import notify_people_left, notify_terms_changed
from accounts.matching import read_domain
from accounts.models import Account, AccountDomain, Contact, ContactRole, MergedContact, User
from accounts.places.countries import list_countries
from accounts.places.languages import list_offered_languages
from accounts.services import unlink_login

POINT = ContactRole.POINT_OF_CONTACT


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Consequences of a saved change. old_email: the address that can't sign in any more, or "".

    left: the account that the contact left, or None.
    """

    old_email: str = ""
    left: Account | None = None


def save_account(account: Account, *, at: datetime, fields: Collection[str] | None = None) -> None:
    """Save an account. A new plan or status reroutes its open tickets and restarts their clocks.

    fields: the fields to save, None for all. Runs in the caller's transaction.
    """
    stored = Account.objects.select_for_update(no_key=True).filter(pk=account.pk)
    before = stored.values_list("plan_id", "status").first()
    account.save(update_fields=fields)
    if before is not None and before != (account.plan_id, account.status):
        notify_terms_changed(account.desk_id, [account.pk], at)


def save_contact(
    contact: Contact, *, by: User, at: datetime, fields: Collection[str] | None = None
) -> ContactChange:
    """Save a contact. A new address loses its sign-in; a new account gets its requests handed over.

    The row is read again under a lock: its owner may have claimed it since it was read. fields: the
    fields to save, None for all. Runs in the caller's transaction.
    """
    stored = Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk).first()
    old_email, left = "", None
    if stored is not None:
        contact.user_id = stored.user_id
        if contact.user_id is not None and contact.email != stored.email:
            unlink_login(contact=contact, by=by)
            old_email = stored.email
    contact.save(update_fields=fields)
    if stored is not None and contact.email != stored.email:
        MergedContact.objects.filter(contact=contact, email=contact.email).update(email="")
    if stored is not None and stored.account_id and stored.account_id != contact.account_id:
        left = stored.account
        notify_people_left(contact.desk_id, {contact.pk: stored.account_id}, at)
    return ContactChange(old_email, left)


def get_role_error(contact: Contact, *, is_changed: bool) -> str | None:
    """Return why a contact can't have its role in its account (M73), or None if it can.

    is_changed: the role or the account is new. The account's row stays locked until the transaction
    ends, so that two points of contact that are added at once are counted one after the other.
    """
    if contact.role == ContactRole.CONTACT:
        return None
    if contact.account_id is None:
        return _("Only a contact with an account can have this role.")
    if contact.role != POINT or not is_changed:
        return None
    locked = Account.objects.select_for_update(of=("self",)).select_related("plan")
    account = locked.get(pk=contact.account_id)
    return get_point_of_contact_error(Contact(pk=contact.pk, account=account))


def check_account(account: Account, stored: Account | None) -> None:
    """Refuse an unknown country, a legacy plan, and a manager that the plan doesn't include.

    stored: the account as it was. Raises ValidationError with the fields (M71, M79).
    """
    if account.country and account.country not in dict(list_countries()):
        raise ValidationError({"country": _("This country code is unknown.")})
    validate_account_terms(account, before=stored)


def check_contact(contact: Contact, stored: Contact | None) -> None:
    """Refuse a contact without an address, of an unknown language, or with a role it can't have.

    stored: the contact as it was. People who are known by their handles alone need no address.
    Raises ValidationError with the field.
    """
    if not contact.email and (stored is None or stored.email):
        raise ValidationError({"email": _("Enter the contact's email address.")})
    if contact.language and contact.language not in dict(list_offered_languages()):
        raise ValidationError({"language": _("This language isn't available.")})
    before = (stored.role, stored.account_id) if stored else None
    is_changed = before != (contact.role, contact.account_id)
    if problem := get_role_error(contact, is_changed=is_changed):
        raise ValidationError({"role": problem})


def replace_domains(
    account: Account, wanted: Mapping[str, bool], *, field: str = "domains"
) -> dict[str, list[Any]]:
    """Give an account exactly these domains; True includes subdomains. Return what changed.

    A pasted URL or email address becomes its domain. field: names the values in errors. Raises
    ValidationError for a free email domain, a public suffix, and a domain of another account (M77).
    """
    given = {read_domain(text) or text: with_subdomains for text, with_subdomains in wanted.items()}
    known = {row.domain: row for row in AccountDomain.objects.filter(account=account)}
    before = {domain: row.include_subdomains for domain, row in known.items()}
    AccountDomain.objects.filter(account=account).exclude(domain__in=given).delete()
    for domain, with_subdomains in given.items():
        if before.get(domain) == with_subdomains:
            continue
        row = known.get(domain) or AccountDomain(account=account, domain=domain)
        row.desk, row.include_subdomains = account.desk, with_subdomains
        _save_domain(row, field)
    return {} if before == given else {"domains": [_name(before), _name(given)]}


def _save_domain(row: AccountDomain, field: str) -> None:
    try:
        row.full_clean()
    except ValidationError as refused:
        raise ValidationError({field: refused.messages}) from None
    row.save()


def _name(domains: Mapping[str, bool]) -> list[str]:
    """Return domains as the audit log has them."""
    return sorted(f"*.{name}" if subdomains else name for name, subdomains in domains.items())


def replace_links(
    through: type[Model], owner: Model, chosen: Collection[Model], *, of: str, to: str
) -> tuple[list[str], list[str]]:
    """Link an owner with exactly these rows of its desk. Return their names before and after.

    through: the model of the links; of and to: its fields of the owner and of the linked row.
    """
    rows = through._default_manager.filter(**{of: owner})
    known = {getattr(row, f"{to}_id"): str(getattr(row, to)) for row in rows.select_related(to)}
    wanted = {row.pk: str(row) for row in chosen}
    rows.exclude(**{f"{to}__in": list(wanted)}).delete()
    desk_id = getattr(owner, "desk_id")  # noqa: B009 (of every row of a desk)
    through._default_manager.bulk_create(
        [
            through(desk_id=desk_id, **{of: owner, f"{to}_id": pk})
            for pk in wanted
            if pk not in known
        ],
        ignore_conflicts=True,
    )
    return sorted(known.values()), sorted(wanted.values())
