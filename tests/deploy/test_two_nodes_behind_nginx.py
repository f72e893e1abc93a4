"""Two real web nodes behind nginx with deploy/nginx.conf: a person works, and a node dies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Agent
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.deploy.nginx import serve_nginx
from tests.deploy.upstream import HOST, connect, get
from tests.stack import Stack

pytestmark = pytest.mark.django_db(transaction=True)
SITE = f"https://{HOST}"


class Node(Stack):
    """A web node that is told about the proxy as docs/operations.md says."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "SITE_URL": SITE,
            "ALLOWED_HOSTS": HOST,
            "BEHIND_HTTPS": "true",
            "TRUSTED_PROXY_COUNT": "1",
        }


@pytest.fixture
def nodes(transactional_db: None, tmp_path: Path) -> Iterator[list[Node]]:
    nodes = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        nodes.append(Node(tmp_path / name))
    try:
        for node in nodes:
            node.start_web()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


@pytest.fixture
def port(nodes: list[Node], tmp_path: Path) -> Iterator[int]:
    with serve_nginx(tmp_path, *(node.port for node in nodes)) as port:
        yield port


def get_session(agent: Agent) -> tuple[dict[str, str], str]:
    """Return the Cookie header of a browser that is signed in, and its CSRF token."""
    browser = Client()
    browser.force_login(agent.user)
    browser.get(f"/{agent.desk.slug}/agent/")
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": header}, cookies[settings.CSRF_COOKIE_NAME]


def test_a_person_works_and_a_killed_node_fails_no_request(
    rocket: Cast, nodes: list[Node], port: int
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    signed_in, token = get_session(rocket.analyst)
    page = f"/rocket/agent/tickets/{ticket.number}/"
    # Over TLS, whatever the client claims, and without a redirect to itself.
    response = get(port, page, signed_in | {"X-Forwarded-Proto": "http"})
    assert response.status == 200
    assert response.getheader("Strict-Transport-Security")

    # Plumbline compares the Referer with the host and scheme that it learns from the proxy.
    fields = {"kind": "note", "body": "Through nginx.", "csrfmiddlewaretoken": token}
    connection = connect(port)
    headers = signed_in | {
        "Host": HOST,
        "Referer": SITE + page,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode(fields | {"form_token": "t"})
    connection.request("POST", f"{page}answers/", body, headers)
    assert connection.getresponse().status < 400
    with desk_scope(rocket.desk):
        assert list(ticket.notes.values_list("body_text", flat=True)) == ["Through nginx."]

    stream = get(port, f"/rocket/agent/stream/?ticket={ticket.number}", signed_in)
    assert stream.getheader("Content-Type") == "text/event-stream"
    assert stream.readline()

    nodes[0].kill("web")
    assert [get(port, page, signed_in).status for _ in range(10)] == [200] * 10
