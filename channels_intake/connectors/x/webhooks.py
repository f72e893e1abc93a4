"""X's side of the webhook: registered, subscribed, valid, and replayed after it was not.

X marks a webhook as invalid that fails its check, and then delivers nothing
(docs.x.com/x-api/webhooks). It is looked at every quarter of an hour and validated again; what was
missed in between is replayed. Whatever is delivered twice by that counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import Polled
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connections.reading import find_id, find_part, get_line, list_parts
from channels_intake.connectors.x.client import ask_as_app
from channels_intake.connectors.x.tokens import ask_as_account
from channels_intake.models import Connection

SUBSCRIPTIONS = "/2/activity/subscriptions"
CUSTOMERS = ("post.mention.create", "dm.received", "chat.received")
OWN = ("post.create", "post.delete", "dm.sent")  # what the account writes outside of Plumbline
EVERY = timedelta(minutes=15)
# As of replays of the Account Activity API; the page on webhooks names no limits of its own.
OLDEST, NEWEST_FROM, NEWEST_TO = timedelta(days=5), timedelta(minutes=31), timedelta(minutes=10)
MAX_PAGES = 10


def connect(connection: Connection, *, at: datetime) -> None:
    """Register the webhook, have X check it, and subscribe to the account's events."""
    hook = find_hook(connection, at=at)
    if hook is None:
        body = {"url": get_hook_url(connection)}
        hook = find_part(ask_as_app(connection, "POST", "/2/webhooks", at=at, json=body), "data")
    elif not hook.get("valid"):
        validate(connection, find_id(hook, "id"), at=at)
    hook_id = find_id(hook, "id")
    known = _list_subscribed(connection, hook_id, at=at)
    has_own = connection.settings.get("includes_own", True)
    for kind in CUSTOMERS + (OWN if has_own else ()):
        if kind not in known:
            wanted = {"event_type": kind, "filter": {"user_id": connection.external_id}}
            wanted |= {"webhook_id": hook_id, "tag": "plumbline"}
            # Private events: the account itself must have allowed the app to get them.
            ask_as_account(connection, "POST", SUBSCRIPTIONS, at=at, json=wanted)


def find_hook(connection: Connection, *, at: datetime) -> Mapping[str, Any] | None:
    """Return X's record of this connection's webhook, or None."""
    hooks = list_parts(ask_as_app(connection, "GET", "/2/webhooks", at=at), "data")
    url = get_hook_url(connection)
    return next((hook for hook in hooks if get_line(hook, "url") == url), None)


def validate(connection: Connection, hook_id: str, *, at: datetime) -> bool:
    """Have X check the webhook again. Return True if it is valid now."""
    answer = ask_as_app(connection, "PUT", f"/2/webhooks/{hook_id}", at=at)
    return bool(find_part(answer, "data").get("valid"))


def watch(connection: Connection, *, at: datetime) -> Polled:
    """Look at the webhook, and order what was missed while it was invalid.

    cursor: "valid_at", when it was seen valid last; "missed_from" and "missed_to", if something is
    to be replayed. Raises the errors of calls/ if it can't be made valid.
    """
    cursor = dict(connection.cursor)
    hook = find_hook(connection, at=at)
    if hook is None:
        raise CallRefusedError(
            _("X has no webhook for this channel. Test the connection to register it.")
        )
    hook_id = find_id(hook, "id")
    if not hook.get("valid"):
        if not validate(connection, hook_id, at=at):
            raise CallLaterError(_("X can't reach this channel's webhook."))
        _note_missed(cursor, at=at)
    elif _read_time(cursor, "valid_at", at) < at - 2 * EVERY:
        _note_missed(cursor, at=at)  # nobody has looked, as while Plumbline was down itself
    cursor["valid_at"] = at.isoformat()
    if "missed_from" in cursor and _replay(connection, hook_id, cursor, at=at):
        del cursor["missed_from"], cursor["missed_to"]
    return Polled((), cursor, at + EVERY)


def _note_missed(cursor: dict[str, str], *, at: datetime) -> None:
    cursor.setdefault("missed_from", cursor.get("valid_at") or at.isoformat())
    cursor["missed_to"] = at.isoformat()


def _read_time(cursor: Mapping[str, str], name: str, default: datetime) -> datetime:
    return parse_datetime(cursor.get(name, "")) or default


def _replay(
    connection: Connection, hook_id: str, cursor: Mapping[str, str], *, at: datetime
) -> bool:
    """Order a replay. Return False while X doesn't have the time that was missed yet."""
    start = max(_read_time(cursor, "missed_from", at), at - OLDEST)
    end = _read_time(cursor, "missed_to", at)
    if end > at - NEWEST_TO or start > at - NEWEST_FROM:
        return False
    times = {"from_date": _write_time(start), "to_date": _write_time(end + timedelta(minutes=1))}
    body = {"webhook_id": hook_id, **times}
    ask_as_app(connection, "POST", "/2/webhooks/replay", at=at, json=body)
    return True


def _write_time(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M}"  # in UTC


def _list_subscribed(connection: Connection, hook_id: str, *, at: datetime) -> set[str]:
    """Return the kinds of events that come to this webhook already."""
    found: set[str] = set()
    query: dict[str, str] = {}
    for _page in range(MAX_PAGES):
        answer = ask_as_app(connection, "GET", SUBSCRIPTIONS, at=at, params=query)
        for row in list_parts(answer, "data"):
            is_ours = find_id(find_part(row, "filter"), "user_id") == connection.external_id
            if is_ours and find_id(row, "webhook_id") == hook_id:
                found.add(get_line(row, "event_type"))
        token = get_line(find_part(answer, "meta"), "next_token")
        if not token:
            break
        query = {"pagination_token": token}
    return found
