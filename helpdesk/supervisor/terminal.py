"""Terminal output: the address, the sign-ins, and warnings from the logs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

from helpdesk.supervisor.children import Child
from helpdesk.supervisor.config import Config

COLORS = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(
    r"\[(warning|error|critical) *\]|\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b"
    r"|^\w*(Error|Exception):"
)


def echo(text: str) -> None:
    """Print a line, even if the reader of a pipe has gone."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (until the process ends)


class LogWarnings:
    """Warnings and errors that a child adds to its log."""

    def __init__(self, child: Child) -> None:
        child.log.touch()
        self.child = child
        self.log = child.log.open(errors="replace")
        self.log.seek(0, os.SEEK_END)
        self.rest = ""

    def print_new(self) -> None:
        """Print the warnings since the last call."""
        *lines, self.rest = (self.rest + self.log.read()).split("\n")
        for line in lines:
            if WARNING.search(bare := COLORS.sub("", line)):
                echo(f"{self.child.name:>8} | {bare}")


def format_welcome(config: Config) -> str:
    """Return the address and the sign-ins from demo.json as a table."""
    lines = ["", f"  Plumbline is running at {config.site_url}    (press Ctrl-C to stop)", ""]
    facts = config.data_dir / "demo.json"
    if facts.exists():
        lines += [f"  {line}".rstrip() for line in _format_tables(json.loads(facts.read_text()))]
    return "\n".join([*lines, f"  Data, demo.json and logs: {config.data_dir}", ""])


def _format_tables(facts: dict[str, Any]) -> Iterator[str]:
    desks = list(facts["desks"].values())
    logins = [login for desk in desks for login in desk["logins"].values()]
    passwords = {login["password"] for login in logins}
    shared = (
        f"The password is always {passwords.pop()}."
        if len(passwords) == 1
        else "The passwords are in demo.json."
    )
    yield f"Sign in at a desk's address. {shared}"
    for desk in desks:
        yield ""
        yield f"{desk['name']}  {desk['address']}"
        width = max(map(len, desk["logins"]))
        yield from (
            f"  {role.replace('_', ' ').capitalize():<{width}}  {login['email']}"
            for role, login in desk["logins"].items()
        )
        if playground := desk.get("playground"):
            yield f"  {'Channel playground':<{width}}  {playground}"
    if admin := facts.get("superuser"):
        yield ""
        yield f"Installation admin  {admin['email']}  {admin['address']}"
    yield ""
    yield f"Inbound email: {', '.join(facts['inbound'])}. URLs and secret are in demo.json."
