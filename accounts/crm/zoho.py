"""Client of Zoho CRM's REST API, version 8: sign-in with a refresh token, records, notifications.

As Zoho's documentation says (records, notifications, OAuth 2.0): records come in pages of 200 by
`page_token`, which is bound to the other parameters and valid for a day; `If-Modified-Since`
answers 304 if nothing is new; 204 means no records; an access token is valid for an hour, and at
most ten are issued in ten minutes, so a valid one is stored with the connection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from accounts.crm.reasons import CrmReason
from accounts.crm.source import CrmBusyError, CrmRefusedError, Page, PageLostError
from accounts.logins.sealing import UnsealError, seal
from accounts.models import CrmConnection
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from accounts.sentences import Problem

PER_PAGE = 200
IDS_AT_ONCE = 100
TOKEN_LIFE = timedelta(minutes=55)  # of an hour
TOKENS_USED_UP_SECONDS = 600
LATER_SECONDS = 60
MAX_WAIT_SECONDS = 24 * 3600

BUSY_CODES = {"TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED", "API_LIMIT_EXCEEDED", "INTERNAL_ERROR"}
LOST_CODES = {"TOKEN_BOUND_DATA_MISMATCH", "EXPIRED_VALUE"}
BAD_TOKEN_CODES = {"INVALID_TOKEN", "AUTHENTICATION_FAILURE", "UNAUTHORIZED"}


class ZohoSource:
    """The CRM client of one connection. Use it as a context manager; it keeps connections open."""

    def __init__(self, connection: CrmConnection, at: datetime) -> None:
        self.connection, self.at = connection, at
        hosts = [
            urlsplit(url).hostname or "" for url in (connection.accounts_url, connection.api_url)
        ]
        self.out = GuardedSession(hosts)

    def __enter__(self) -> ZohoSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.out.session.close()

    def fetch_page(
        self, module: str, fields: Sequence[str], since: datetime | None, token: str
    ) -> Page:
        """Return one page of a module. Raises CrmBusyError, CrmRefusedError, PageLostError."""
        params = {
            "fields": ",".join(fields),
            "per_page": str(PER_PAGE),
            "sort_by": "id",
            "sort_order": "asc",
        } | ({"page_token": token} if token else {})
        headers = {"If-Modified-Since": since.isoformat(timespec="seconds")} if since else {}
        return _read_page(self._get(f"/crm/v8/{module}", params, headers))

    def fetch_records(self, module: str, fields: Sequence[str], ids: Sequence[str]) -> Page:
        """Return the records with these IDs, at most 100. Deleted ones are left out."""
        if len(ids) > IDS_AT_ONCE:
            raise ValueError(f"At most {IDS_AT_ONCE} records can be requested at once.")
        return _read_page(
            self._get(f"/crm/v8/{module}", {"ids": ",".join(ids), "fields": ",".join(fields)}, {})
        )

    def watch(self, modules: Sequence[str], until: datetime, *, is_new: bool) -> None:
        """Open or renew a channel that reports changes to `notify_url`, for at most a week."""
        channel = {
            "channel_id": self.connection.channel_id,
            "events": [f"{module}.all" for module in modules],
            "channel_expiry": until.isoformat(timespec="seconds"),
            "token": self._secret("channel_token"),
            "notify_url": self.connection.notify_url,
        }
        body = json.dumps({"watch": [channel]})
        headers = {"Content-Type": "application/json"}
        answer = self._ask(
            "POST" if is_new else "PUT", "/crm/v8/actions/watch", headers=headers, data=body
        )
        results = _read_json(answer).get("watch") or [{}]
        if results[0].get("code") != "SUCCESS":
            raise CrmRefusedError(CrmReason.CRM_ERROR, {"error": _describe_error(results[0])})

    def _get(self, path: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        return self._ask("GET", path, params=params, headers=headers)

    def _ask(
        self, method: str, path: str, *, headers: Mapping[str, str], **kwargs: Any
    ) -> Response:
        """Send a request with the stored access token; if Zoho rejects it, again with a new one."""
        kept = self._kept_token()
        for token in (kept, "") if kept else ("",):
            signed = {**headers, "Authorization": f"Zoho-oauthtoken {token or self._fresh_token()}"}
            answer = self._send(method, self.connection.api_url + path, headers=signed, **kwargs)
            if not (answer.status == 401 and _read_json(answer).get("code") in BAD_TOKEN_CODES):
                break
        return _check_answer(answer)

    def _send(self, method: str, url: str, **kwargs: Any) -> Response:
        try:
            return self.out.request(method, url, **kwargs)
        except UnreachableError as error:
            raise CrmBusyError(*error.problem, LATER_SECONDS) from error
        except ForbiddenAddressError as error:
            raise CrmRefusedError(*error.problem) from error

    def _secret(self, name: str) -> str:
        try:
            return str(getattr(self.connection, name))
        except UnsealError as error:
            raise CrmRefusedError(*error.problem) from error

    def _kept_token(self) -> str:
        until = self.connection.access_token_until
        return self._secret("access_token") if until and until > self.at else ""

    def _fresh_token(self) -> str:
        """Get an access token and store it with the connection."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self.connection.client_id,
            "client_secret": self._secret("client_secret"),
            "refresh_token": self._secret("refresh_token"),
        }
        answer = self._send("POST", self.connection.accounts_url + "/oauth/v2/token", data=form)
        granted = _read_json(answer)
        token = str(granted.get("access_token") or "")
        if not token:
            raise _no_token(answer, granted)
        _check_api_domain(str(granted.get("api_domain") or ""), self.connection.api_url)
        self.connection.sealed_access_token = seal(token)
        self.connection.access_token_until = self.at + TOKEN_LIFE
        self.connection.save(update_fields=["sealed_access_token", "access_token_until"])
        return token


def _no_token(answer: Response, granted: Mapping[str, Any]) -> Exception:
    """Return the error for a response without a token.

    Zoho refuses with 200 or 400 and `error`; "Access Denied" means too many tokens at once.
    """
    error = str(granted.get("error") or f"status {answer.status}")
    if error.lower().replace("_", " ") == "access denied" or answer.status == 429:
        return CrmBusyError(CrmReason.SIGN_IN_LIMIT, {}, TOKENS_USED_UP_SECONDS)
    if answer.status >= 500:
        return CrmBusyError(CrmReason.SIGN_IN_FAILED, {"error": error}, LATER_SECONDS)
    return CrmRefusedError(CrmReason.CREDENTIALS_REJECTED, {"error": error[:200]})


def _check_api_domain(told: str, known: str) -> None:
    if told and urlsplit(told).hostname != urlsplit(known).hostname:
        raise CrmRefusedError(CrmReason.OTHER_API_URL, {"url": told[:200]})


def _check_answer(answer: Response) -> Response:
    """Return a successful response; raise the matching error for any other."""
    if answer.status in {200, 201, 204, 304}:
        return answer
    error = _read_json(answer)
    code, problem = str(error.get("code") or ""), _find_problem(answer, error)
    if answer.status == 429 or answer.status >= 500 or code in BUSY_CODES:
        raise CrmBusyError(*problem, _get_wait(answer, error))
    if code in LOST_CODES or (code == "INVALID_DATA" and _get_parameter(error) == "page_token"):
        raise PageLostError(*problem)
    raise CrmRefusedError(*problem)


def _find_problem(answer: Response, error: Mapping[str, Any]) -> Problem:
    """Return Zoho's own words, as they came, or the status of a response without any."""
    if said := _describe_error(error):
        return Problem(CrmReason.CRM_ERROR, {"error": said})
    return Problem(CrmReason.BAD_STATUS, {"status": answer.status})


def _get_wait(answer: Response, error: Mapping[str, Any]) -> int:
    details = error.get("details")
    inside = details.get("retry_after") if isinstance(details, Mapping) else None
    text = str(answer.headers.get("Retry-After") or inside or "")
    return min(int(text), MAX_WAIT_SECONDS) if text.isdecimal() else LATER_SECONDS


def _get_parameter(error: Mapping[str, Any]) -> str:
    details = error.get("details")
    return str(details.get("param_name") or "") if isinstance(details, Mapping) else ""


def _describe_error(error: Mapping[str, Any]) -> str:
    parts = [str(error.get("code") or ""), str(error.get("message") or ""), _get_parameter(error)]
    return ": ".join(part[:200] for part in parts if part)


def _read_page(answer: Response) -> Page:
    if answer.status in {204, 304}:
        return Page(())
    content = _read_json(answer)
    records, info = content.get("data"), content.get("info") or {}
    if not isinstance(records, list) or not isinstance(info, Mapping):
        raise CrmBusyError(CrmReason.NO_RECORDS, {}, LATER_SECONDS)
    token = str(info.get("next_page_token") or "") if info.get("more_records") else ""
    if info.get("more_records") and not token:
        raise CrmBusyError(CrmReason.NO_NEXT_PAGE, {}, LATER_SECONDS)
    return Page(tuple(record for record in records if isinstance(record, Mapping)), token)


def _read_json(answer: Response) -> dict[str, Any]:
    try:
        content = json.loads(answer.body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
