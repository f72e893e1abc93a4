"""The default department, if no routing rule decides. Pure (M46-M48, M50)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import AccountStatus, DepartmentKind
from tickets.sentences.reasons import ReasonCode, make_reason

TRIALS = {AccountStatus.TRIAL, AccountStatus.POTENTIAL, AccountStatus.POTENTIAL_VIP}


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Facts about the account behind a request."""

    name: str
    status: str
    plan: str  # "" for none


def choose_department(
    account: AccountFacts | None, *, is_unverified: bool
) -> tuple[DepartmentKind, dict[str, str]]:
    """Return the kind of department for a request, and the reason."""
    if is_unverified:
        return DepartmentKind.COMMUNITY, make_reason(ReasonCode.UNVERIFIED_SENDER)
    if account is None:
        return DepartmentKind.COMMUNITY, make_reason(ReasonCode.NO_ACCOUNT)
    status = AccountStatus(account.status)
    by_status = make_reason(ReasonCode.ACCOUNT_STATUS, account=account.name, status=status.value)
    if status in TRIALS:
        return DepartmentKind.TRIALS, by_status
    if status == AccountStatus.COMMUNITY:
        return DepartmentKind.COMMUNITY, by_status
    if not account.plan:
        reason = make_reason(ReasonCode.ACCOUNT_WITHOUT_PLAN, account=account.name)
        return DepartmentKind.COMMUNITY, reason
    reason = make_reason(ReasonCode.ACCOUNT_WITH_PLAN, account=account.name, plan=account.plan)
    return DepartmentKind.PAID, reason
