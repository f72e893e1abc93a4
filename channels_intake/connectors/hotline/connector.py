"""The connector of Freshcaller: events that the desk's app forwards, and a poll of the API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import (
    FieldKind,
    Polled,
    RawEvent,
    RemoteFile,
    SetupField,
)
from channels_intake.connections.reading import find_id, get_line, list_parts
from channels_intake.connectors.hotline.client import (
    ask,
    fetch_recording,
    format_time,
    list_pages,
)
from channels_intake.connectors.hotline.payloads import read_event, read_statuses, read_users
from channels_intake.models import Connection
from channels_intake.telephone.facts import Call
from channels_intake.telephone.phone_system import AGENTS, CALLBACK, COUNTRY, PhoneSystem
from channels_intake.telephone.staff import CONNECTED, CONNECTED_AT, USERS

CALLS, USER_LIST, STATUSES = "/api/v1/calls", "/api/v1/users", "/api/v1/user_statuses"
INTERVAL = timedelta(minutes=1)
OVERLAP = timedelta(hours=3)  # calls change until they are over and their recording is stored
USERS_FOR = timedelta(hours=1)
UNKNOWN_FOR = timedelta(minutes=5)  # until the users are asked for again because of a new one


class HotlineConnector(PhoneSystem):
    """Calls at Freshcaller, also known as Freshdesk Contact Center."""

    header = "Authorization"
    purpose = _("Calls, recordings, voicemails, and which agents are available.")
    fields = (
        SetupField(
            "external_id",
            _("Account"),
            _("The first part of your address: acme for acme.freshcaller.com."),
        ),
        SetupField(
            "api_key",
            _("API key"),
            _(
                "In Freshcaller, under Admin > API settings. Use the key of a user who can "
                "see all calls."
            ),
            FieldKind.SEALED,
        ),
        SetupField(
            "secret",
            _("Secret"),
            _("At least 24 characters. Enter the same secret in the app that forwards events."),
            FieldKind.SEALED,
        ),
        COUNTRY,
        CALLBACK,
        AGENTS,
    )
    steps = (
        _("Build the app described in docs/hotline.md, and install it in Freshcaller."),
        _("In the app's settings, enter the secret, and the host and path of %(hook_url)s."),
    )

    def sign(self, body: bytes, secret: str) -> str:
        """Return the app's secret. The runtime of such apps documents no way to sign a body."""
        return f"Bearer {secret}"

    def read(self, connection: Connection, raw: bytes) -> Call:
        """Return the call in a stored event."""
        return read_event(raw, country=connection.settings.get("country", ""))

    def poll(self, connection: Connection, *, at: datetime) -> Polled:
        """Return calls of the last hours that changed, and note who is connected."""
        cursor = dict(connection.cursor)
        since = _read_time(cursor.get("from")) or at - INTERVAL
        pages = list_pages(
            connection,
            CALLS,
            at=at,
            **{"by_time[from]": format_time(since - OVERLAP), "by_time[to]": format_time(at)},
        )
        events = tuple(_list_events(pages, since=_read_time(cursor.get("begin")) or since))
        begin = cursor.get("begin") or since.isoformat()
        cursor |= {"from": at.isoformat(), "begin": begin}
        return Polled(events, cursor | _ask_presence(connection, cursor, at=at), at + INTERVAL)

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a recording or voicemail."""
        return fetch_recording(connection, file.url, at=at)

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Ask for a call and for the agents' states, as the poll does."""
        try:
            ask(connection, CALLS, at=at, per_page=1, page=1)
            ask(connection, STATUSES, at=at)
        except (CallLaterError, CallRefusedError) as error:
            if error.status in (401, 403):
                return _now("Freshcaller doesn't accept the API key, or its user can't see calls.")
            return _now("Freshcaller didn't answer: %(error)s") % {"error": error}
        return ""


def _list_events(pages: Iterable[Mapping[str, Any]], *, since: datetime) -> Iterable[RawEvent]:
    """Yield the calls that began after the connection was made, each version once."""
    for call in (call for page in pages for call in list_parts(page, "calls")):
        created = _read_time(call.get("created_time"))
        if created is None or created >= since:
            version = get_line(call, "updated_time")
            raw = json.dumps({"call": call}, sort_keys=True, separators=(",", ":")).encode()
            yield RawEvent(raw, f"poll:{find_id(call, 'id')}:{version}" if version else "")


def _ask_presence(
    connection: Connection, cursor: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:
    """Return the vendor's users and which of them are connected.

    A key that may see calls but no users keeps the calls coming; the check says what is missing.
    """
    found: dict[str, Any] = {}
    try:
        connected = read_statuses(ask(connection, STATUSES, at=at))
        if _needs_users(cursor, connected, at=at):
            found[USERS] = read_users(list(list_pages(connection, USER_LIST, at=at)))
            found["users_at"] = at.isoformat()
        found |= {CONNECTED: connected, CONNECTED_AT: at.isoformat()}
    except CallRefusedError:
        return {CONNECTED: {}, CONNECTED_AT: ""}
    return found


def _needs_users(cursor: Mapping[str, Any], connected: Mapping[str, bool], *, at: datetime) -> bool:
    """Return True if the known users are old, or someone else has a state."""
    asked_at = _read_time(cursor.get("users_at"))
    is_new = bool(connected.keys() - cursor.get(USERS, {}).keys() - {""})
    return asked_at is None or at - asked_at >= (UNKNOWN_FOR if is_new else USERS_FOR)


def _read_time(value: object) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None
