"""A common format for what GitHub and GitLab report. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.dateparse import parse_datetime

from accounts.models.fields import clean_line, clean_lines


class UnreadableEventError(ValueError):
    """The payload lacks what its event must have. The message names the part, for developers."""


@dataclass(frozen=True, slots=True)
class Item:
    """An issue or a pull request. state: "open", "closed" or "merged"."""

    is_pull: bool
    number: int
    title: str
    url: str
    state: str
    at: datetime
    body: str = ""
    labels: tuple[str, ...] = ()
    assignee: str = ""
    branch: str = ""
    sha: str = ""
    merged_at: datetime | None = None


class Commit(NamedTuple):
    sha: str
    message: str
    url: str


@dataclass(frozen=True, slots=True)
class Published:
    """A published release. A draft or a release that is only planned is none.

    is_public: True if everyone can open its page, so that it can be given to customers.
    """

    tag: str
    url: str
    at: datetime
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One event. An event without item, release and commits is a greeting, such as GitHub's ping.

    trigger: a CodeTrigger, or "" for an event that moves nothing, such as a new label.
    is_outsiders: True for what anyone can do in a public repository; it links and moves nothing.
    actor: the host's ID of who did it, if only the host knows whether that is an outsider.
    """

    repository: str
    trigger: str = ""
    item: Item | None = None
    release: Published | None = None
    commits: tuple[Commit, ...] = ()
    is_outsiders: bool = False
    actor: int | None = None


def read_time(text: object) -> datetime:
    """Return a time of a payload. Raises UnreadableEventError.

    GitLab's webhooks write it as "2013-12-03T17:15:43Z" or "2020-11-02 12:55:12 UTC".
    """
    known = str(text or "").replace(" UTC", "Z").replace(" ", "T", 1)
    try:
        found = parse_datetime(known)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UnreadableEventError("time")
    return found


def get_part(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object of a payload. Raises UnreadableEventError."""
    part = payload.get(name)
    if not isinstance(part, Mapping):
        raise UnreadableEventError(name)
    return part


def get_number(part: Mapping[str, Any], name: str) -> int:
    """Return a positive whole number of a payload. Raises UnreadableEventError."""
    number = part.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
        raise UnreadableEventError(name)
    return number


def list_parts(part: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list, or [] if there is none."""
    values = part.get(name)
    return (
        [each for each in values if isinstance(each, Mapping)] if isinstance(values, list) else []
    )


def get_text(part: Mapping[str, Any], name: str) -> str:
    """Return a text of a payload without control characters, "" for none."""
    return clean_text(part.get(name))


def clean_text(value: object) -> str:
    """Return a value of a payload as text that can be stored, "" for anything else."""
    return clean_lines(value) if isinstance(value, str) else ""


def get_page_url(part: Mapping[str, Any], name: str) -> str:
    """Return the URL of a web page, "" for anything that can't be a link."""
    url = clean_line(get_text(part, name))
    return url if url.startswith(("https://", "http://")) else ""


def read_push(repository: str, payload: Mapping[str, Any]) -> Change:
    """Return the commits of a push; both hosts describe them alike."""
    commits = tuple(
        Commit(get_text(row, "id"), get_text(row, "message"), get_page_url(row, "url"))
        for row in list_parts(payload, "commits")
    )
    return Change(repository, commits=commits)
