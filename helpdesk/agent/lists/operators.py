"""Search operators as filters of the ticket list: their names, and what their values mean.

A search with operators is redirected to the list with the filters that they stand for, so that they
show up as such, and are saved and shared as any filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.matching import normalize_email
from accounts.models import Agent, Contact, Department, Plan, Product
from helpdesk.agent.lists.own_operators import list_own_operators, read_own
from tickets.conditions.conditions import MAX_VALUES
from tickets.conditions.properties import NOT, PROPERTIES, get_property
from tickets.conditions.values import AssigneeChoice, Attention, Content, Due
from tickets.models import OPEN_STATES, Channel, Impact, Priority, State, Tag
from tickets.rules.visibility import TicketVisibility
from tickets.search.characters import fold
from tickets.search.operators import Doubt, Operator
from tickets.selectors import search_accounts, search_contacts

MAX_NAMES = 500  # of a desk's settings that are compared
NEEDS_DATE = frozenset({"before", "after"})
_COMPLEMENTS = {"created_before": "created_after", "created_after": "created_before"}

Found = tuple[str, list[str]]  # the filter's name and its values; no values if nothing matches
Read = Callable[[Agent, str], Found]


def resolve(operators: Iterable[Operator], agent: Agent) -> tuple[dict[str, str], list[str]]:
    """Return the filters that operators stand for, and sentences about those that match nothing.

    The same operator twice asks for either value; of two dates, the last one counts.
    """
    found: dict[str, list[str]] = {}
    problems = []
    for operator in operators:
        name, values = _read(operator, agent)
        name = _negate(name) if operator.is_negated and values else name
        if not values:
            problems.append(_describe_problem(operator))
        elif get_property(name).is_single:
            found[name] = values
        else:
            found[name] = list(dict.fromkeys([*found.get(name, []), *values]))[:MAX_VALUES]
    return {name: ",".join(values) for name, values in found.items()}, problems


def list_operators(agent: Agent) -> set[str]:
    """Return the names of operators that a search can have, in lower case."""
    return {*OPERATORS, *list_own_operators(agent.desk)}


def _read(operator: Operator, agent: Agent) -> Found:
    if operator.name in OPERATORS:
        return OPERATORS[operator.name](agent, operator.value)
    field = list_own_operators(agent.desk)[operator.name]
    return read_own(field, operator.value, is_negated=operator.is_negated)


def _negate(name: str) -> str:
    """Return the filter of the tickets that a filter leaves out."""
    return _COMPLEMENTS.get(name, NOT + name)


def describe_doubt(text: str, doubt: Doubt) -> str:
    """Return why something that looks like an operator was searched for as words."""
    sentences = {
        Doubt.UNKNOWN: _("“%(text)s” isn't a search operator, so it's treated as plain text."),
        Doubt.EMPTY: _("“%(text)s” has no value, so it's treated as plain text."),
        Doubt.TOO_MANY: _("Too many operators, so “%(text)s” is treated as plain text."),
    }
    return sentences[doubt] % {"text": text}


def _describe_problem(operator: Operator) -> str:
    if operator.name in NEEDS_DATE:
        text = _("“%(text)s” needs a date such as 2026-11-30, so it's ignored.")
    else:
        text = _("Nothing matches “%(text)s”, so it's ignored.")
    return text % {"text": operator}


def _pick(value: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Return the values with this name, otherwise those whose names start with it."""
    wanted = fold(value)
    folded = [(key, fold(name)) for key, name in names]
    exact = [key for key, name in folded if name == wanted]
    return (exact or [key for key, name in folded if name.startswith(wanted)])[:MAX_VALUES]


def _read_is(agent: Agent, value: str) -> Found:
    """Read ``is:``, which names states and what an agent calls a state."""
    marks: dict[str, Found] = {
        "open": ("status", [state.value for state in OPEN_STATES]),
        "mine": ("assignee", [AssigneeChoice.ME.value]),
        "unassigned": ("assignee", [AssigneeChoice.NOBODY.value]),
        "overdue": ("due", [Due.PASSED.value]),
        "breached": ("due", [Due.PASSED.value]),
        "soon": ("due", [Due.SOON.value]),
        "unread": ("needs", [Attention.UNREAD.value]),
        "unanswered": ("needs", [Attention.REPLY.value]),
    }
    return marks.get(fold(value)) or _read_status(agent, value)


def _read_status(agent: Agent, value: str) -> Found:
    names = [(state.value, agent.desk.word_for(state.value)) for state in State]
    known = [*((state.value, state.value) for state in State), *names]
    return "status", list(dict.fromkeys(_pick(value, known)))


def _read_by_name(name: str, rows: Callable[[Agent], QuerySet[Model]]) -> Read:
    """Return a reader for names of a desk's settings."""

    def read(agent: Agent, value: str) -> Found:
        return name, _pick(value, ((str(row.pk), str(row)) for row in rows(agent)[:MAX_NAMES]))

    return read


def _list_departments(agent: Agent) -> QuerySet[Model]:
    hidden = TicketVisibility.for_agent(agent).hidden_departments
    return Department.objects.filter(desk=agent.desk).exclude(pk__in=hidden)


def _read_tag(agent: Agent, value: str) -> Found:
    tags = Tag.objects.filter(desk=agent.desk)
    exact = tags.filter(name__iexact=value)
    found = list(exact[:1]) or list(tags.filter(name__istartswith=value)[:MAX_VALUES])
    return "tag", [str(tag.pk) for tag in found]


def _read_priority(agent: Agent, value: str) -> Found:
    rows = Priority.objects.filter(desk=agent.desk)[:MAX_NAMES]
    names = [(str(row.pk), name) for row in rows for name in (row.localized_name, row.name)]
    return "priority", list(dict.fromkeys(_pick(value, names)))


def _read_from(agent: Agent, value: str) -> Found:
    """Read ``from:``: a person's address, otherwise an account, otherwise a person's name."""
    if address := normalize_email(value):
        people = Contact.objects.filter(desk=agent.desk).with_any_email(address)
        return "requester", [str(pk) for pk in people.values_list("pk", flat=True)]
    found = _read_account(agent, value)
    return found if found[1] else _read_requester(agent, value)


def _read_account(agent: Agent, value: str) -> Found:
    accounts = search_accounts(desk=agent.desk, words=value, limit=MAX_VALUES)
    return "account", [str(account.pk) for account in accounts]


def _read_requester(agent: Agent, value: str) -> Found:
    people = search_contacts(desk=agent.desk, words=value, limit=MAX_VALUES)
    return "requester", [str(person.pk) for person in people]


def _read_assignee(agent: Agent, value: str) -> Found:
    if fold(value) in AssigneeChoice.values:
        return "assignee", [fold(value)]
    agents = Agent.objects.filter(desk=agent.desk).select_related("user").order_by("pk")
    return "assignee", _pick(value, ((str(one.pk), one.name) for one in agents[:MAX_NAMES]))


def _read_choice(name: str, choices: Callable[[Agent], Iterable[tuple[str, object]]]) -> Read:
    """Return a reader for known words, by what they are called or by their value."""

    def read(agent: Agent, value: str) -> Found:
        known = [(key, str(label)) for key, label in choices(agent)]
        values = [(key, key) for key, _label in known]
        return name, list(dict.fromkeys(_pick(value, [*values, *known])))

    return read


def _read_date(name: str) -> Read:
    def read(agent: Agent, value: str) -> Found:
        try:
            PROPERTIES[name].kind.check(value)
            return name, [date.fromisoformat(value).isoformat()]
        except ValueError:
            return name, []

    return read


def _read_language(agent: Agent, value: str) -> Found:
    try:
        PROPERTIES["language"].kind.check(value)
    except ValueError:
        return "language", []
    return "language", [value]


_PLAN = _read_by_name("plan", lambda agent: Plan.objects.filter(desk=agent.desk))
OPERATORS: dict[str, Read] = {
    "is": _read_is,
    "status": _read_status,
    "from": _read_from,
    "account": _read_account,
    "requester": _read_requester,
    "tier": _PLAN,
    "plan": _PLAN,
    "tag": _read_tag,
    "priority": _read_priority,
    "assignee": _read_assignee,
    "department": _read_by_name("department", _list_departments),
    "product": _read_by_name("product", lambda agent: Product.objects.filter(desk=agent.desk)),
    "level": _read_choice("level", lambda agent: agent.desk.list_levels()),
    "channel": _read_choice("channel", lambda agent: Channel.choices),
    "impact": _read_choice("impact", lambda agent: Impact.choices),
    "has": _read_choice("has", lambda agent: Content.choices),
    "language": _read_language,
    "before": _read_date("created_before"),
    "after": _read_date("created_after"),
}
