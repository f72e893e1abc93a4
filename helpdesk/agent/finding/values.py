"""Values that a search suggests for the operator that is being typed, such as ``tag:ss``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agent, Department, Plan, Product
from helpdesk.agent.lists.operators import OPERATORS
from helpdesk.agent.lists.own_operators import list_own_operators, list_own_values
from tickets.conditions.values import AssigneeChoice, Content
from tickets.models import Channel, Priority, State, Tag
from tickets.rules.visibility import TicketVisibility
from tickets.search.characters import fold
from tickets.selectors import search_accounts, search_contacts

MAX_VALUES = 12
MIN_TYPED = 2  # characters of a field's name
MAX_READ = 500  # names of a desk that are compared
MARKS = ("open", "mine", "unassigned", "overdue", "soon", "unread", "unanswered")

_OPERATOR = re.compile(r'(?:"(?P<label>[^"]+)"|(?P<name>[^\s":]+)):(?P<value>.*)', re.DOTALL)
Listed = Callable[[Agent, str], Iterable[str]]


def suggest_values(agent: Agent, typed: str) -> list[str]:
    """Return operators with values that begin with what was typed, ready to be searched for.

    typed: the operator and the beginning of its value, perhaps after a quotation mark, or the
    beginning of the name of one of the desk's own fields.
    """
    found = _OPERATOR.match(typed)
    if found is None:
        return _suggest_fields(agent, typed)
    name, value = (found["label"] or found["name"]).casefold(), found["value"]
    if name in OPERATORS:
        return _suggest_listed(agent, name, value)
    field = list_own_operators(agent.desk).get(name)
    fold_value = fold(value.strip('"'))
    values = list_own_values(field) if field else []
    fitting = [each for each in values if fold(each).startswith(fold_value)]
    return [f"{_quote(name)}:{_quote(each)}" for each in fitting[:MAX_VALUES]]


def _suggest_fields(agent: Agent, typed: str) -> list[str]:
    """Return operators for the desk's own fields whose labels begin with what was typed."""
    wanted = fold(typed.strip('"'))
    if len(wanted) < MIN_TYPED:
        return []
    own = list_own_operators(agent.desk)
    labels = dict.fromkeys(field.label for field in own.values())
    fitting = [each for each in labels if fold(each).startswith(wanted) and ":" not in each]
    return [f"{_quote(each)}:" for each in fitting if each.casefold() not in OPERATORS]


def _suggest_listed(agent: Agent, name: str, value: str) -> list[str]:
    if name not in VALUES:
        return []
    wanted = fold(value.lstrip('"').rstrip('"'))
    found = dict.fromkeys(VALUES[name](agent, value.strip('"')))
    fitting = [each for each in found if fold(each).startswith(wanted) or name in SEARCHED]
    return [f"{name}:{_quote(each)}" for each in fitting[:MAX_VALUES]]


def _quote(value: str) -> str:
    value = value.replace('"', " ")
    return f'"{value}"' if " " in value else value


def _list_states(agent: Agent, value: str) -> Iterable[str]:
    return [*MARKS, *State.values, *(agent.desk.word_for(state) for state in State.values)]


def _list_accounts(agent: Agent, value: str) -> list[str]:
    if not value.strip():
        return []
    accounts = search_accounts(desk=agent.desk, words=value, limit=MAX_VALUES)
    return [account.name for account in accounts]


def _list_people(agent: Agent, value: str) -> list[str]:
    if not value.strip():
        return []
    people = search_contacts(desk=agent.desk, words=value, limit=MAX_VALUES)
    return [person.email if person.can_get_email else str(person) for person in people]


def _list_from(agent: Agent, value: str) -> Iterable[str]:
    return [*_list_accounts(agent, value), *_list_people(agent, value)]


def _list_agents(agent: Agent, value: str) -> Iterable[str]:
    agents = Agent.objects.filter(desk=agent.desk, is_active=True).order_by("name")
    return [*AssigneeChoice.values, *agents.values_list("name", flat=True)[:MAX_READ]]


def _list_names(rows: Callable[[Agent], QuerySet[Any]]) -> Listed:
    def names(agent: Agent, value: str) -> Iterable[str]:
        return [str(row) for row in rows(agent)[:MAX_READ]]

    return names


def _list_tags(agent: Agent, value: str) -> Iterable[str]:
    tags = Tag.objects.filter(desk=agent.desk, name__istartswith=value).order_by("name")
    return tags.values_list("name", flat=True)[:MAX_VALUES]


def _list_departments(agent: Agent) -> QuerySet[Any]:
    hidden = TicketVisibility.for_agent(agent).hidden_departments
    return Department.objects.filter(desk=agent.desk).exclude(pk__in=hidden)


_PLANS = _list_names(lambda agent: Plan.objects.filter(desk=agent.desk))
SEARCHED = ("from", "account", "requester")  # found by words within the name, too
VALUES: dict[str, Listed] = {
    "is": _list_states,
    "status": _list_states,
    "from": _list_from,
    "account": _list_accounts,
    "requester": _list_people,
    "tier": _PLANS,
    "plan": _PLANS,
    "tag": _list_tags,
    "priority": _list_names(lambda agent: Priority.objects.offered(desk=agent.desk)),
    "assignee": _list_agents,
    "department": _list_names(_list_departments),
    "product": _list_names(lambda agent: Product.objects.filter(desk=agent.desk)),
    "level": lambda agent, value: [str(name) for _level, name in agent.desk.list_levels()],
    "channel": lambda agent, value: Channel.values,
    "has": lambda agent, value: Content.values,
}
