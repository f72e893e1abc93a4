"""HTTP client of GitHub and GitLab: sign-in and pages. responses.py knows what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import ModuleType, TracebackType
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from requests.utils import parse_header_links

from accounts.logins.sealing import UnsealError
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.calls.responses import HOUR, check_response, read_json
from channels_intake.code_hosts import github, gitlab
from channels_intake.code_hosts.app_tokens import AppToken, get_stored_token, request_token
from channels_intake.models import CodeHost, HostKind, SignIn

SECONDS = 20.0  # for one response
MAX_PAGES = 100
VENDORS: dict[str, ModuleType] = {HostKind.GITHUB: github, HostKind.GITLAB: gitlab}


def get_vendor(host: CodeHost) -> Any:
    """Return the module that knows a host's payloads, URLs and paths."""
    return VENDORS[host.kind]


class HostClient:
    """Requests to one repository's host. Use it as a context manager; it keeps the connection."""

    def __init__(self, host: CodeHost, at: datetime) -> None:
        self.host, self.at, self.vendor = host, at, get_vendor(host)
        self.is_renewed = False
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
            links = parse_header_links(response.headers.get("Link", ""))
            url, given = next((each["url"] for each in links if each.get("rel") == "next"), ""), {}
            if not url:
                return
        raise CallRefusedError(_("The list has more than %(pages)s pages.") % {"pages": MAX_PAGES})

    def renew_token(self) -> AppToken:
        """Get a new token of the app's installation. Raises CallLaterError, CallRefusedError."""
        try:
            got = request_token(self.host, self._exchange, at=self.at)
        except UnsealError as error:
            raise _ask_for_secret(error) from error
        self.is_renewed = True
        return got

    def _send(self, method: str, url: str, **kwargs: Any) -> Response:
        response = self._exchange(method, url, self._get_token(), **kwargs)
        if response.status == 401 and self.host.sign_in == SignIn.APP and not self.is_renewed:
            # It was revoked before its end, such as when the app was installed anew.
            response = self._exchange(method, url, self.renew_token().token, **kwargs)
        check_response(response, self.at)
        return response

    def _get_token(self) -> str:
        try:
            if self.host.sign_in != SignIn.APP:
                return self.host.token
            known = get_stored_token(self.host, at=self.at)
        except UnsealError as error:
            raise _ask_for_secret(error) from error
        return known or self.renew_token().token

    def _exchange(self, method: str, url: str, token: str, **kwargs: Any) -> Response:
        headers = self.vendor.build_headers(token)
        try:
            return self.out.request(method, url, headers=headers, **kwargs)
        except UnreachableError as error:
            raise CallLaterError(str(error), is_for_all=True) from error
        except ForbiddenAddressError as error:
            raise CallRefusedError(str(error)) from error


def _ask_for_secret(error: UnsealError) -> CallLaterError:
    return CallLaterError(str(error), seconds=HOUR, is_for_all=True)
