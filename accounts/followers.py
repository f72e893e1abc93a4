"""Reactions to a change of an account's plan or status: tickets move and SLA clocks are recomputed.

The followers are in higher layers, so settings.ACCOUNT_FOLLOWERS names them: a short key and the
dotted path of a function that takes desk_id, account_ids and at. They run in the transaction of the
change; if one raises, everything is rolled back. They mark long-running work, and do it after
commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string


def notify_terms_changed(desk_id: int, account_ids: Sequence[int], at: datetime) -> None:
    """Call the followers for accounts whose plan or status has changed.

    The caller locked the accounts' rows before reading them, because tickets are opened meanwhile.
    """
    if not account_ids:
        return
    for path in settings.ACCOUNT_FOLLOWERS.values():
        import_string(path)(desk_id=desk_id, account_ids=list(account_ids), at=at)
