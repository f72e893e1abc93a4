"""deploy/Caddyfile in a real Caddy: validated by it, then started before a stand-in for the web."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from helpdesk.supervisor.embedded import find_free_port
from tests.deploy import proxies
from tests.deploy.upstream import Upstream, connect, run, serve_upstream
from tests.programs import find_program
from tests.stack import eventually

FILE = Path(settings.BASE_DIR) / "deploy" / "Caddyfile"
# For the test: a certificate of its own, no second port, nothing outside of its folder.
LOCAL = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n"


def build_environment(folder: Path) -> dict[str, str]:
    names = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    return os.environ | dict.fromkeys(names, str(folder))


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with serve_upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def port(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The TLS port of a Caddy with the file, changed only in ports and the certificate."""
    caddy, folder, port = find_program("caddy"), tmp_path_factory.mktemp("caddy"), find_free_port()
    text = FILE.read_text()
    changes = {
        "\n{\n": f"\n{LOCAL}",
        "\nhelp.example.com {\n": f"\nhttps://help.example.com:{port} {{\n\ttls internal\n",
        "127.0.0.1:8000": f"127.0.0.1:{upstream.server_address[1]}",
    }
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    changed = folder / "Caddyfile"
    changed.write_text(text)
    command = [caddy, "run", "--adapter", "caddyfile", "--config", str(changed)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=build_environment(folder), stderr=log)
    try:
        eventually(lambda: accepts(port), what=(folder / "log").read_text())
        yield port
    finally:
        process.terminate()
        process.wait()


def accepts(port: int) -> bool:
    try:
        connect(port).close()
    except OSError:
        return False
    return True


def test_the_file_is_valid(tmp_path: Path) -> None:
    command = [find_program("caddy"), "validate", "--adapter", "caddyfile", "--config", str(FILE)]
    printed = run(*command, env=build_environment(tmp_path))
    assert "Valid configuration" in printed
    assert '"level":"warn"' not in printed


def test_forged_headers_are_replaced_or_removed(port: int) -> None:
    proxies.check_forged_headers(port)


def test_event_streams_are_passed_on_at_once(port: int, upstream: Upstream) -> None:
    proxies.check_streams(port, upstream)


def test_metrics_are_not_public(port: int, upstream: Upstream) -> None:
    proxies.check_metrics(port, upstream)


def list_limits(route: Any) -> Iterator[tuple[str, int]]:
    """Yield the pattern and limit of each route of an adapted file, in their order."""
    if isinstance(route, list):
        for each in route:
            yield from list_limits(each)
    elif isinstance(route, dict):
        found = re.findall(r'"max_size": (\d+)', json.dumps(route.get("handle", [])))
        patterns = [match["path_regexp"]["pattern"] for match in route.get("match", [])
                    if "path_regexp" in match]  # fmt: skip
        if len(found) == 1:
            yield (patterns or [""])[0], int(found[0])
        else:
            for each in route.values():
                yield from list_limits(each)


def test_bodies_may_be_as_large_as_plumbline_takes_them(tmp_path: Path) -> None:
    command = [find_program("caddy"), "adapt", "--config", str(FILE)]
    done = subprocess.run(
        command, env=build_environment(tmp_path), capture_output=True, text=True, check=True
    )
    limits = list(list_limits(json.loads(done.stdout)))
    assert len(limits) == 5
    for path, size in proxies.LIMITS.items():
        allowed = next(limit for pattern, limit in limits if re.match(pattern, path))
        assert size <= allowed <= size + proxies.MAX_SLACK, path
