"""Reactions to changes of accounts: new terms, and people who leave.

The followers are in higher layers, so settings names them: a short key and the dotted path of a
function. They run in the transaction of the change; if one raises, everything is rolled back. They
mark long-running work, and do it after commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Contact


def notify_terms_changed(desk_id: int, account_ids: Sequence[int], at: datetime) -> None:
    """Call the followers for accounts whose plan or status has changed (ACCOUNT_FOLLOWERS).

    Their tickets move and SLA clocks are recomputed. The caller locked the accounts' rows before
    reading them, because tickets are opened meanwhile.
    """
    if not account_ids:
        return
    for path in settings.ACCOUNT_FOLLOWERS.values():
        import_string(path)(desk_id=desk_id, account_ids=list(account_ids), at=at)


def notify_people_left(
    desk_id: int, left: Mapping[int, int], at: datetime, *, by: Contact | None = None
) -> None:
    """Call the followers for contacts who left their account (DEPARTURE_FOLLOWERS).

    left: contact id -> id of the account they left, for another one or none. The caller has locked
    the contacts' rows and saved them. by: the manager who removed the person; None for the desk.
    """
    if not left:
        return
    for path in settings.DEPARTURE_FOLLOWERS.values():
        import_string(path)(desk_id=desk_id, left=dict(left), by=by, at=at)
