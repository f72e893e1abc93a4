"""HTTP requests to URLs of an admin, never into our own network.

In production only https to port 443 of the named hosts, and only to public IP addresses, unless the
operator lists the host (OUTGOING_ALLOWED_HOSTS). The
address is checked and then connected to, so that a name that changes in between gains nothing.
Redirects are not followed; .netrc and proxies of the environment are not used, but OUTGOING_PROXY
is, except for listed hosts. Other modes (demo, tests) may reach
fakes on this machine. No database connection is held during a request, and a slow response is cut
off, so that one desk's slow host can't affect the others.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager
from urllib3.util.connection import create_connection

from accounts.network.addresses import (
    HTTPS_PORT,
    find_url_problem,
    is_internal,
    resolve_public_addresses,
)
from accounts.network.deadlines import Connections, watch_connection
from accounts.network.errors import (
    ForbiddenAddressError,
    RequestProblem,
    UnreachableError,
    UrlProblem,
)
from accounts.network.proxy import Proxy, open_tunnel
from accounts.tenancy import release_connection

TIMEOUT = (5, 20)  # seconds to connect, and between two bytes
MAX_SECONDS = 60.0  # for one response, from the request to the last byte
MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Response:
    """A response with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Guarded:
    """Connects to an address that was looked up and checked, instead of to a host name."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            # Not the name: a second lookup could return another address.
            address = resolve_public_addresses(self.host, self.port)[0]
            proxy = None if is_internal(self.host.lower(), self.port) else settings.PROXY
            if proxy is None:
                return self._connect((address, self.port))
            return self._connect_through(proxy, address)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} took too long.") from error
        except OSError as error:
            raise NewConnectionError(self, f"{self.host} cannot be reached: {error}") from error

    def _connect(self: Any, address: tuple[str, int]) -> socket.socket:
        connected = create_connection(
            address,
            self.timeout,
            source_address=self.source_address,
            socket_options=self.socket_options,
        )
        watch_connection(connected)
        return connected

    def _connect_through(self: Any, proxy: Proxy, address: str) -> socket.socket:
        try:
            connected = self._connect(proxy.address)
        except OSError as error:
            raise UnreachableError(RequestProblem.NO_PROXY) from error
        with ExitStack() as unless_open:
            unless_open.callback(connected.close)
            open_tunnel(connected, proxy, address, self.port, self.host)
            unless_open.pop_all()
        return connected


class _HttpConnection(_Guarded, HTTPConnection):
    pass


class _HttpsConnection(_Guarded, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kwargs: Any
    ) -> None:
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, **kwargs
        )
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _InternalAdapter(_Adapter):
    """Also accepts certificates of the operator's own authorities (OUTGOING_CA)."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # requests adds the public authorities
        context.load_verify_locations(settings.OUTGOING_CA)
        super().init_poolmanager(*args, **kwargs, ssl_context=context)


class GuardedSession:
    """A session for requests to a few named hosts. Use it as a context manager.

    seconds: the limit for one whole response. Its size has a limit per request. public_only: for
    URLs that come from others than admins; they never lead to internal systems.
    """

    def __init__(
        self, hosts: Collection[str], *, seconds: float = MAX_SECONDS, public_only: bool = False
    ) -> None:
        self.public_only = public_only
        self.hosts = frozenset(host.lower() for host in hosts)
        self.seconds = seconds
        self.connections = Connections()
        self.session = requests.Session()
        self.session.trust_env = False
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Adapter(pool_connections=2, pool_maxsize=1))
        if settings.OUTGOING_CA:
            self._trust_authorities()

    def __enter__(self) -> GuardedSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()
        self.connections.close()

    def request(
        self, method: str, url: str, *, max_bytes: int = MAX_BYTES, **kwargs: Any
    ) -> Response:
        """Send one request (keyword arguments as in requests) and read at most max_bytes.

        Raises ForbiddenAddressError before anything is sent, and UnreachableError.
        """
        self._refuse_forbidden(url)
        release_connection()
        host = urlsplit(url).hostname
        to_connect, to_read = (min(limit, self.seconds) for limit in TIMEOUT)
        with self.connections.deadline(self.seconds) as is_late:
            try:
                with self.session.request(
                    method,
                    url,
                    timeout=(to_connect, to_read),
                    allow_redirects=False,
                    stream=True,
                    **kwargs,
                ) as response:
                    body = _read(response, max_bytes)
                    answered = Response(response.status_code, response.headers, body)
            except (requests.RequestException, ValueError) as error:  # as of an odd Location
                if not is_late.is_set():
                    raise _explain(error, host) from error
        if is_late.is_set():
            raise UnreachableError(RequestProblem.TOO_SLOW, {"host": host, "seconds": self.seconds})
        return answered

    def _refuse_forbidden(self, url: str) -> None:
        if problem := find_url_problem(url, self.hosts):
            raise ForbiddenAddressError(*problem)
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if self.public_only and is_internal(host, parts.port):
            raise ForbiddenAddressError(UrlProblem.NOT_PUBLIC, {"host": host})

    def _trust_authorities(self) -> None:
        """Accept the operator's authorities for the listed hosts, and for no others."""
        for host, port in settings.INTERNAL_HOSTS:
            if host in self.hosts:
                adapter = _InternalAdapter(pool_connections=2, pool_maxsize=1)
                name = f"[{host}]" if ":" in host else host
                # With the slash: no longer name or port that starts in the same way.
                self.session.mount(f"https://{name}:{port}/", adapter)
                if port == HTTPS_PORT:
                    self.session.mount(f"https://{name}/", adapter)


def _explain(error: requests.RequestException | ValueError, host: str | None) -> UnreachableError:
    """Return the error for a request that failed. The library's name for it helps with odd ones."""
    is_plain = isinstance(error, requests.ConnectionError | requests.Timeout)
    if is_plain and not isinstance(error, requests.exceptions.SSLError):
        return UnreachableError(RequestProblem.NO_CONNECTION, {"host": host})
    named = {"host": host, "error": type(error).__name__}
    return UnreachableError(RequestProblem.NO_RESPONSE, named)


def _read(response: requests.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > max_bytes:
            raise UnreachableError(RequestProblem.TOO_LARGE)
    return bytes(body)
