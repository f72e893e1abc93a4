"""The people of an account, for its managers: who is there, who may come in, and how many may open tickets.

A manager names points of contact within the number that the plan allows (M73) and invites people of the account's
own domains (M77), nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Lower

from accounts.matching import normalize_email
from accounts.models import Account, AccountDomain, Agent, Contact, ContactRole
from accounts.models.customers import ERASED_AT
from accounts.services import match_verified_address

IN_ORDER = [ContactRole.MANAGER, ContactRole.POINT_OF_CONTACT]


@dataclass(frozen=True, slots=True)
class PointsOfContact:
    """How many points of contact an account has named, and how many its plan allows; None for any number."""

    named: int
    allowed: int | None

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else max(0, self.allowed - self.named)


def list_account_contacts(account: Account) -> QuerySet[Contact]:
    """The account's contacts: managers, then points of contact, then the others, each by name."""
    place = Case(
        *(When(role=role, then=Value(n)) for n, role in enumerate(IN_ORDER)), default=Value(9)
    )
    people = Contact.objects.filter(desk=account.desk_id, account=account)
    return people.exclude(email__endswith=ERASED_AT).order_by(place, Lower("name"), "email")


def count_points_of_contact(account: Account) -> PointsOfContact:
    """Two queries at most."""
    named = list_account_contacts(account).filter(role=ContactRole.POINT_OF_CONTACT).count()
    return PointsOfContact(named, account.plan.points_of_contact if account.plan else None)


def get_colleague_error(*, account: Account, email: str) -> str | None:
    """Why a manager of the account may not invite an address, in one sentence, or None when they may.

    What else the desk knows of the address is not told.
    """
    address = normalize_email(email)
    known = list_account_contacts(account).filter(email=address).first()
    if known and (known.user_id is not None or known.role == ContactRole.MANAGER):
        return f"{address} is one of you already."
    is_agent = Agent.objects.filter(desk=account.desk_id, user__email=address).exists()
    match = match_verified_address(desk=account.desk, email=address)
    if match.account_id == account.pk and not is_agent:
        return None
    domains = AccountDomain.objects.filter(account=account).values_list("domain", flat=True)
    if not domains:
        return "Ask us to invite people: no e-mail domain of yours is set up here."
    return f"You can invite people with an address at {' or '.join(domains)}."
