"""Checks of the addresses of PostgreSQL, Valkey and files, and of the host names to serve."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

POSTGRESQL = "django.db.backends.postgresql"
HOST = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)


def list_database_problems(name: str, database: dict[str, Any] | None) -> list[str]:
    """Return what is wrong with a parsed DATABASE_URL. None: it could not be read at all."""
    if not database:
        return []
    if database.get("ENGINE") != POSTGRESQL:
        return [f"{name} must start with postgresql://. Plumbline needs PostgreSQL."]
    if not database.get("NAME"):
        return [f"{name} names no database: postgresql://user:password@host/plumbline"]
    return []


def list_redis_problems(url: str) -> list[str]:
    """Return what is wrong with REDIS_URL. An empty one is passed."""
    if not url:
        return []
    example = "redis://localhost:6379/0"
    try:
        address = urlsplit(url)
        host, _port = address.hostname, address.port
    except ValueError:
        return [f"REDIS_URL must be a URL like {example}, special letters in % notation."]
    if address.scheme not in {"redis", "rediss"} or not host:
        return [f"REDIS_URL must be a URL like {example}, or rediss:// for TLS."]
    if address.path.strip("/") and not address.path.strip("/").isdecimal():
        return [f"REDIS_URL must end with the number of a database: {example}"]
    return []


def list_host_problems(hosts: Iterable[str]) -> list[str]:
    """Return what is wrong with ALLOWED_HOSTS."""
    if all(HOST.fullmatch(host) for host in hosts):
        return []
    return ["ALLOWED_HOSTS must list host names without https://, ports and paths: a.com,b.com"]


def list_folder_problems(name: str, folder: Path) -> list[str]:
    """Return what is wrong with a folder that Plumbline writes to. It need not exist yet."""
    found = folder.absolute()
    try:
        while not found.exists() and found != found.parent:
            found = found.parent
    except OSError as error:
        return [f"{name} cannot be used: {error.strerror}."]
    if not found.is_dir():
        return [f"{name} must be a folder, but {found} is a file."]
    if not os.access(found, os.W_OK | os.X_OK):
        return [f"{name} must be a folder that Plumbline may write to, which {found} is not."]
    return []
