"""The account's token (OAuth 2.0 with PKCE): used until it ends, then refreshed.

X takes a refresh token once and gives a new one with the new access token
(docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code), so only one worker refreshes:
the others wait for it, and then find the new token stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.client import read_answer, read_secrets
from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import get_line, read_unix_time
from channels_intake.connectors.x.client import QUARTER, call_x
from channels_intake.models import Connection

PATH = "/2/oauth2/token"
SPARE = timedelta(minutes=2)  # a token that ends sooner is replaced
UNKNOWN_LIFE = 7200  # X's default


def call_as_account(
    connection: Connection, method: str, path: str, *, at: datetime, **kwargs: Any
) -> Response:
    """Send a request by the account's token, once more by a new one if X refuses the first."""
    token = get_token(connection, at=at)
    try:
        return call_x(connection, token, method, path, at=at, **kwargs)
    except CallLaterError as error:
        if error.status != 401:
            raise
    return call_x(
        connection, refresh_token(connection, used=token, at=at), method, path, at=at, **kwargs
    )


def ask_as_account(
    connection: Connection, method: str, path: str, *, at: datetime, **kwargs: Any
) -> Mapping[str, Any]:
    """Return the JSON that X answers the account with."""
    return read_answer(call_as_account(connection, method, path, at=at, **kwargs))


def get_token(connection: Connection, *, at: datetime) -> str:
    """Return the account's token. One that is about to end is replaced before."""
    secrets = read_secrets(connection)
    token, until = secrets.get("access_token", ""), secrets.get("token_until", "")
    if token and (not until or _read_until(until) > at + SPARE):
        return token
    return refresh_token(connection, used=token, at=at)


def refresh_token(connection: Connection, *, used: str, at: datetime) -> str:
    """Return a new token instead of the used one, and store it with its own refresh token."""
    with transaction.atomic():
        _wait_for_others(connection)
        connection.refresh_from_db(fields=["sealed_secrets"])
        secrets = read_secrets(connection)
        if (stored := secrets.get("access_token", "")) and stored != used:
            return stored
        answer = _request(connection, secrets, at=at)
        before = connection.sealed_secrets
        life = answer.get("expires_in")
        life = life if isinstance(life, int) and 0 < life < 10**8 else UNKNOWN_LIFE
        connection.enter_secrets(
            access_token=get_line(answer, "access_token"),
            refresh_token=get_line(answer, "refresh_token"),
            token_until=str(int(at.timestamp()) + life),
        )
        # Not if an admin has entered other secrets meanwhile.
        same = Connection.objects.filter(pk=connection.pk, sealed_secrets=before)
        same.update(sealed_secrets=connection.sealed_secrets)
    return get_line(answer, "access_token")


def _wait_for_others(connection: Connection) -> None:
    with database.cursor() as cursor:
        key = f"x token {connection.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _request(
    connection: Connection, secrets: Mapping[str, str], *, at: datetime
) -> Mapping[str, Any]:
    refresh = secrets.get("refresh_token", "")
    client_id = str(connection.settings.get("client_id", ""))
    if not refresh:
        raise _refuse(_("The refresh token is missing. Enter one."))
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": client_id}
    client = (client_id, secrets.get("client_secret", ""))
    try:
        answer = read_answer(call_x(connection, "", "POST", PATH, at=at, data=form, auth=client))
    except CallRefusedError as error:
        raise _refuse(str(error)) from error
    if not get_line(answer, "access_token"):
        raise _refuse(_("The response isn't a token."))
    return answer


def _refuse(error: str) -> CallLaterError:
    """Return the error of a token that an admin must replace. Nothing is lost until then."""
    why = _("X no longer accepts the account's tokens. Enter new ones: %(error)s") % {
        "error": error
    }
    return CallLaterError(why, seconds=QUARTER, is_for_all=True, status=401)


def _read_until(text: str) -> datetime:
    try:
        return read_unix_time(text)
    except UnreadableError:
        return datetime.min.replace(tzinfo=UTC)
