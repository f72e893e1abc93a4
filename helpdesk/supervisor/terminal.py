"""What the person at the terminal sees: the address and the logins, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
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
    return "\n".join([*lines, f"  Data, demo.json and logs: {place.data_dir}", ""])


def _tables(facts: dict[str, Any]) -> Iterator[str]:
    desks = list(facts["desks"].values())
    logins = [login for desk in desks for login in desk["logins"].values()]
    passwords = {login["password"] for login in logins}
    shared = (
        f"the password is {passwords.pop()} everywhere"
        if len(passwords) == 1
        else "passwords in demo.json"
    )
    yield f"Log in at a desk's address; {shared}."
    for desk in desks:
        yield ""
        yield f"{desk['name']}  {desk['address']}"
        width = max(map(len, desk["logins"]))
        yield from (
            f"  {role:<{width}}  {login['email']}" for role, login in desk["logins"].items()
        )
    yield ""
    yield f"Inbound mail: {', '.join(facts['inbound'])}; addresses and the secret are in demo.json."
