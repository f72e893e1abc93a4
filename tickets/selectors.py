"""Search for contacts and accounts; names of priorities. Tickets: tickets/search."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import Case, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.matching import normalize_email
from accounts.models import Account, Contact, Desk
from accounts.models.customers import ERASED_AT
from tickets.models import Priority, Ticket, TicketEvent
from tickets.search.characters import fold
from tickets.search.words import prepare

MAX_SEARCH_LENGTH = 1000  # characters that are read of what is typed or pasted
MAX_NAME_WORDS = 8
MAX_COUNTED = 1000
MAX_OF_ACCOUNT = 5  # contacts of each account that a search for requesters finds

# People by their own names and addresses, also those of merges, and by their account's name or
# domain.
REQUESTERS = """
SELECT id FROM search_contacts(%s, %s, %s)
UNION
SELECT contact_id FROM accounts_mergedcontact WHERE desk_id = %s AND email = %s AND email <> ''
UNION
SELECT person.id FROM (
  SELECT id FROM search_accounts(%s, %s, %s)
  UNION SELECT account_id FROM accounts_accountdomain WHERE desk_id = %s AND domain = %s
) account CROSS JOIN LATERAL (
  SELECT c.id FROM accounts_contact c WHERE c.account_id = account.id
  ORDER BY c.email, c.id LIMIT %s
) person
"""


def get_priority_names(desk: Desk, events: Iterable[TicketEvent]) -> dict[str, str]:
    """Return the names of priorities in the active language, by the desk's own names.

    Empty, and no query, if no event names a priority.
    """
    if not any(event.data.get("priority") for event in events):
        return {}
    return {one.name: one.localized_name for one in Priority.objects.filter(desk=desk)}


def get_priority_deletion_error(priority: Priority) -> str | None:
    """Return why this priority cannot be deleted and what to do instead, or None if it can."""
    count = Ticket.objects.filter(priority=priority)[: MAX_COUNTED + 1].count()
    if not count:
        return None
    if count > MAX_COUNTED:
        return _(
            "%(priority)s can't be deleted because more than %(count)s tickets have it. Retire it "
            "instead: these tickets keep it, and no others can get it."
        ) % {"priority": priority, "count": MAX_COUNTED}
    return ngettext(
        "%(priority)s can't be deleted because %(count)s ticket has it. Retire it instead: the "
        "ticket keeps it, and no other can get it.",
        "%(priority)s can't be deleted because %(count)s tickets have it. Retire it instead: these "
        "tickets keep it, and no others can get it.",
        count,
    ) % {"priority": priority, "count": count}


def make_names_query(words: str) -> str:
    """Return a query for names with words that start with these, or "" for none. Pure."""
    parts = re.findall(r"[^\W_]{2,}", fold(prepare(words)))
    return " & ".join(f"'{part}':*" for part in parts) if len(parts) <= MAX_NAME_WORDS else ""


def search_contacts(*, desk: Desk, words: str, limit: int) -> list[Contact]:
    """Return contacts of the entered desk by the start of words of name and address, by address."""
    ids = _search_names("search_contacts", desk, words, limit)
    return list(Contact.objects.filter(pk__in=ids).select_related("account").order_by("email"))


def search_accounts(*, desk: Desk, words: str, limit: int) -> list[Account]:
    """Return accounts of the entered desk by the start of words of their name, by name."""
    ids = _search_names("search_accounts", desk, words, limit)
    return list(Account.objects.filter(pk__in=ids).select_related("plan").order_by("name"))


def search_requesters(*, desk: Desk, words: str, limit: int) -> list[Contact]:
    """Return contacts by name, address, company or domain, with account and plan. One statement.

    The contact with exactly this address comes first. Erased people aren't found.
    """
    names = make_names_query(words[:MAX_SEARCH_LENGTH])
    if not names:
        return []
    address, domain = normalize_email(words), words.strip().lower().rpartition("@")[2]
    among = [desk.pk, names, limit]
    given = [*among, desk.pk, address, *among, desk.pk, domain, MAX_OF_ACCOUNT]
    ids = RawSQL(REQUESTERS, given)  # noqa: S611 (a statement of our own, with parameters)
    people = Contact.objects.filter(pk__in=ids).select_related("account__plan")
    living = people.exclude(email__endswith=ERASED_AT)
    exact = Case(When(email=address, then=0), default=1) if address else Value(0)
    return list(living.order_by(exact, "name", "email", "pk")[:limit])


def _search_names(function: str, desk: Desk, words: str, limit: int) -> list[int]:
    names = make_names_query(words[:MAX_SEARCH_LENGTH])
    if not names:
        return []
    with connection.cursor() as cursor:
        statement = f"SELECT id FROM {function}(%s, %s, %s)"  # noqa: S608 (a name of our own)
        cursor.execute(statement, [desk.pk, names, limit])
        return [found for (found,) in cursor.fetchall()]
