"""Where the fakes of vendors listen. Light, since every page of the admin site asks it."""

from __future__ import annotations

import json

from django.conf import settings

HOST = "127.0.0.1"
FILE = "vendors.json"


def write_address(url: str) -> None:
    """Note where the fakes listen; it changes with each start."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (settings.DATA_DIR / FILE).write_text(json.dumps({"url": url}))


def read_address() -> str:
    """Return where the fakes listen, or "" outside of the demo."""
    path = settings.DATA_DIR / FILE
    if settings.MODE != "demo" or not path.exists():
        return ""
    return str(json.loads(path.read_text())["url"])
