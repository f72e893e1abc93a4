"""Who looks after an account: an Account Manager (M70), and a Customer Success Manager if the plan has one (M71)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Account, Agent

ACCOUNT_MANAGER = "Account Manager"
SUCCESS_MANAGER = "Customer Success Manager"


@dataclass(frozen=True, slots=True)
class Manager:
    """A person of the desk as both sides are told of them."""

    title: str
    name: str
    email: str


def get_manager_ids(account: Account | None) -> dict[str, int]:
    """The ids of the agents who look after an account, by title. Reads account.plan: select it with the account."""
    if account is None:
        return {}
    has_success = account.plan is not None and account.plan.has_success_manager
    named = {
        ACCOUNT_MANAGER: account.account_manager_id,
        SUCCESS_MANAGER: account.success_manager_id if has_success else None,
    }
    return {title: pk for title, pk in named.items() if pk is not None}


def list_managers(account: Account | None, agents: Iterable[tuple[int, str, str]]) -> list[Manager]:
    """Who looks after an account, of these agents (id, name, address): those that are switched off are left out."""
    known = {pk: (name, email) for pk, name, email in agents}
    return [
        Manager(title, *known[pk]) for title, pk in get_manager_ids(account).items() if pk in known
    ]


def find_managers(account: Account | None) -> list[Manager]:
    """The same, asked for: one query, none without anybody."""
    ids = get_manager_ids(account)
    if not ids:
        return []
    agents = Agent.objects.filter(pk__in=ids.values(), is_active=True)
    return list_managers(account, agents.values_list("pk", "name", "user__email"))
