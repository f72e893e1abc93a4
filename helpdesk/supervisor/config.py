"""The demo's configuration from the environment and .env, and the lock on its data folder."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shlex
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

import psutil
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate

from helpdesk.environment.reading import AWS_PREFIX, Reader
from helpdesk.supervisor.errors import StartupError

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PROCESS_MARKER = "PLUMBLINE_SUPERVISED_DATA"  # inherited by every process of the supervisor
ALL_INTERFACES = {"0.0.0.0", "::"}  # noqa: S104 (only compared with)


@dataclass(frozen=True)
class Config:
    """Configuration of the demo.

    data_dir and static are absolute. has_own_database and has_own_valkey: True if the environment
    names no other server.
    """

    host: str
    port: int
    data_dir: Path
    static: Path
    site_url: str
    has_own_database: bool
    has_own_valkey: bool

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"


def read_config() -> Config:
    """Read .env and the environment. Raise StartupError for invalid values."""
    try:
        Reader(BASE_DIR / ".env").export()  # to all processes, and to demo.env
    except ImproperlyConfigured as error:
        raise StartupError(str(error)) from error
    env = Env()
    try:
        port = env.int("PORT", 8000, validate=validate.Range(1, 65535))
        data_dir = env.path("DATA_DIR", BASE_DIR / "data").expanduser().absolute()
    except EnvError as error:
        raise StartupError(f"Plumbline cannot start with this environment: {error}") from error
    return Config(
        host=env.str("HOST", "") or "127.0.0.1",
        port=port,
        data_dir=data_dir,
        static=env.path("STATIC_ROOT", data_dir / "static").expanduser().absolute(),
        site_url=env.str("SITE_URL", "") or f"http://localhost:{port}",
        has_own_database=not env.str("DATABASE_URL", ""),
        has_own_valkey=not env.str("REDIS_URL", ""),
    )


def lock_data_dir(config: Config) -> IO[str]:
    """Lock the data folder until this process ends. Raise StartupError if it is already in use.

    Return the open lock file; the lock lasts as long as it is open.
    """
    try:
        # PostgreSQL's own user must be able to pass through a folder of root.
        config.data_dir.mkdir(
            parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700
        )
        config.logs.mkdir(exist_ok=True, mode=0o700)
        lock = (config.data_dir / ".lock").open("a+")
    except OSError as error:
        raise StartupError(
            f"Cannot write to DATA_DIR {config.data_dir}: {error.strerror}."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise StartupError(f"Plumbline already runs on {config.data_dir} ({holder}).") from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, {config.site_url}")
    lock.flush()
    return lock


def stop_leftovers(config: Config, timeout: float = 8.0) -> int:
    """Stop processes that a killed supervisor of this data folder left running.

    On Linux they are already stopping. Kill those that outlive the timeout. Return their number.
    """
    left = [process for process in psutil.process_iter() if _is_leftover(process, config)]
    deadline = time.monotonic() + timeout
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, timeout=max(0.0, deadline - time.monotonic()))
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=2)
    return len(left)


def _is_leftover(process: psutil.Process, config: Config) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return bool(process.environ().get(PROCESS_MARKER) == str(config.data_dir))
    except (psutil.Error, OSError):  # gone, a zombie, or another user's
        return False


def check_port(config: Config) -> None:
    """Raise StartupError if the port is in use or may not be used."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartupError(
                    f"Port {config.port} is already in use. "
                    "Choose another one: `PORT=8001 make demo`."
                ) from error
            raise StartupError(
                f"Cannot use port {config.port} on {config.host}: {error.strerror}."
            ) from error


def load_or_create_secrets(config: Config) -> dict[str, str]:
    """Return this data folder's secrets, generated at the first start (file mode 0600)."""
    path = config.data_dir / "secrets.json"
    if path.exists():
        stored: dict[str, str] = json.loads(path.read_text())
        return stored
    generated = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "INBOUND_SECRET": secrets.token_urlsafe(32),
    }
    _write_privately(path, json.dumps(generated, indent=2) + "\n")
    return generated


def write_environment(config: Config) -> None:
    """Write the demo's environment to demo.env, where `make manage` reads it."""
    names = {*build_environment(config), *_list_settings()} & {*os.environ} - {PROCESS_MARKER}
    lines = [f"{name}={shlex.quote(os.environ[name])}" for name in sorted(names)]
    _write_privately(config.data_dir / "demo.env", "\n".join(lines) + "\n")


def _list_settings() -> set[str]:
    """Return the names of all settings, whatever their values. Raise StartupError for wrong ones.

    Reads them, which needs the servers' URLs in the environment.
    """
    try:
        settings = import_module("helpdesk.settings")
    except ImproperlyConfigured as error:
        raise StartupError(str(error)) from error
    own = {name for name in os.environ if name.startswith(AWS_PREFIX)}
    return {*settings.env.list_names(), *own}


def _write_privately(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def build_environment(config: Config) -> dict[str, str]:
    """Return the environment of all processes, without the embedded servers' URLs."""
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    hosts += [socket.gethostname()] if config.host in ALL_INTERFACES else [config.host]
    defaults = {
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
        "BEHIND_HTTPS": "false",
        **load_or_create_secrets(config),
    }
    return {
        **{name: os.environ.get(name) or value for name, value in defaults.items()},
        "PLUMBLINE_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "PORT": str(config.port),
        "DATA_DIR": str(config.data_dir),
        "STATIC_ROOT": str(config.static),
        "SITE_URL": config.site_url,
        PROCESS_MARKER: str(config.data_dir),
    }
