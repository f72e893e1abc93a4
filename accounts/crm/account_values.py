"""Values of an account that the CRM sync refuses, and the country and home region of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from accounts.crm.mapping import CrmAccount
from accounts.crm.outcomes import ConflictError
from accounts.crm.reasons import CrmReason, combine_problems
from accounts.customers.entitlements import validate_account_terms
from accounts.models import Account, AccountStatus
from accounts.places.countries import find_country_code
from accounts.sentences import Problem


def check_terms(account: Account, changes: dict[str, Any]) -> None:
    """Refuse what an admin could not choose either: see `validate_account_terms`.

    Fields that the record does not change are not checked. Raises ConflictError.
    """
    if not {"plan", "success_manager_id"} & set(changes):
        return
    wanted = Account(
        plan=changes.get("plan", account.plan),
        success_manager_id=changes.get("success_manager_id", account.success_manager_id),
    )
    try:
        validate_account_terms(wanted, before=account)
    except ValidationError as refused:
        problems = [
            Problem(error.code or "", dict(error.params or {}))
            for errors in refused.error_dict.values()
            for error in errors
        ]
        raise ConflictError(*combine_problems(problems)) from refused


def check_status(status: str) -> str:
    """Return a status as it came. Raises ConflictError for one that doesn't exist."""
    if status not in AccountStatus.values:
        raise ConflictError(CrmReason.UNKNOWN_STATUS, {"status": status})
    return status


def find_place(record: CrmAccount, regions: Mapping[str, int]) -> dict[str, Any]:
    """Return the country and the home region of a record. Raises ConflictError for unknown ones.

    A record without a region keeps the one that was chosen here. regions: IDs by name.
    """
    values: dict[str, Any] = {}
    if "country" in record.named:
        values["country"] = find_country_code(record.country) if record.country else ""
        if record.country and not values["country"]:
            raise ConflictError(CrmReason.UNKNOWN_COUNTRY, {"country": record.country})
    if record.home_region:
        if record.home_region not in regions:
            raise ConflictError(CrmReason.UNKNOWN_REGION, {"region": record.home_region})
        values["home_region_id"] = regions[record.home_region]
    return values


def find_line(record: CrmAccount, lines: Mapping[str, int]) -> dict[str, Any]:
    """Return the product line of a record. Raises ConflictError for an unknown one.

    A record without a line keeps the one that was chosen here. lines: IDs by name with product.
    """
    if not record.product_line:
        return {}
    if record.product_line not in lines:
        raise ConflictError(CrmReason.UNKNOWN_PRODUCT_LINE, {"line": record.product_line})
    return {"product_line_id": lines[record.product_line]}
