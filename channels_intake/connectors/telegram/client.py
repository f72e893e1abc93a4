"""Requests to the Bot API. The bot's token is a part of the URL, so no URL is logged or shown."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.client import call_vendor, fetch_file, read_answer, read_secrets
from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import find_part, get_line, read_object
from channels_intake.models import Connection

API_URL = "https://api.telegram.org"
TOKEN_SECONDS = 900  # until an admin has entered a new token


def ask_bot(
    connection: Connection, method: str, *, at: datetime, **parameters: Any
) -> Mapping[str, Any]:
    """Call a method of the Bot API and return the object that is its result, or {}."""
    path = f"/bot{read_secrets(connection)['bot_token']}/{method}"
    response = call_vendor(
        connection, "POST", path, base_url=API_URL, at=at, check=check_answer, **_pack(parameters)
    )
    return find_part(read_answer(response), "result")


def _pack(parameters: dict[str, Any]) -> dict[str, Any]:
    files = parameters.pop("files", None)
    return {"data": parameters, "files": files} if files else {"json": parameters}


def fetch_by_path(connection: Connection, file_path: str, *, at: datetime) -> bytes:
    """Return the content of a file, by the path that getFile has given for it."""
    path = f"/file/bot{read_secrets(connection)['bot_token']}/{file_path}"
    return fetch_file(connection, path, base_url=API_URL, at=at)


def check_answer(response: Response, at: datetime) -> None:
    """Raise CallLaterError or CallRefusedError unless Telegram did as it was asked.

    A limit is answered by 429 and the seconds to wait, a token that isn't valid (anymore) by 401 or
    404. Whatever else is refused stays so, such as 403 by a person who has blocked the bot.
    """
    status = response.status
    if 200 <= status < 300:
        return
    said, wait = _read_error(response)
    if status == 429 or wait:
        raise CallLaterError(said, seconds=wait, at_least=5, is_for_all=True, status=status)
    if status >= 500:
        raise CallLaterError(said, is_for_all=True, status=status)
    if status in {401, 404}:
        raise CallLaterError(said, seconds=TOKEN_SECONDS, is_for_all=True, status=401)
    raise CallRefusedError(said, status=status)


def _read_error(response: Response) -> tuple[str, int | None]:
    """Return Telegram's description of an error, and the seconds after which to try again."""
    known: Mapping[str, Any] = {}
    with suppress(UnreadableError):
        known = read_object(response.body)
    wait = find_part(known, "parameters").get("retry_after")
    said = get_line(known, "description")[:200] or str(response.status)
    return said, wait if isinstance(wait, int) and 0 < wait <= 86_400 else None
