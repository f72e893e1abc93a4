"""The people of an account, for its managers.

A manager names points of contact up to the plan's limit (M73) and invites people with an address at
the account's own domains (M77).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.matching import normalize_email
from accounts.models import Account, AccountDomain, Agent, Contact, ContactRole
from accounts.models.customers import ERASED_AT, ContactQuerySet
from accounts.services import match_verified_address

IN_ORDER = [ContactRole.MANAGER, ContactRole.POINT_OF_CONTACT]


@dataclass(frozen=True, slots=True)
class PointsOfContact:
    """How many points of contact an account has, and its plan's limit (None: no limit)."""

    named: int
    allowed: int | None


def list_account_contacts(account: Account) -> ContactQuerySet:
    """Return the account's contacts: managers, points of contact, others; each by name."""
    place = Case(
        *(When(role=role, then=Value(n)) for n, role in enumerate(IN_ORDER)), default=Value(9)
    )
    people = Contact.objects.filter(desk=account.desk_id, account=account)
    return people.exclude(email__endswith=ERASED_AT).order_by(place, Lower("name"), "email")


def count_points_of_contact(account: Account) -> PointsOfContact:
    """Count an account's points of contact. Two queries at most."""
    named = list_account_contacts(account).filter(role=ContactRole.POINT_OF_CONTACT).count()
    return PointsOfContact(named, account.plan.points_of_contact if account.plan else None)


def get_colleague_error(*, account: Account, email: str) -> str | None:
    """Return why a manager of the account cannot invite an address, or None if they can.

    The message reveals nothing else that the desk knows about the address.
    """
    address = normalize_email(email)
    known = list_account_contacts(account).with_email(address).first()
    if known and (known.user_id is not None or known.role == ContactRole.MANAGER):
        return _("%(email)s is already on your team.") % {"email": address}
    is_agent = Agent.objects.filter(desk=account.desk_id, user__email=address).exists()
    match = match_verified_address(desk=account.desk, email=address)
    if match.account_id == account.pk and not is_agent:
        return None
    domains = AccountDomain.objects.filter(account=account).values_list("domain", flat=True)
    if not domains:
        return _("Ask us to invite people: your company has no email domain here yet.")
    return _("You can only invite people with an email address at: %(domains)s.") % {
        "domains": ", ".join(domains)
    }
