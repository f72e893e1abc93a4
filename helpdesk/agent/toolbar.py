"""The controls over a queue as finished values: filters, chosen ones, order (templates/agent/queue/_toolbar.html)."""

from __future__ import annotations

from typing import Any

from accounts.models import Desk
from helpdesk.agent.filters import Due, Needs, Someone, list_sorts
from helpdesk.agent.list_parameters import Asked
from helpdesk.agent.queue_queries import Sidebar
from helpdesk.shared.entries import CHANNEL_LABELS
from tickets.models import Channel, State

Options = list[tuple[str, str]]

LABELS = {
    "status": ("Status", "Any status"),
    "priority": ("Priority", "Any priority"),
    "department": ("Department", "Any department"),
    "assignee": ("Assignee", "Anybody"),
    "account": ("Account", "Any account"),
    "channel": ("Channel", "Any channel"),
    "needs": ("Attention", "All tickets"),
    "due": ("First response", "Any deadline"),
}


def describe_toolbar(asked: Asked, sidebar: Sidebar, desk: Desk) -> dict[str, Any]:
    """The context ``filters`` of the queue's page."""
    options = {name: _list_options(name, sidebar, desk) for name in asked.names}
    return {
        "action": asked.address(without="filters").partition("?")[0],
        "hidden": _pairs(asked, *asked.names),
        "fields": [
            _describe_field(name, options[name], asked.filters.get(name, ""))
            for name in asked.names
        ],
        "chosen": [_describe_chosen(name, options[name], asked) for name in asked.filters],
        "clear_url": asked.address(without="filters") if asked.filters else "",
        "sort": None if asked.words else _describe_sort(asked),
    }


def _pairs(asked: Asked, *left_out: str) -> Options:
    return [(name, value) for name, value in asked.parameters().items() if name not in left_out]


def _list_options(name: str, sidebar: Sidebar, desk: Desk) -> Options:
    match name:
        case "status":
            return [(state.value, desk.word_for(state.value)) for state in State]
        case "department":
            return [(str(d.id), d.name) for d in sidebar.departments if not d.is_hidden]
        case "assignee":
            return [*Someone.choices, *_named(sidebar, "agent")]
        case "channel":
            return [(channel.value, CHANNEL_LABELS[channel.value]) for channel in Channel]
        case "needs":
            return list(Needs.choices)
        case "due":
            return list(Due.choices)
        case _:
            return _named(sidebar, name)


def _named(sidebar: Sidebar, kind: str) -> Options:
    return [(str(row_id), name) for row_id, name in sidebar.choices[kind]]


def _describe_field(name: str, options: Options, value: str) -> dict[str, Any]:
    label, for_all = LABELS[name]
    return {"name": name, "label": label, "options": _mark([("", for_all), *options], value)}


def _mark(options: Options, value: str) -> list[dict[str, Any]]:
    return [{"value": key, "label": label, "selected": key == value} for key, label in options]


def _describe_chosen(name: str, options: Options, asked: Asked) -> dict[str, str]:
    """A chosen filter in words, with the address of the list without it."""
    value = asked.filters[name]
    return {
        "label": LABELS[name][0],
        "value": dict(options).get(value, "unknown"),
        "url": asked.address(without=name),
    }


def _describe_sort(asked: Asked) -> dict[str, Any]:
    options = [(sort.value, str(sort.label)) for sort in list_sorts(asked.view)]
    return {"hidden": _pairs(asked, "sort"), "options": _mark(options, asked.sort.value)}
