"""`manage.py proxy_setup` prints files for nginx and Caddy that agree with MAX_ATTACHMENT_MIB."""

from __future__ import annotations

import io
import json
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from helpdesk import body_limits
from tests.deploy.nginx import serve_nginx
from tests.deploy.test_caddy import build_environment, list_limits
from tests.deploy.test_nginx import ask
from tests.deploy.upstream import serve_upstream
from tests.programs import find_program

PAGE, MIB = "/rocket/agent/tickets/1/", body_limits.MIB


def print_file(server: str) -> str:
    printed = io.StringIO()
    call_command("proxy_setup", server, stdout=printed)
    return printed.getvalue()


@pytest.fixture(params=[25, 100, 1000])
def largest(request: pytest.FixtureRequest, settings: Settings) -> int:
    """Return the largest body of a page for this MAX_ATTACHMENT_MIB."""
    settings.MAX_ATTACHMENT_BYTES = request.param * MIB
    assert body_limits.get_form_limit() == (request.param + 5) * MIB
    return body_limits.get_form_limit()


def test_nginx_takes_the_largest_body_of_pages(
    largest: int, settings: Settings, tmp_path: Path
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://help.example.com", ["help.example.com"]
    with (
        serve_upstream() as upstream,
        serve_nginx(tmp_path, upstream.server_address[1], site=print_file("nginx")) as port,
    ):
        assert ask(port, PAGE, largest) == 100
        assert ask(port, PAGE, largest + 34 * MIB + 1) == 413
        assert ask(port, "/login/", 9 * MIB) == 413


def test_caddy_takes_the_largest_body_of_pages(
    largest: int, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "Caddyfile"
    path.write_text(print_file("caddy"))
    command = [find_program("caddy"), "adapt", "--config", str(path)]
    done = subprocess.run(
        command, env=build_environment(tmp_path), capture_output=True, text=True, check=True
    )
    limits = list(list_limits(json.loads(done.stdout)))
    allowed = next(limit for pattern, limit in limits if re.match(pattern, PAGE))
    assert largest <= allowed <= largest + 34 * MIB


def test_the_files_name_the_hosts_of_this_installation(settings: Settings) -> None:
    settings.SITE_URL = "https://support.acme.example"
    settings.ALLOWED_HOSTS = ["localhost", "support.acme.example", ".desks.example"]
    nginx, caddy = print_file("nginx"), print_file("caddy")
    assert "server_name support.acme.example .desks.example;" in nginx
    assert "/live/support.acme.example/fullchain.pem" in nginx
    assert "\nsupport.acme.example, *.desks.example {" in caddy
    assert "help.example.com" not in nginx + caddy


def test_without_a_public_host_the_example_stays(settings: Settings) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "http://localhost:8000", ["localhost", "*"]
    assert "server_name help.example.com;" in print_file("nginx")
