"""Search for contacts and accounts; names of priorities. Tickets: tickets/search."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account, Contact, Desk
from tickets.models import Priority, Ticket, TicketEvent
from tickets.search.characters import fold
from tickets.search.words import prepare

MAX_SEARCH_LENGTH = 1000  # characters that are read of what is typed or pasted
MAX_NAME_WORDS = 8
MAX_COUNTED = 1000


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


def _search_names(function: str, desk: Desk, words: str, limit: int) -> list[int]:
    names = make_names_query(words[:MAX_SEARCH_LENGTH])
    if not names:
        return []
    with connection.cursor() as cursor:
        statement = f"SELECT id FROM {function}(%s, %s, %s)"  # noqa: S608 (a name of our own)
        cursor.execute(statement, [desk.pk, names, limit])
        return [found for (found,) in cursor.fetchall()]
