"""`make demo`: it reports errors clearly, restarts what dies, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from helpdesk.supervisor.config import PROCESS_MARKER, Config, lock_data_dir
from helpdesk.supervisor.embedded import find_free_port

ROOT = Path(__file__).resolve().parents[2]
OWN_VARIABLES = [
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "INBOUND_SECRET",
    "ALLOWED_HOSTS",
    "PLUMBLINE_MODE",
]
TIMEOUT = 240.0  # seconds; the first start on an empty folder migrates and fills the demo
RUNNING = "Plumbline is running at"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter. Every other run of pytest closes its own folders."""
    with tempfile.TemporaryDirectory(prefix="plumbline-demo-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def start(data_dir: Path, port: int | str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    return subprocess.Popen(
        [sys.executable, "-m", "helpdesk.supervisor"],
        env=environment | {"DATA_DIR": str(data_dir), "PORT": str(port)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def get_startup_error(data_dir: Path, port: int | str) -> list[str]:
    """Return the lines that a failing start prints."""
    process = start(data_dir, port)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    return output.splitlines()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Return the output of a process up to this text."""
    assert process.stdout
    output, deadline = "", time.monotonic() + TIMEOUT
    while text not in output:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        more = os.read(process.stdout.fileno(), 65536) if ready else b""
        assert more, f"{text!r} is not in the output: {output}"
        output += more.decode()
    return output


def list_processes(data_dir: Path) -> list[psutil.Process]:
    """Return the running processes of a data folder, without its supervisor."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if (
                process.environ().get(PROCESS_MARKER) == str(data_dir)
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
    return found


def get_status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/", headers={"Host": "localhost"})
    return connection.getresponse().status


@contextmanager
def running(data_dir: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a supervisor whose web server responds, and its output. Kill it at the end."""
    process = start(data_dir, port)
    try:
        yield process, read_until(process, RUNNING)
    finally:
        process.kill()
        process.wait()


def build_config(data_dir: Path, port: int) -> Config:
    return Config(
        "127.0.0.1", port, data_dir, data_dir / "static", f"http://localhost:{port}", True, True
    )


def test_a_port_in_use_is_reported_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert get_startup_error(tmp_path / "data", port) == [
            f"Port {port} is already in use. Choose another one: `PORT=8001 make demo`."
        ]


@pytest.mark.parametrize("port", ["eighty", "0", "65536"])
def test_an_invalid_port_is_reported_in_one_line(tmp_path: Path, port: str) -> None:
    [line] = get_startup_error(tmp_path / "data", port)
    assert "PORT" in line


def test_a_second_start_on_the_same_data_is_reported_in_one_line(tmp_path: Path) -> None:
    with lock_data_dir(build_config(tmp_path / "data", 8000)):
        [line] = get_startup_error(tmp_path / "data", find_free_port())
    assert line.startswith(f"Plumbline already runs on {tmp_path / 'data'}")
    assert "http://localhost:8000" in line


def test_an_unusable_data_folder_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [line] = get_startup_error(tmp_path / "file" / "data", find_free_port())
    assert line.startswith(f"Cannot write to DATA_DIR {tmp_path / 'file' / 'data'}")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_it_starts_recovers_from_kill_9_and_leaves_nothing_behind(open_folder: Path) -> None:
    data_dir, port = open_folder / "data", find_free_port()

    with running(data_dir, port) as (supervisor, output):
        assert "Preparing the database" in output
        assert get_status(port) < 500
        assert (data_dir / "demo.json").exists()
        assert (data_dir / "secrets.json").stat().st_mode & 0o077 == 0
        left = list_processes(data_dir)
        supervisor.send_signal(signal.SIGKILL)
    psutil.wait_procs(left, timeout=30)  # the kernel stops them
    assert list_processes(data_dir) == []

    with running(data_dir, port) as (supervisor, output):
        assert "Preparing the database" not in output
        assert get_status(port) < 500
        [web] = [
            p
            for p in list_processes(data_dir)
            if "granian" in p.cmdline() and p.ppid() == supervisor.pid
        ]
        web.kill()
        assert "web exited (signal SIGKILL) and restarts" in read_until(supervisor, "restarts")
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(60) == 0
        assert list_processes(data_dir) == []
