"""Who reacts to a change of an account's plan or status: open tickets move and their clocks are planned anew.

The followers stand on floors above, so they are named in settings, as those of ticket events are:
``ACCOUNT_FOLLOWERS``, dotted paths of functions that take desk_id, account_ids and at. They are told in the
transaction of the change; if one raises, all rolls back. What takes long they mark there, and do after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string


def notify_terms_changed(desk_id: int, account_ids: Sequence[int], at: datetime) -> None:
    """Tell the followers that these accounts have another plan or status.

    The caller locked the accounts' rows before it read what they were: tickets are being opened under them.
    """
    if not account_ids:
        return
    for path in settings.ACCOUNT_FOLLOWERS:
        import_string(path)(desk_id=desk_id, account_ids=list(account_ids), at=at)
