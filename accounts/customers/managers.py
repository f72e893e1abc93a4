"""Managers of an account: Account Manager (M70) and, by plan, Customer Success Manager (M71)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Account, Agent


@dataclass(frozen=True, slots=True)
class Manager:
    """An account's manager as shown to agents and customers. title: in the active language."""

    title: str
    name: str
    email: str


def get_manager_ids(account: Account | None) -> dict[str, int]:
    """Return the agent IDs of an account's managers by title. Reads account.plan."""
    if account is None:
        return {}
    has_success = account.plan is not None and account.plan.has_success_manager
    named = {
        _("Account Manager"): account.account_manager_id,
        _("Customer Success Manager"): account.success_manager_id if has_success else None,
    }
    return {title: pk for title, pk in named.items() if pk is not None}


def list_managers(account: Account | None, agents: Iterable[tuple[int, str, str]]) -> list[Manager]:
    """Return an account's managers among these active agents (ID, name, email)."""
    known = {pk: (name, email) for pk, name, email in agents}
    return [
        Manager(title, *known[pk]) for title, pk in get_manager_ids(account).items() if pk in known
    ]


def find_managers(account: Account | None) -> list[Manager]:
    """Look up an account's active managers. One query, or none if no manager is named."""
    ids = get_manager_ids(account)
    if not ids:
        return []
    agents = Agent.objects.filter(pk__in=ids.values(), is_active=True)
    return list_managers(account, agents.values_list("pk", "name", "user__email"))
