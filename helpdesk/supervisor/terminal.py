"""What the person at the terminal sees: the address and the logins, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from typing import Any

from helpdesk.supervisor.children import Child
from helpdesk.supervisor.place import Place

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(
    r"\[(warning|error|critical) *\]|\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b|^\w*(Error|Exception):"
)


def say(text: str) -> None:
    """Print a line, also when nobody listens any more."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (for as long as the process lives)


class WarningLines:
    """The new lines of a child's log that warn of something."""

    def __init__(self, child: Child) -> None:
        child.log.touch()
        self.child = child
        self.log = child.log.open(errors="replace")
        self.log.seek(0, os.SEEK_END)
        self.rest = ""

    def say(self) -> None:
        """Print what has come since the last look."""
        *lines, self.rest = (self.rest + self.log.read()).split("\n")
        for line in lines:
            if WARNING.search(bare := COLOURS.sub("", line)):
                say(f"{self.child.name:>8} | {bare}")


def welcome(place: Place) -> str:
    """The address and the logins out of demo.json, as a table."""
    lines = ["", f"  Plumbline runs at {place.site_url}    (Ctrl-C stops it)", ""]
    facts = place.data_dir / "demo.json"
    if facts.exists():
        lines += [f"  {line}".rstrip() for line in _tables(json.loads(facts.read_text()))]
    return "\n".join([*lines, f"  Data and logs: {place.data_dir}", ""])


def _tables(facts: dict[str, Any]) -> Iterable[str]:
    for desk in facts.get("desks", {}).values():
        yield f"{desk['name']}  {desk['address']}"
        rows = [(role, login["email"], login["password"]) for role, login in desk["logins"].items()]
        yield from _columns(rows)
        yield ""
    if inbound := facts.get("inbound"):
        yield f"Inbound mail: {', '.join(inbound)}; addresses and the secret stand in demo.json"


def _columns(rows: list[tuple[str, str, str]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for role, email, password in rows:
        yield f"  {role:<{widths[0]}}  {email:<{widths[1]}}  {password}"
