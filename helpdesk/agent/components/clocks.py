"""Typed contexts of the pages that explain SLA clocks (templates/agent/clocks)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component, Link
from helpdesk.shared.run_picture import RunPicture
from helpdesk.shared.wording.explanations import RunTable


@dataclass(frozen=True, slots=True)
class ClockCard(Component):
    """A clock in the list of a ticket's clocks. is_internal: customers never see it."""

    kind: str
    name: str
    url: str
    is_internal: bool
    sentence: str
    status: str = ""
    tone: str = ""
    picture: RunPicture | None = None


@dataclass(frozen=True, slots=True)
class EntryLine(Component):
    """An entry of a clock. url: the page as of that entry."""

    title: str
    detail: str
    url: str
    at_iso: str
    at_text: str
    at_title: str


@dataclass(frozen=True, slots=True)
class DifferenceLine(Component):
    """A recorded fact that came out differently."""

    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPage(Component):
    """A clock explained. run: None before it started; notice: says so, or as of when it is.

    runs: links, if there were several. equal: the text if there are no differences. deadline_url,
    removal_url: for leads, to set the deadline by hand, and to undo that.
    """

    name: str
    ticket: Link
    url: str
    all_url: str
    is_past: bool
    runs: tuple[Link, ...] = ()
    notice: str = ""
    sentence: str = ""
    picture: RunPicture | None = None
    run: RunTable | None = None
    facts: tuple[tuple[str, str], ...] = ()
    entries: tuple[EntryLine, ...] = ()
    differences: tuple[DifferenceLine, ...] = ()
    equal: str = ""
    deadline_url: str = ""
    removal_url: str = ""
