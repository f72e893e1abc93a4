"""HTTP client of GitHub and GitLab: sign-in, pages, and what their errors mean.

GitHub answers 403 or 429 beyond a rate limit: wait for Retry-After, else until X-RateLimit-Reset if
X-RateLimit-Remaining is 0, else a minute if the message says so. GitLab answers 429 with
Retry-After, or RateLimit-Reset. Other refusals are final, except for a token that has expired,
which an admin replaces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import ModuleType, TracebackType
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from accounts.logins.sealing import UnsealError
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.code_hosts import github, gitlab
from channels_intake.models import CodeHost, HostKind

SECONDS = 20.0  # for one response
MINUTE, HOUR, DAY = 60, 3600, 86_400
MAX_PAGES = 100
VENDORS: dict[str, ModuleType] = {HostKind.GITHUB: github, HostKind.GITLAB: gitlab}
_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')


def get_vendor(host: CodeHost) -> Any:
    """Return the module that knows a host's payloads, URLs and paths."""
    return VENDORS[host.kind]


class HostClient:
    """Requests to one repository's host. Use it as a context manager; it keeps the connection."""

    def __init__(self, host: CodeHost, at: datetime) -> None:
        self.host, self.at, self.vendor = host, at, get_vendor(host)
        self.out = GuardedSession([urlsplit(host.base_url).hostname or ""], seconds=SECONDS)

    def __enter__(self) -> HostClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.out.__exit__()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        """Send one request. Raises CallLaterError and CallRefusedError."""
        return self._send(method, self.host.base_url + path, params=params, json=body or None)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the content of a response. Raises CallLaterError and CallRefusedError."""
        return read_json(self.request("GET", path, params=params))

    def list_pages(self, path: str, params: Mapping[str, str]) -> Iterator[Any]:
        """Return the contents of all pages, by the Link header.

        Raises CallLaterError and CallRefusedError, also for a list that has too many pages.
        """
        url, given = self.host.base_url + path, {**params, "per_page": "100"}
        for _page in range(MAX_PAGES):
            response = self._send("GET", url, params=given)
            yield read_json(response)
            found = _NEXT.search(response.headers.get("Link", ""))
            if not found:
                return
            url, given = found[1], {}
        raise CallRefusedError(_("The list has more than %(pages)s pages.") % {"pages": MAX_PAGES})

    def _send(self, method: str, url: str, **kwargs: Any) -> Response:
        try:
            headers = self.vendor.build_headers(self.host.token)
            response = self.out.request(method, url, headers=headers, **kwargs)
        except UnreachableError as error:
            raise CallLaterError(str(error), is_for_all=True) from error
        except ForbiddenAddressError as error:
            raise CallRefusedError(str(error)) from error
        except UnsealError as error:
            raise CallLaterError(str(error), seconds=HOUR, is_for_all=True) from error
        check_response(response, self.at)
        return response


def check_response(response: Response, at: datetime) -> None:
    """Raise CallLaterError or CallRefusedError unless the response is a success."""
    status = response.status
    if 200 <= status < 300:
        return
    said = _get_message(response)
    why = f"{status}: {said}" if said else str(status)
    wait = find_wait(response, said, at)
    if wait is not None:
        raise CallLaterError(why, seconds=wait, is_for_all=True, status=status)
    if status >= 500:
        raise CallLaterError(why, is_for_all=True, status=status)
    if status == 401:
        raise CallLaterError(why, seconds=15 * MINUTE, is_for_all=True, status=status)
    raise CallRefusedError(why, status=status)


def find_wait(response: Response, said: str, at: datetime) -> int | None:
    """Return the seconds that a rate limit asks to wait, or None if it isn't one."""
    if response.status not in {403, 429}:
        return None
    headers = response.headers
    if (text := headers.get("Retry-After", "")).isdecimal():
        return _limit(int(text))
    for name in ("X-RateLimit", "RateLimit"):
        reset = headers.get(f"{name}-Reset", "")
        if headers.get(f"{name}-Remaining") == "0" and reset.isdecimal():
            return _limit(int(reset) - int(at.timestamp()) + 1)
    is_limit = response.status == 429 or "rate limit" in said.lower()
    return MINUTE if is_limit else None


def _limit(seconds: int) -> int:
    return max(1, min(seconds, DAY))


def read_json(response: Response) -> Any:
    """Return the content of a response. Raises CallLaterError if it isn't JSON."""
    try:
        return json.loads(response.body or b"null")
    except (ValueError, RecursionError) as error:
        raise CallLaterError(_("The response isn't JSON."), status=response.status) from error


def _get_message(response: Response) -> str:
    try:
        content = json.loads(response.body or b"{}")
    except (ValueError, RecursionError):
        return ""
    said = content.get("message") or content.get("error") if isinstance(content, dict) else ""
    return str(said or "")[:200]
