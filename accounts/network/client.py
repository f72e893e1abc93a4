"""Requests to addresses that an admin entered: never into the own network (reliability.md, security 12).

In production only https to port 443 of the named hosts, only to addresses that are public; the address is
checked and then connected to, so that a name that changes between the two gains nothing. Redirects are not
followed, and neither proxies nor .netrc of the machine are used. Other modes (demo, tests) may reach fakes on
this machine. While the other side is asked no connection of the database is held, and an answer that drips is cut
off: a slow host of one desk takes nothing from the others.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager
from urllib3.util.connection import create_connection

from accounts.network.addresses import (
    ForbiddenAddressError,
    get_url_error,
    resolve_public_addresses,
)
from accounts.network.deadlines import Connections, watch_connection
from accounts.tenancy import release_connection

TIMEOUT = (5, 20)  # seconds to connect, and between two bytes
WHOLE = 60.0  # seconds for one answer, from the question to the last byte
MAX_BYTES = 10 * 1024 * 1024


class UnreachableError(Exception):
    """The other side did not answer, or not in time, or too much."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Guarded:
    """Connects to an address that was looked up and checked, instead of to a name."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            # The checked address itself, not the name: a second look-up could give another one.
            address = resolve_public_addresses(self.host, self.port)[0]
            line = create_connection(
                (address, self.port),
                self.timeout,
                source_address=self.source_address,
                socket_options=self.socket_options,
            )
            watch_connection(line)
            return line
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} took too long.") from error
        except OSError as error:
            raise NewConnectionError(self, f"{self.host} cannot be reached: {error}") from error


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


class GuardedSession:
    """Requests to a few named hosts, on connections that are kept. Use as a context manager.

    seconds: what one answer may take as a whole.
    """

    def __init__(self, hosts: Collection[str], *, seconds: float = WHOLE) -> None:
        self.hosts = frozenset(host.lower() for host in hosts)
        self.seconds = seconds
        self.connections = Connections()
        self.session = requests.Session()
        self.session.trust_env = False
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Adapter(pool_connections=2, pool_maxsize=1))

    def __enter__(self) -> GuardedSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()
        self.connections.close()

    def request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Send one request (`params`, `data`, `headers` as in requests) and read the answer, at most 10 MiB.

        Raises ForbiddenAddressError before anything is sent, and UnreachableError.
        """
        if problem := get_url_error(url, self.hosts):
            raise ForbiddenAddressError(problem)
        release_connection()
        host = urlsplit(url).hostname
        with self.connections.deadline(self.seconds) as is_late:
            try:
                with self.session.request(
                    method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **kwargs
                ) as response:
                    answer = Response(response.status_code, response.headers, _read(response))
            except requests.RequestException as error:
                if not is_late.is_set():
                    raise UnreachableError(
                        f"{host} did not answer: {type(error).__name__}"
                    ) from error
        if is_late.is_set():
            raise UnreachableError(f"{host} took longer than {self.seconds:g} seconds.")
        return answer


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise UnreachableError("The answer is larger than 10 MiB.")
    return bytes(body)
