"""Figures of the web processes, added up over all processes of a server.

A scrape reaches any of them, so prometheus-client keeps the figures of each in a folder that they
share (its multiprocess mode). The labels are few: no desk, no person and no path.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from helpdesk.metrics.figures import Figures

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when it is imported
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
INTERFACES = {"agent", "portal", "api", "admin", "login", "inbound", "messenger", "form"}
# The files of a process, and the room that each gets at once: they are mapped into memory, and a
# process that writes to a page without room on the disk is killed (SIGBUS).
FILES = ("counter_{pid}.db", "histogram_{pid}.db", "gauge_livesum_{pid}.db")
FILE_BYTES = 512 * 1024

log = structlog.get_logger(__name__)


def has_metrics() -> bool:
    """Return True if the settings turn metrics on."""
    return bool(settings.METRICS_TOKEN or settings.METRICS_NETWORKS)


@cache
def get_figures() -> Figures | None:
    """Return the metrics of this process, or None if their folder can't be written to.

    Creates the folder at the first call. Without room for figures, pages are answered all the same.
    """
    try:
        if FOLDER not in os.environ:
            os.environ[FOLDER] = str(_create_folder())
        _reserve_room(Path(os.environ[FOLDER]))
    except OSError as error:
        log.error("metrics_not_recorded", reason=str(error))
        return None
    figures: Figures = import_string("helpdesk.metrics.figures.FIGURES")
    return figures


def _create_folder() -> Path:
    """Return the folder of this server, whose processes have the same parent.

    It is in the folder that systemd or the image gives (RUNTIME_DIRECTORY), or else in DATA_DIR,
    which several computers may share.
    """
    base = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0] or settings.DATA_DIR
    folders, host = Path(base) / "metrics", socket.gethostname()
    folder = folders / f"{host}@{_identify(os.getppid())}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for other in folders.glob(f"{glob.escape(host)}@*"):
        known = other.name.rpartition("@")[2]
        if known != _identify(int(known.partition("-")[0])):  # its server has ended
            shutil.rmtree(other, ignore_errors=True)
    _forget_dead(folder)
    return folder


def _identify(pid: int) -> str:
    """Return a process's ID and the time it started: IDs are used again."""
    try:
        began = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:  # it has ended, or the system has no /proc
        began = "gone" if Path("/proc/self").exists() else "0"
    return f"{pid}-{began}"


def _reserve_room(folder: Path) -> None:
    """Create the files of this process with room on the disk. Raises OSError if it is full."""
    for name in FILES:
        with (folder / name.format(pid=os.getpid())).open("a+b") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)


def _forget_dead(folder: Path) -> None:
    """Delete the current values of processes that were replaced. Their counts stay."""
    for path in folder.glob("gauge_live*_*.db"):
        try:
            os.kill(int(path.stem.rpartition("_")[2]), 0)
        except (ProcessLookupError, PermissionError):  # gone; its number may be another user's
            path.unlink(missing_ok=True)


def record_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request. An event stream counts when it ends, without its time."""
    figures = get_figures() if has_metrics() else None
    if figures is None:
        return
    interface = get_interface(route)
    known = method if method in METHODS else "other"
    figures.requests.labels(interface, known, str(status)).inc()
    if not route.endswith("stream/"):
        figures.seconds.labels(interface).observe(seconds)


def get_interface(route: str) -> str:
    """Return the first part of a route's pattern, of a known set."""
    first = route.partition("/")[0]
    return first if first in INTERFACES else "other"


def record_pool() -> None:
    """Note how many connections of this process's pool are in use."""
    figures = get_figures() if has_metrics() else None
    if figures is None:
        return
    stats = connections["default"].pool.get_stats()  # type: ignore[attr-defined]
    figures.connections.set(stats["pool_size"] - stats["pool_available"])
    figures.waiting.set(stats["requests_waiting"])


def record_streams(number: int) -> None:
    """Note how many streams this process has open."""
    figures = get_figures() if has_metrics() else None
    if figures is not None:
        figures.streams.set(number)
