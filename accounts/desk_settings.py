"""Rules for a desk's settings that concern several of them; the admin site and the API ask them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AccountDomain, Desk

PAUSABLE_STATES = ("investigating", "escalated")


def find_period_errors(
    *,
    reminder_days: int | None,
    silence_days: int | None,
    closed_file_days: int | None,
    reopen_days: int | None,
) -> dict[str, str]:
    """Return why these periods don't go together, by setting. None: invalid by itself. Pure."""
    found = {}
    if reminder_days and silence_days and reminder_days >= silence_days:
        found["reminder_days"] = _("The reminder must come before the ticket closes.")
    if closed_file_days and reopen_days and closed_file_days < reopen_days:
        text = _("A reply can reopen a ticket later. Enter 0, or at least %(days)d days.")
        found["closed_file_days"] = text % {"days": reopen_days}
    return found


def get_free_domains_error(desk: Desk, *, before: Collection[str], after: Collection[str]) -> str:
    """Return why a desk can't have these free email domains, or "": one belongs to an account."""
    owned = AccountDomain.objects.filter(desk=desk).select_related("account")
    for domain in sorted(set(after) - set(before)):
        if row := owned.filter(Q(domain=domain) | Q(domain__endswith=f".{domain}")).first():
            text = _("%(domain)s belongs to %(account)s. Remove it there first.")
            return text % {"domain": row.domain, "account": row.account}
    return ""
