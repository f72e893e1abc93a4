"""Tunnels through the operator's outgoing proxy (OUTGOING_PROXY): CONNECT of RFC 9110, 9.3.6.

The proxy is asked for the address that was looked up and checked here, never for a name, which it
would look up again. TLS goes through the tunnel, so the proxy reads nothing.
"""

from __future__ import annotations

import base64
import re
import socket
from dataclasses import dataclass

from accounts.network.errors import RequestProblem, UnreachableError

MAX_HEADER = 16 * 1024  # bytes of the proxy's answer
END = b"\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. authorization: "user:password", or "" if it asks for none."""

    host: str
    port: int
    authorization: str = ""

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return self.host, self.port


def open_tunnel(connected: socket.socket, proxy: Proxy, address: str, port: int, host: str) -> None:
    """Ask the proxy on this connection to pass everything on to an address.

    host: whose address it is, for the message. Raises UnreachableError, and OSError if the
    connection breaks.
    """
    target = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.authorization:
        encoded = base64.b64encode(proxy.authorization.encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {encoded}")
    connected.sendall("\r\n".join([*lines, "", ""]).encode())
    status = _read_status(connected)
    if not 200 <= status < 300:
        raise UnreachableError(RequestProblem.PROXY_REFUSED, {"host": host, "status": status})


def _read_status(connected: socket.socket) -> int:
    """Read the answer and not a byte more: what follows belongs to the other end of the tunnel."""
    answer = bytearray()
    while not answer.endswith(END):
        if len(answer) >= MAX_HEADER:
            raise ConnectionError("answer_too_long")
        byte = connected.recv(1)
        if not byte:
            raise ConnectionError("no_answer")
        answer += byte
    found = STATUS.match(answer)
    if not found:
        raise ConnectionError("answer_is_not_http")
    return int(found[1])
