"""Conditions on tickets: read from parameters, checked, written back, and applied to queue rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from accounts.models import Agent
from tickets.conditions.properties import PROPERTIES, find_property, get_property
from tickets.conditions.values import UNKNOWN_FILTER, Asked
from tickets.models import QueueRow

SEPARATOR = ","  # between values of which a ticket needs any
MAX_VALUES = 20
MAX_OWN = 20  # conditions on own fields


@dataclass(frozen=True, slots=True)
class Condition:
    """A property that must have any of these values."""

    name: str
    values: tuple[str, ...]

    def compile(self, asked: Asked) -> Q:
        """Return the condition as a filter of queue rows."""
        return get_property(self.name).kind.compile(self.values, asked)

    def __str__(self) -> str:
        return SEPARATOR.join(self.values)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that a ticket must all meet, in the order of PROPERTIES, own fields last."""

    conditions: tuple[Condition, ...] = ()

    def as_parameters(self) -> dict[str, str]:
        """Return the parameters that parse to these conditions."""
        return {condition.name: str(condition) for condition in self.conditions}

    def compile(self, asked: Asked) -> Q:
        """Return the conditions as one filter of queue rows."""
        found = Q()
        for condition in self.conditions:
            found &= condition.compile(asked)
        return found

    def pick(self, names: Iterable[str]) -> Conditions:
        """Return the conditions on these properties."""
        wanted = frozenset(names)
        return Conditions(tuple(each for each in self.conditions if each.name in wanted))


def parse(parameters: Mapping[str, str]) -> Conditions:
    """Read conditions from parameters, such as {"status": "waiting,open", "assignee": "me"}.

    Ignores empty values and other parameters. Raises ValidationError for a value that can't be, or
    for more than MAX_VALUES of one property. Own fields check their values in ``compile``.
    """
    own, found = list_own_names(parameters), []
    if len(own) > MAX_OWN:
        raise ValidationError(UNKNOWN_FILTER)
    for name in (*PROPERTIES, *own):
        text = parameters.get(name, "")
        values = (text.strip(),) if get_property(name).is_single else split_values(text)
        if any(values):
            _check(name, values)
            found.append(Condition(name, values))
    return Conditions(tuple(found))


def list_own_names(parameters: Iterable[str]) -> list[str]:
    """Return the names of parameters that are conditions on own fields, in a stable order."""
    return sorted(name for name in parameters if name not in PROPERTIES and find_property(name))


def split_values(text: str) -> tuple[str, ...]:
    """Return the values of one parameter, each once."""
    parts = (part.strip() for part in text.split(SEPARATOR))
    return tuple(dict.fromkeys(part for part in parts if part))


def _check(name: str, values: tuple[str, ...]) -> None:
    known = get_property(name)
    if len(values) > (1 if known.is_single else MAX_VALUES):
        raise ValidationError(UNKNOWN_FILTER)
    for value in values:
        try:
            known.kind.check(value)
        except ValueError:
            raise ValidationError(UNKNOWN_FILTER) from None


def apply(
    tickets: QuerySet[QueueRow], conditions: Conditions, *, agent: Agent, at: datetime
) -> QuerySet[QueueRow]:
    """Return the tickets that meet all conditions. tickets: those that the agent may see.

    at: the time of "overdue".
    """
    if not conditions.conditions:
        return tickets
    return tickets.filter(conditions.compile(Asked(agent, at)))
