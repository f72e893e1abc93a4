"""The account filter of ticket lists: find an account by name, with suggestions.

A desk has thousands of accounts, too many to choose from in a list.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Account, Desk
from tickets.selectors import search_accounts

MAX_OFFERED = 10
MAX_NAMED = 3  # in the error about several matches


def list_account_names(desk: Desk, words: str) -> list[str]:
    """Return the names of up to MAX_OFFERED accounts whose words start with the typed ones."""
    return [account.name for account in search_accounts(desk=desk, words=words, limit=MAX_OFFERED)]


def find_account(desk: Desk, name: str) -> Account:
    """Return the account with this name, otherwise the only one whose words start with these.

    Raises ValidationError if there is none or more than one.
    """
    exact = Account.objects.filter(desk=desk, name=name).first()
    if exact is not None:
        return exact
    found = search_accounts(desk=desk, words=name, limit=MAX_OFFERED)
    same = [account for account in found if account.name.casefold() == name.casefold()]
    if len(same) == 1 or len(found) == 1:
        return (same or found)[0]
    raise ValidationError(_describe_failure(name, [account.name for account in found]))


def _describe_failure(name: str, found: list[str]) -> str:
    if not found:
        return _(
            "No account is named “%(name)s”. Check the spelling, or type its first few letters."
        ) % {"name": name}
    names = ", ".join(found[:MAX_NAMED])
    return _("Several accounts match “%(name)s”, such as %(names)s. Type more of the name.") % {
        "name": name,
        "names": names,
    }
