"""Bundles: one style sheet and one script per interface, joined from the small files, and icons.

A staticfiles finder builds them, so `collectstatic`, the tests' server and `{% static %}` see
ordinary files: `bundles/agent.css`, `bundles/agent.js`, `bundles/symbols.svg`. No Node and no other
build step.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from django.template.loader import render_to_string

SOURCES = Path(__file__).parent.parent / "static"
INTERFACES = ("agent", "portal", "page")  # page: sign-in pages and errors
_PERSONAL = ("agent", "portal")
_AGENT = ("agent",)
_PORTAL = ("portal",)
# Who loads which file, in order: within a cascade layer, a later file wins over an earlier one.
STYLES = {
    "layers": INTERFACES,
    "reset": INTERFACES,
    "accents": INTERFACES,
    "tokens": INTERFACES,
    "font": INTERFACES,
    "base": INTERFACES,
    "mark": INTERFACES,
    "shell": _AGENT,
    "button": INTERFACES,
    "field": INTERFACES,
    "badge": _PERSONAL,
    "avatar": _PERSONAL,
    "card": INTERFACES,
    "panel": _AGENT,
    "ladder": _AGENT,
    "tabs": _PERSONAL,
    "menu": _PERSONAL,
    "filter": _AGENT,
    "table": _AGENT,
    "selection": _AGENT,
    "peek": _AGENT,
    "ticket": _PERSONAL,
    "ticket_head": _AGENT,
    "brief": _AGENT,
    "customer": _AGENT,
    "macro": _AGENT,
    "board": _AGENT,
    "defect": _AGENT,
    "schedule": _AGENT,
    "rules": _AGENT,
    "guide": _AGENT,
    "api_docs": _AGENT,
    "requester": _AGENT,
    "command": _AGENT,
    "composer": _PERSONAL,
    "notes": _AGENT,
    "pending": _AGENT,
    "side": _AGENT,
    "draft": _PERSONAL,
    "signed_out": _PERSONAL,
    "prose": _PERSONAL,
    "file": INTERFACES,
    "timeline": _AGENT,
    "run": _PERSONAL,
    "toast": INTERFACES,
    "motion": INTERFACES,
    "dialog": INTERFACES,
    "empty": INTERFACES,
    "pagination": _PERSONAL,
    "portal": _PORTAL,
    "portal_tickets": _PORTAL,
    "portal_pages": _PORTAL,
    "auth": ("page",),
    "utilities": INTERFACES,
    "print": _PERSONAL,
}
SCRIPTS = {
    "texts": INTERFACES,  # first: the others use its function
    "countdown": _AGENT,
    "relative_time": _PERSONAL,
    "theme_toggle": INTERFACES,
    "peek": _AGENT,  # before selection: Escape closes the preview first
    "selection": _AGENT,
    "walking": _AGENT,
    "steady": _AGENT,
    "filter_chips": _AGENT,
    "view_counts": _AGENT,
    "shortcuts": _AGENT,
    "composer": _PERSONAL,
    "mentions": _AGENT,
    "reading": _AGENT,
    "macros": _AGENT,
    "reply_counter": _AGENT,
    "dropzone": _PERSONAL,
    "upload": _AGENT,
    "length": INTERFACES,
    "submit_once": INTERFACES,
    "changes": _AGENT,
    "toast": INTERFACES,
    "calls": _AGENT,
    "requester": _AGENT,
    "choices": _AGENT,
    "command_bar": _AGENT,
    "operators": _AGENT,
    "forget_recent": INTERFACES,
    "dialog": INTERFACES,
    "markdown": _AGENT,
    "quote": _AGENT,
    "redaction": _AGENT,
    "unread": _AGENT,
    "lightbox": _PERSONAL,
    "pending_reply": _AGENT,
    "reply_guard": _AGENT,  # before confirm: it decides what to ask
    "attachment_check": _AGENT,  # the same
    "confirm": INTERFACES,
    "menu": _PERSONAL,
    "live": _AGENT,
    "viewers": _AGENT,
    "drafts": _PERSONAL,
    "signed_out": _PERSONAL,
    "swaps": _AGENT,
    "push": _AGENT,
    "copy": _AGENT,
    "alerts": _AGENT,
    "form_dialog": _AGENT,  # last: the others see a submit before it is prevented
}


_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_JS_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


def list_files(files: Mapping[str, tuple[str, ...]], interface: str) -> list[str]:
    """Return the names of the files that an interface loads, in order, without suffix."""
    return [name for name, interfaces in files.items() if interface in interfaces]


def join_styles(interface: str) -> str:
    """Return the interface's style sheets as one, without comments and indentation."""
    names = list_files(STYLES, interface)
    joined = "\n".join((SOURCES / "css" / f"{name}.css").read_text() for name in names)
    return _strip_lines(_CSS_COMMENT.sub("", joined))


def join_scripts(interface: str) -> str:
    """Return the interface's scripts as one module, each in a block that keeps its names to itself.

    They import nothing, because a block cannot, and because hashed file names break imports.
    Comments on lines of their own and indentation are left out: no text spans lines.
    """
    names = list_files(SCRIPTS, interface)
    sources = ((SOURCES / "js" / f"{name}.js").read_text() for name in names)
    joined = "\n".join(f"{{\n{source}}}" for source in sources)
    return _strip_lines(_JS_COMMENT.sub("", joined))


def draw_symbols() -> str:
    """Return the shapes that lists repeat as one SVG file."""
    return _strip_lines(render_to_string("includes/symbols.html"))


def _strip_lines(source: str) -> str:
    return "\n".join(line for line in map(str.strip, source.split("\n")) if line)


class BundleFinder(BaseFinder):
    """Finds the bundles, and builds them again if a source has changed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.BUNDLES_DIR)
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file's path on disk, or an empty list: the contract of BaseFinder."""
        build = _BUILDERS.get(path)
        if build is None:
            return []
        found = self._write(path, build())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield every bundle with the storage that holds it."""
        for path, build in _BUILDERS.items():
            self._write(path, build())
            yield path, self.storage

    def _write(self, path: str, text: str) -> str:
        target = Path(self.storage.path(path))
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_suffix(f"{target.suffix}.{os.getpid()}")
            beside.write_text(text)
            beside.replace(target)
        return str(target)


_BUILDERS: dict[str, Callable[[], str]] = {
    **{f"bundles/{name}.css": partial(join_styles, name) for name in INTERFACES},
    **{f"bundles/{name}.js": partial(join_scripts, name) for name in INTERFACES},
    "bundles/symbols.svg": draw_symbols,
}
