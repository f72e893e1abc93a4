"""Where the demo runs: what the environment and .env say, and the one lock on the data folder."""

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
from pathlib import Path
from typing import IO

import psutil
from environs import Env, EnvError, validate

from helpdesk.supervisor.refusal import Refusal

BASE_DIR = Path(__file__).resolve().parent.parent.parent
MARK = "PLUMBLINE_SUPERVISED_DATA"  # every process that the supervisor starts inherits it
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 (compared with, not bound to)


@dataclass(frozen=True)
class Place:
    """data_dir and static are absolute. has_own_database, has_own_valkey: no address of another was given."""

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


def read_place() -> Place:
    """What .env and the environment say; Refusal when they say nonsense."""
    env = Env()
    env.read_env(BASE_DIR / ".env", recurse=False)
    try:
        port = env.int("PORT", 8000, validate=validate.Range(1, 65535))
        data_dir = env.path("DATA_DIR", BASE_DIR / "data").expanduser().absolute()
    except EnvError as error:
        raise Refusal(f"The environment does not fit: {error}") from error
    return Place(
        host=env.str("HOST", "") or "127.0.0.1",
        port=port,
        data_dir=data_dir,
        static=env.path("STATIC_ROOT", data_dir / "static").expanduser().absolute(),
        site_url=env.str("SITE_URL", "") or f"http://localhost:{port}",
        has_own_database=not env.str("DATABASE_URL", ""),
        has_own_valkey=not env.str("REDIS_URL", ""),
    )


def lock_data_dir(place: Place) -> IO[str]:
    """Take the data folder for this process until it ends, however it ends; Refusal if another has it.

    Gives the open lock file; keep it.
    """
    try:
        # Of root's folder PostgreSQL's own user must pass through to its part.
        place.data_dir.mkdir(
            parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700
        )
        place.logs.mkdir(exist_ok=True, mode=0o700)
        lock = (place.data_dir / ".lock").open("a+")
    except OSError as error:
        raise Refusal(f"DATA_DIR {place.data_dir} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise Refusal(f"Plumbline runs already on {place.data_dir} ({holder}).") from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, {place.site_url}")
    lock.flush()
    return lock


def end_leftovers(place: Place, patience: float = 8.0) -> int:
    """End what a killed supervisor of this data folder has left running; gives how many processes.

    On Linux they are ending by themselves, and are waited for; the last ones are killed.
    """
    left = [process for process in psutil.process_iter() if _is_leftover(process, place)]
    deadline = time.monotonic() + patience
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, timeout=max(0.0, deadline - time.monotonic()))
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=2)
    return len(left)


def _is_leftover(process: psutil.Process, place: Place) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return bool(process.environ().get(MARK) == str(place.data_dir))
    except (psutil.Error, OSError):  # gone, a zombie, or somebody else's
        return False


def check_port(place: Place) -> None:
    """Refusal if the port is taken, or not ours to take."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"Port {place.port} is taken by another program; set PORT, as in `PORT=8001 make demo`."
                ) from error
            raise Refusal(
                f"Port {place.port} of {place.host} cannot be used: {error.strerror}."
            ) from error


def keep_secrets(place: Place) -> dict[str, str]:
    """The secrets of this data folder, made at the first start and kept where only its owner reads them."""
    path = place.data_dir / "secrets.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    made = {"SECRET_KEY": secrets.token_urlsafe(64), "INBOUND_SECRET": secrets.token_urlsafe(32)}
    _write_privately(path, json.dumps(made, indent=2) + "\n")
    return made


def write_environment(place: Place) -> None:
    """Write what the demo's processes were told to demo.env, so that `make manage` runs in the same."""
    told = {*environment(place), "DATABASE_URL", "REDIS_URL"} - {MARK}
    words = [f"{name}={shlex.quote(os.environ[name])}" for name in sorted(told)]
    _write_privately(place.data_dir / "demo.env", "\n".join(words) + "\n")


def _write_privately(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def environment(place: Place) -> dict[str, str]:
    """The environment of all that is started, but for the addresses of the embedded pair."""
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    hosts += [socket.gethostname()] if place.host in EVERYWHERE else [place.host]
    by_default = {
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
        "BEHIND_HTTPS": "false",
        **keep_secrets(place),
    }
    return {
        **{name: os.environ.get(name) or value for name, value in by_default.items()},
        "PLUMBLINE_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "PORT": str(place.port),
        "DATA_DIR": str(place.data_dir),
        "STATIC_ROOT": str(place.static),
        "SITE_URL": place.site_url,
        MARK: str(place.data_dir),
    }
