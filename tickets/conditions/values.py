"""Kinds of values in conditions: texts that parameters hold, checked and compiled. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent
from tickets.models import NOBODY

UNKNOWN_FILTER = _("This link contains a filter that doesn't exist here.")
MAX_ID_DIGITS = 18  # a bigint holds them
SOON = timedelta(hours=1)
MAX_UNREAD = 100


class Attention(TextChoices):
    UNREAD = "unread", _("Unread by me")
    REPLY = "answer", _("Needs a reply")


class Due(TextChoices):
    PASSED = "passed", _("Overdue")
    SOON = "soon", _("Due within an hour")


class AssigneeChoice(TextChoices):
    ME = "me", pgettext_lazy("assignee", "Me")
    NOBODY = "nobody", _("Unassigned")


class Content(TextChoices):
    ATTACHMENT = "attachment", _("Attachment")
    SIDE_ANSWER = "side-answer", _("New reply in a side conversation")


@dataclass(frozen=True, slots=True)
class Asked:
    """The agent who asks, and the time: "me", "unread by me" and "overdue" depend on them.

    Days are the desk's.
    """

    agent: Agent
    at: datetime

    def start_of(self, day: date) -> datetime:
        """Return the moment at which a day starts at the desk."""
        return datetime.combine(day, time(), ZoneInfo(self.agent.desk.time_zone))


class Kind(Protocol):
    """A kind of values. Raises ValueError for a text that isn't one."""

    def check(self, value: str) -> None:
        """Raise ValueError if the text isn't such a value."""

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        """Return the condition that a ticket has any of the values."""


def parse_id(text: str) -> int:
    """Return a positive id in ASCII digits. Raises ValueError for anything else."""
    if text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS and int(text):
        return int(text)
    raise ValueError(text)


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of related rows. path: the column, such as "priority_id"."""

    path: str

    def check(self, value: str) -> None:
        parse_id(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        return match(self.path, [parse_id(value) for value in values])


@dataclass(frozen=True, slots=True)
class Words:
    """Values of a column out of known choices."""

    path: str
    choices: tuple[str, ...]

    def check(self, value: str) -> None:
        if value not in self.choices:
            raise ValueError(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        return match(self.path, list(values))


@dataclass(frozen=True, slots=True)
class Assignees:
    """Assignees: "me", "nobody", or ids of agents."""

    def check(self, value: str) -> None:
        if value not in AssigneeChoice.values:
            parse_id(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        named: dict[str, int] = {
            AssigneeChoice.ME: asked.agent.pk,
            AssigneeChoice.NOBODY: NOBODY,
        }
        ids = [named[value] if value in named else parse_id(value) for value in values]
        return match("assignee_id", ids)


@dataclass(frozen=True, slots=True)
class Days:
    """A day as 2026-11-30, to compare a time with. is_before: before that day starts."""

    path: str
    is_before: bool

    def check(self, value: str) -> None:
        day = date.fromisoformat(value)
        if day.isoformat() != value or not 1900 < day.year < 9000:
            raise ValueError(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        (value,) = values
        lookup = "lt" if self.is_before else "gte"
        return Q((f"{self.path}__{lookup}", asked.start_of(date.fromisoformat(value))))


def match(path: str, values: list[int] | list[str]) -> Q:
    """Return the condition that a column has any of the values."""
    return Q((path, values[0])) if len(values) == 1 else Q((f"{path}__in", values))
