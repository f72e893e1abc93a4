"""The restart of a filled demo, until its first page (P16)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from bench.goals import Report
from bench.servers import ROOT
from helpdesk.supervisor.embedded import find_free_port

PASSED_ON = ("PATH", "HOME", "LANG", "PYTHONPATH")
TIMEOUT = 300  # seconds


def run(report: Report) -> None:
    """Start the demo twice in a new folder; report the seconds of the second start."""
    with tempfile.TemporaryDirectory(prefix="plumbline-start-") as folder:
        os.chmod(folder, 0o755)
        first, second = _start(folder), _start(folder)
        report.add("start", second, f"the first start, with its data, took {first:.0f} s")


def _start(folder: str) -> float:
    port = find_free_port()
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"PORT": str(port), "DATA_DIR": folder}
    begin = time.monotonic()
    demo = subprocess.Popen(
        [sys.executable, "-m", "helpdesk.supervisor"], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _responds(port):
            if time.monotonic() - begin > TIMEOUT or demo.poll() is not None:
                raise SystemExit("The demo did not start.")
            time.sleep(0.05)
        return time.monotonic() - begin
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()


def _responds(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://localhost:{port}/rocketchat/", timeout=10).read()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
