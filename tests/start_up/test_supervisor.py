"""`make demo`: what it refuses, what it starts, that it comes back, and that it leaves nothing behind."""

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

from helpdesk.supervisor.embedded import free_port
from helpdesk.supervisor.place import MARK, Place, lock_data_dir

ROOT = Path(__file__).resolve().parents[2]
OURS = [
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "INBOUND_SECRET",
    "ALLOWED_HOSTS",
    "PLUMBLINE_MODE",
]
LONG = 240.0  # seconds; a start on an empty folder migrates and fills
RUNNING = "Plumbline runs at"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may enter. Those of pytest are shut again by every other run of pytest."""
    with tempfile.TemporaryDirectory(prefix="plumbline-demo-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def start(data_dir: Path, port: int | str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.Popen(
        [sys.executable, "-m", "helpdesk.supervisor"],
        env=environment | {"DATA_DIR": str(data_dir), "PORT": str(port)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def refusal(data_dir: Path, port: int | str) -> list[str]:
    """The lines of a start that is refused."""
    process = start(data_dir, port)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    return told.splitlines()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What the process says until it says these words."""
    assert process.stdout
    told, deadline = "", time.monotonic() + LONG
    while words not in told:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        more = os.read(process.stdout.fileno(), 65536) if ready else b""
        assert more, f"{words!r} was not said, but: {told}"
        told += more.decode()
    return told


def started(data_dir: Path) -> list[psutil.Process]:
    """The living processes of a data folder, but for its supervisor."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if (
                process.environ().get(MARK) == str(data_dir)
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
    return found


def get_status(port: int) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", "/", headers={"Host": "localhost"})
    return line.getresponse().status


@contextmanager
def running(data_dir: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A supervisor whose web answers, and what it has said so far; killed at the end, if it still runs."""
    process = start(data_dir, port)
    try:
        yield process, read_until(process, RUNNING)
    finally:
        process.kill()
        process.wait()


def place(data_dir: Path, port: int) -> Place:
    return Place(
        "127.0.0.1", port, data_dir, data_dir / "static", f"http://localhost:{port}", True, True
    )


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert refusal(tmp_path / "data", port) == [
            f"Port {port} is taken by another program; set PORT, as in `PORT=8001 make demo`."
        ]


@pytest.mark.parametrize("port", ["eighty", "0", "65536"])
def test_a_port_that_is_none_is_told_in_one_line(tmp_path: Path, port: str) -> None:
    [line] = refusal(tmp_path / "data", port)
    assert "PORT" in line


def test_a_second_start_on_the_same_data_is_told_in_one_line(tmp_path: Path) -> None:
    with lock_data_dir(place(tmp_path / "data", 8000)):
        [line] = refusal(tmp_path / "data", free_port())
    assert line.startswith(f"Plumbline runs already on {tmp_path / 'data'}")
    assert "http://localhost:8000" in line


def test_a_data_folder_that_cannot_be_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [line] = refusal(tmp_path / "file" / "data", free_port())
    assert line.startswith(f"DATA_DIR {tmp_path / 'file' / 'data'} cannot be written")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_it_starts_comes_back_after_kill_9_and_leaves_nothing_behind(open_folder: Path) -> None:
    data_dir, port = open_folder / "data", free_port()

    with running(data_dir, port) as (supervisor, told):
        assert "Preparing the database" in told
        assert get_status(port) < 500
        assert (data_dir / "demo.json").exists()
        assert (data_dir / "secrets.json").stat().st_mode & 0o077 == 0
        left = started(data_dir)
        supervisor.send_signal(signal.SIGKILL)
    psutil.wait_procs(left, timeout=30)  # the kernel tells them; nobody else does
    assert started(data_dir) == []

    with running(data_dir, port) as (supervisor, told):
        assert "Preparing the database" not in told
        assert get_status(port) < 500
        [web] = [
            p for p in started(data_dir) if "granian" in p.cmdline() and p.ppid() == supervisor.pid
        ]
        web.kill()
        assert "web ended (signal SIGKILL); it starts again" in read_until(supervisor, "web ended")
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(60) == 0
        assert started(data_dir) == []
