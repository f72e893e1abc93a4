"""`manage.py proxy_setup nginx|caddy`: print the proxy's file with this installation's values."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from helpdesk.body_limits import MIB, get_form_limit

FOLDER = Path(settings.BASE_DIR) / "deploy"
FILES = {"nginx": "nginx.conf", "caddy": "Caddyfile"}
EXAMPLE = "help.example.com"
PAGES_MIB = 64  # in both files
MARGIN = MIB  # so that Plumbline's own answer is shown, which says more
LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class Command(BaseCommand):
    help = "Print the file for your proxy, with this installation's hosts and body sizes."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("server", choices=sorted(FILES), help="The proxy.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(render(options["server"]))


def render(server: str) -> str:
    """Return the file of deploy/ for a proxy, with hosts and the size of pages filled in."""
    text = (FOLDER / FILES[server]).read_text("utf-8")
    hosts, pages = list_hosts(server), max(PAGES_MIB, math.ceil((get_form_limit() + MARGIN) / MIB))
    if server == "nginx":
        text = _replace(text, f"server_name {EXAMPLE};", f"server_name {' '.join(hosts)};")
        text = _replace(text, f"_body_size {PAGES_MIB}m;", f"_body_size {pages}m;")
    else:
        text = _replace(text, f"\n{EXAMPLE} {{", f"\n{', '.join(hosts)} {{")
        text = _replace(text, f"max_size {PAGES_MIB}MiB", f"max_size {pages}MiB")
    return text.replace(EXAMPLE, hosts[0])


def list_hosts(server: str) -> list[str]:
    """Return the hosts of ALLOWED_HOSTS as the proxy writes them, that of SITE_URL first."""
    wildcard = "*." if server == "caddy" else "."
    hosts = [urlsplit(settings.SITE_URL).hostname or EXAMPLE, *settings.ALLOWED_HOSTS]
    names = [wildcard + host[1:] if host.startswith(".") else host for host in hosts]
    public = dict.fromkeys(name for name in names if name not in LOCAL and name != "*")
    return list(public) or [EXAMPLE]


def _replace(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"{old} is missing in {FOLDER}.")
    return text.replace(old, new)
