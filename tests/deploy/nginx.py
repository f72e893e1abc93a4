"""deploy/nginx.conf in a real nginx, changed only in ports, paths and the nodes behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from helpdesk.supervisor.embedded import find_free_port
from tests.deploy.upstream import run, write_certificate
from tests.programs import find_program

SITE = Path(settings.BASE_DIR) / "deploy" / "nginx.conf"
# Compresses text/html as Debian's own file does. Root's folders are closed to other users.
MAIN = """\
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 100; }}
http {{
    access_log off;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


NODE = "    server 127.0.0.1:8000 "


def write_site(folder: Path, port: int, nodes: list[int], site: str) -> None:
    """Write the site for nodes at these ports of this machine. There may be no IPv6."""
    [line] = [line for line in site.splitlines() if line.startswith(NODE)]
    changes = {
        "/etc/letsencrypt/live/help.example.com/": f"{folder}/",
        "/var/lib/nginx/plumbline": f"{folder}/cache",
        line: "\n".join(line.replace(":8000", f":{node}") for node in nodes),
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80": f"listen 127.0.0.1:{find_free_port()}",
    }
    for old, new in changes.items():
        assert old in site
        site = site.replace(old, new)
    kept = [line for line in site.splitlines() if "listen [::]" not in line]
    (folder / "site.conf").write_text("\n".join(kept))


@contextmanager
def serve_nginx(folder: Path, *nodes: int, site: str = "") -> Iterator[int]:
    """Check the site, run an nginx with it before these nodes, and yield its TLS port.

    site: the content of another file than that in deploy/.
    """
    nginx, port = find_program("nginx"), find_free_port()
    write_certificate(folder)
    write_site(folder, port, list(nodes), site or SITE.read_text())
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    command = [nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    assert run(*command, "-t", "-q") == ""  # no warnings
    run(*command)
    try:
        yield port
    finally:
        run(*command, "-s", "stop")
