"""The toolbar of a ticket list: filters, active filters and order (templates/agent/queue)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Desk
from accounts.places.spoken_languages import list_languages
from helpdesk.agent.components.lists import (
    ActiveFilter,
    AddField,
    FilterField,
    Pairs,
    SortMenu,
    Toolbar,
)
from helpdesk.agent.lists.filters import list_sorts
from helpdesk.agent.lists.list_parameters import ACCOUNT_NAME, ListParameters
from helpdesk.agent.lists.own_filters import (
    build_own_fields,
    describe_own_values,
    get_own_label,
    has_own_field,
    is_own,
    list_own_filters,
    list_own_options,
)
from helpdesk.agent.lists.queue_queries import Sidebar
from helpdesk.shared.components import Link, Option
from helpdesk.shared.entries import CHANNEL_LABELS
from helpdesk.shared.urls import get_url
from tickets.conditions.conditions import split_values
from tickets.conditions.properties import get_positive, is_negated
from tickets.conditions.values import AssigneeChoice, Attention, Content, Due
from tickets.models import Channel, Impact, State

# A filter's label, and its option for no filter.
LABELS = {
    "status": (gettext_lazy("Status"), gettext_lazy("Any status")),
    "priority": (gettext_lazy("Priority"), gettext_lazy("Any priority")),
    "department": (gettext_lazy("Department"), gettext_lazy("Any department")),
    "level": (gettext_lazy("Level"), gettext_lazy("Any level")),
    "assignee": (gettext_lazy("Assignee"), gettext_lazy("Any assignee")),
    "account": (gettext_lazy("Account"), gettext_lazy("Any account")),
    "channel": (gettext_lazy("Channel"), gettext_lazy("Any channel")),
    "needs": (gettext_lazy("Attention"), gettext_lazy("All tickets")),
    "due": (pgettext_lazy("column", "Due"), gettext_lazy("Any deadline")),
    "tag": (gettext_lazy("Tag"), gettext_lazy("Any tag")),
    "plan": (gettext_lazy("Plan"), gettext_lazy("Any plan")),
    "product": (gettext_lazy("Product"), gettext_lazy("Any product")),
    "language": (gettext_lazy("Language"), gettext_lazy("Any language")),
    "impact": (gettext_lazy("Business impact"), gettext_lazy("Any impact")),
    "requester": (gettext_lazy("Requester"), gettext_lazy("Any requester")),
    "has": (gettext_lazy("Has"), gettext_lazy("Anything")),
    "created_after": (gettext_lazy("Created on or after"), ""),
    "created_before": (gettext_lazy("Created before"), ""),
    "updated_after": (gettext_lazy("Updated on or after"), ""),
    "updated_before": (gettext_lazy("Updated before"), ""),
    "closed_after": (gettext_lazy("Closed on or after"), ""),
    "closed_before": (gettext_lazy("Closed before"), ""),
}
DATES = frozenset(name for name in LABELS if name.endswith(("_after", "_before")))
WITHOUT_FIELD = frozenset({"requester"})  # chosen on the page of a customer
# Languages that the form offers. A link can name any other.
OFFERED_LANGUAGES = (
    "ar, cs, da, de, el, en, es, fi, fr, he, hi, hu, id, it, ja, ko, nl, no, pl, pt, ro, ru, sv, "
    "th, tr, uk, vi, zh"
)


class Added(NamedTuple):
    """A filter that was typed and not understood, and why."""

    text: str
    error: str


def get_label(name: str, desk: Desk) -> str:
    """Return a filter's label, such as "Tag" or "Tag is not"."""
    if is_own(name):
        return get_own_label(name, desk)
    label = str(LABELS[get_positive(name)][0])
    if not is_negated(name):
        return label
    # Translators: the label of a filter that leaves tickets out, such as "Tag is not".
    return _("Doesn't have") if name == "not_has" else _("%(filter)s is not") % {"filter": label}


def build_toolbar(
    parameters: ListParameters,
    sidebar: Sidebar,
    desk: Desk,
    *,
    acts: tuple[Link, ...] = (),
    account_error: str = "",
    added: Added | None = None,
) -> Toolbar:
    """Return the toolbar of a list. The sidebar was read with choices.

    account_error: why no account was found by the name that was typed.
    """
    fields = [name for name in parameters.names if _has_field(name)]
    own = [name for name in list_own_filters(desk) if has_own_field(name, desk)]
    options = {name: list_options(name, sidebar, desk) for name in {*fields, *parameters.filters}}
    query = {"list": urlencode(parameters.get_parameters())}
    return Toolbar(
        action=parameters.build_url(without="filters").partition("?")[0],
        hidden=_list_pairs(parameters, *fields, *own),
        fields=(
            *(_build_field(name, options[name], parameters, account_error) for name in fields),
            *build_own_fields(parameters.filters, desk),
        ),
        active=tuple(
            _build_active_filter(name, options[name], parameters, desk)
            for name in parameters.filters
        ),
        clear_url=_build_clear_url(parameters),
        sort=None if parameters.words else _build_sort_menu(parameters),
        is_open=bool(account_error),
        acts=acts,
        add=AddField(
            hidden=_list_pairs(parameters),
            suggestions_url=get_url("agent:filter_suggestions", query=query),
            text=added.text if added else "",
            error=added.error if added else "",
        ),
    )


def _has_field(name: str) -> bool:
    """Return True for a filter of the form. What a ticket must not have is added by typing."""
    return name not in WITHOUT_FIELD and not is_negated(name)


def _build_clear_url(parameters: ListParameters) -> str:
    """Return the URL that clears the changed filters, or "" if there are none."""
    can_clear = parameters.is_changed if parameters.saved else parameters.filters
    return parameters.build_url(without="filters") if can_clear else ""


def _list_pairs(parameters: ListParameters, *left_out: str) -> Pairs:
    pairs = parameters.get_parameters().items()
    return tuple((name, value) for name, value in pairs if name not in left_out)


def list_options(name: str, sidebar: Sidebar, desk: Desk) -> Pairs:
    """Return the values that a filter offers, each with its label."""
    if is_own(name):
        return list_own_options(name, desk)
    match get_positive(name):
        case "status":
            return tuple((state.value, desk.word_for(state.value)) for state in State)
        case "department":
            return tuple((str(d.id), d.name) for d in sidebar.departments if not d.is_hidden)
        case "level":
            return tuple(desk.list_levels())
        case "assignee":
            return (*_list_choices(AssigneeChoice), *_list_named(sidebar, "agent"))
        case "channel":
            return tuple((value.value, str(CHANNEL_LABELS[value.value])) for value in Channel)
        case "needs":
            return _list_choices(Attention)
        case "due":
            return _list_choices(Due)
        case "has":
            return _list_choices(Content)
        case "impact":
            return _list_choices(Impact)
        case "language":
            return tuple(list_languages())
        case positive if positive in DATES:
            return ()
        case positive:
            return _list_named(sidebar, positive)


def _list_choices(choices: Iterable[AssigneeChoice | Attention | Content | Due | Impact]) -> Pairs:
    return tuple((str(choice.value), str(choice.label)) for choice in choices)


def _list_named(sidebar: Sidebar, kind: str) -> Pairs:
    return tuple((str(choice.id), choice.name) for choice in sidebar.choices[kind])


def _build_field(
    name: str, options: Pairs, parameters: ListParameters, account_error: str
) -> FilterField:
    if name == "account":
        return _build_account_field(parameters, options, account_error)
    (label, any_label), value = LABELS[name], parameters.filters.get(name, "")
    if name in DATES:
        return FilterField(name, str(label), is_date=True, text=value)
    if name == "language":
        options = tuple(pair for pair in options if pair[0] in OFFERED_LANGUAGES.split(", "))
    if value and value not in dict(options):  # several at once, or one that isn't offered
        options = (*options, (value, describe_values(name, value, options)))
    return FilterField(name, str(label), _mark([("", str(any_label)), *options], value))


def describe_values(name: str, value: str, options: Pairs) -> str:
    """Return the values of a filter as a text, such as "New, Open" or "Nov 30, 2026"."""
    if name in DATES:
        try:
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        except ValueError:
            return _("unknown")
    known = dict(options)
    return ", ".join(known.get(each) or _("unknown") for each in split_values(value))


def _build_account_field(parameters: ListParameters, options: Pairs, error: str) -> FilterField:
    label, any_label = LABELS["account"]
    return FilterField(
        ACCOUNT_NAME,
        str(label),
        names_url=get_url("agent:account_names"),
        text=parameters.account_name or dict(options).get(parameters.account_id, ""),
        any_label=str(any_label),
        error=error,
    )


def _mark(options: Iterable[tuple[str, str]], value: str) -> tuple[Option, ...]:
    return tuple(Option(key, label, selected=key == value) for key, label in options)


def describe_filters(parameters: ListParameters, sidebar: Sidebar, desk: Desk) -> str:
    """Return the active filters as a text, such as "Status: Open · Tag: sso"."""
    described = (
        _build_active_filter(name, list_options(name, sidebar, desk), parameters, desk)
        for name in parameters.filters
    )
    return " · ".join(
        _("%(filter)s: %(value)s") % {"filter": one.label, "value": one.value} for one in described
    )


def _build_active_filter(
    name: str, options: Pairs, parameters: ListParameters, desk: Desk
) -> ActiveFilter:
    value = parameters.filters[name]
    return ActiveFilter(
        label=get_label(name, desk),
        value=describe_own_values(name, value, desk)
        if is_own(name)
        else describe_values(name, value, options),
        url=parameters.build_url(without=name),
    )


def _build_sort_menu(parameters: ListParameters) -> SortMenu:
    options = [(sort.value, str(sort.label)) for sort in list_sorts(parameters.view)]
    return SortMenu(
        hidden=_list_pairs(parameters, "sort"), options=_mark(options, parameters.sort.value)
    )
