"""deploy/nginx.conf in a real nginx: checked by it, then started before a stand-in for the web."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.client import RemoteDisconnected

import pytest

from tests.deploy import proxies
from tests.deploy.nginx import serve_nginx
from tests.deploy.upstream import (
    HOST,
    Upstream,
    connect,
    get,
    read_arrived,
    serve_upstream,
)


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with serve_upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def port(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serve_nginx(tmp_path_factory.mktemp("nginx"), upstream.server_address[1]) as port:
        yield port


def test_forged_headers_are_replaced_or_removed(port: int) -> None:
    proxies.check_forged_headers(port)
    # As Plumbline keeps it (helpdesk/request_log.py), and another one for each request.
    ids = {read_arrived(get(port, "/login/"))["x-request-id"][0] for _ in range(2)}
    assert len(ids) == 2
    assert {len(request_id) for request_id in ids} == {32}


def test_other_hosts_are_refused(port: int, upstream: Upstream) -> None:
    with pytest.raises(ssl.SSLError):
        connect(port, "evil.example")
    connection = connect(port)
    connection.request("GET", "/forged-host/", headers={"Host": "evil.example"})
    with pytest.raises(RemoteDisconnected):
        connection.getresponse()
    assert "/forged-host/" not in upstream.paths


def test_event_streams_are_passed_on_at_once(port: int, upstream: Upstream) -> None:
    proxies.check_streams(port, upstream)


def ask(port: int, path: str, size: int) -> int:
    """Return the status for a body that is announced: 100 if nginx is ready to read it."""
    connection = connect(port)
    connection.sock.sendall(
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n"
        "Expect: 100-continue\r\n\r\n".encode()
    )
    return int(connection.sock.recv(12).split()[1])


def test_bodies_may_be_as_large_as_plumbline_takes_them(port: int) -> None:
    refused = {path for path, size in proxies.LIMITS.items() if ask(port, path, size) != 100}
    assert refused == set()
    taken = {
        path
        for path, size in proxies.LIMITS.items()
        if ask(port, path, size + proxies.MAX_SLACK + 1) != 413
    }
    assert taken == set()


def test_pages_are_not_compressed_and_static_files_are_kept(port: int, upstream: Upstream) -> None:
    accepts = {"Accept-Encoding": "gzip"}
    assert get(port, "/login/", accepts).getheader("Content-Encoding") is None
    for _ in range(2):
        response = get(port, "/static/app.0123456789ab.css")
        assert response.getheader("Cache-Control") == "max-age=315360000, public, immutable"
        response.read()
    assert upstream.paths.count("/static/app.0123456789ab.css") == 1


def test_metrics_are_not_public(port: int, upstream: Upstream) -> None:
    proxies.check_metrics(port, upstream)
