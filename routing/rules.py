"""Which department a request belongs to. Pure: facts in, kind and reason out (M46-M48, M50)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import AccountStatus, DepartmentKind

TRIALS = {AccountStatus.TRIAL, AccountStatus.POTENTIAL, AccountStatus.POTENTIAL_VIP}


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What routing needs to know of the account behind a request."""

    name: str
    status: str
    plan: str  # "" for none


def choose_department(
    account: AccountFacts | None, *, is_unverified: bool
) -> tuple[DepartmentKind, str]:
    """The kind of department, and why in one sentence."""
    if is_unverified:
        return (
            DepartmentKind.COMMUNITY,
            "The sender is not proven, so no account's contract applies.",
        )
    if account is None:
        return DepartmentKind.COMMUNITY, "The sender belongs to no account."
    label = AccountStatus(account.status).label
    if account.status in TRIALS:
        return DepartmentKind.TRIALS, f"{account.name} has the status {label}."
    if account.status == AccountStatus.COMMUNITY:
        return DepartmentKind.COMMUNITY, f"{account.name} has the status {label}."
    if not account.plan:
        return DepartmentKind.COMMUNITY, f"{account.name} is a customer without a support plan."
    return DepartmentKind.PAID, f"{account.name} is a customer with the plan {account.plan}."
