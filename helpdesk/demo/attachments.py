"""Generated attachments for demo tickets: a screenshot of an error and a log file."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from functools import cache
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image, ImageDraw, ImageFont

from tickets.attachments.files import NewFile

DIAGNOSTICS = """\
version: 2
license:
  company: Demo
  users: 500
  sku_short_name: enterprise
server:
  os: linux
  architecture: amd64
  version: 10.5.2
  installation_type: docker
database:
  type: postgres
  version: "15.10"
"""
LOG_LINES = [
    "INFO  startup complete, 3 workers ready",
    "DEBUG request GET /api/v1/info 200 4ms",
    "WARN  slow operation took 1874ms",
    "INFO  background job started",
    "ERROR {subject}",
    "ERROR     at processQueue (internal/queue:105:7)",
    "WARN  retrying in 30s (attempt 1 of 5)",
    "ERROR {subject}",
    "INFO  background job ended with errors",
]


def create_attachment(kind: str, *, subject: str, at: datetime) -> NewFile:
    """Return an attachment that mentions the subject. kind: "log", "packet" or "picture"."""
    if kind == "packet":
        return NewFile("mattermost_support_packet.zip", "application/zip", _pack(subject, at))
    if kind == "log":
        return NewFile("server.log", "text/plain", _write_log(subject, at))
    return NewFile("screenshot.png", "image/png", draw_screenshot(subject))


def _pack(subject: str, at: datetime) -> bytes:
    """Return a support packet as Mattermost makes it."""
    plugins = [
        {"id": "playbooks", "name": "Playbooks", "version": "2.1.1"},
        {"id": "com.mattermost.calls", "name": "Calls", "version": "1.4.1"},
        {"id": "jira", "name": "Jira", "version": "4.2.0"},
    ]
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packet:
        packet.writestr("diagnostics.yaml", DIAGNOSTICS)
        packet.writestr("plugins.json", json.dumps({"active": plugins, "inactive": []}))
        packet.writestr("mattermost.log", _write_log(subject, at))
    return out.getvalue()


def _write_log(subject: str, at: datetime) -> bytes:
    start = at - timedelta(minutes=9)
    lines = (
        f"{(start + timedelta(seconds=7 * index)).isoformat(timespec='milliseconds')} "
        f"{LOG_LINES[index % len(LOG_LINES)].format(subject=subject)}"
        for index in range(60)
    )
    return ("\n".join(lines) + "\n").encode()


@cache
def draw_screenshot(subject: str) -> bytes:
    """Return a PNG of a window that shows an error."""
    image = Image.new("RGB", (760, 420), "#e9ecf1")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((40, 36, 720, 384), radius=14, fill="white", outline="#c4cad4", width=2)
    pen.rounded_rectangle((40, 36, 720, 84), radius=14, fill="#2f3b52")
    for index, color in enumerate(["#ff6159", "#ffbd2e", "#28c941"]):
        pen.ellipse((60 + 26 * index, 52, 76 + 26 * index, 68), fill=color)
    pen.ellipse((76, 150, 128, 202), fill="#d6455d")
    pen.text((95, 156), "!", font=ImageFont.load_default(size=34), fill="white")
    pen.text(
        (156, 150), "Something went wrong", font=ImageFont.load_default(size=26), fill="#1d2433"
    )
    pen.text((156, 196), subject[:58], font=ImageFont.load_default(size=18), fill="#56617a")
    for index in range(3):
        pen.rounded_rectangle(
            (156, 244 + 26 * index, 640 - 90 * index, 256 + 26 * index), 6, fill="#edf0f5"
        )
    pen.rounded_rectangle((560, 326, 690, 364), radius=8, fill="#3a5bd0")
    pen.text((586, 333), "Try again", font=ImageFont.load_default(size=18), fill="white")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
