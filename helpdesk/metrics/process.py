"""Figures of the web processes, added up over all processes of a server.

A scrape reaches any of them, so prometheus-client keeps the figures of each in a folder that they
share (its multiprocess mode). The labels are few: no desk, no person and no path.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from helpdesk.metrics.figures import Figures

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when it is imported
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
INTERFACES = {"agent", "portal", "api", "admin", "login", "inbound", "messenger", "form"}


@cache
def get_figures() -> Figures:
    """Return the metrics of this process. Creates their folder at the first call."""
    os.environ.setdefault(FOLDER, str(_create_folder()))
    figures: Figures = import_string("helpdesk.metrics.figures.FIGURES")
    return figures


def _create_folder() -> Path:
    """Return the folder of this server, whose processes have the same parent.

    No one else may write to it.
    """
    folder = Path(tempfile.gettempdir()) / f"plumbline-metrics-{os.getuid()}-{os.getppid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to someone else.")
    _forget_dead(folder)
    return folder


def _forget_dead(folder: Path) -> None:
    """Delete the current values of processes that were replaced. Their counts stay."""
    for path in folder.glob("gauge_live*_*.db"):
        try:
            os.kill(int(path.stem.rpartition("_")[2]), 0)
        except (ProcessLookupError, PermissionError):  # gone; its number may be another user's
            path.unlink(missing_ok=True)


def record_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request. An event stream counts when it ends, without its time."""
    if not settings.METRICS_TOKEN:
        return
    figures, interface = get_figures(), get_interface(route)
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
    if not settings.METRICS_TOKEN:
        return
    stats = connections["default"].pool.get_stats()  # type: ignore[attr-defined]
    figures = get_figures()
    figures.connections.set(stats["pool_size"] - stats["pool_available"])
    figures.waiting.set(stats["requests_waiting"])


def record_streams(number: int) -> None:
    """Note how many streams this process has open."""
    if settings.METRICS_TOKEN:
        get_figures().streams.set(number)
