"""Filters that are added by typing: suggestions such as "Status: Waiting", and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Desk
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.own_filters import list_own_filters, takes_text
from helpdesk.agent.lists.queue_queries import Sidebar
from helpdesk.agent.lists.toolbar import DATES, get_label, list_options
from tickets.conditions.conditions import MAX_VALUES, SEPARATOR, split_values
from tickets.conditions.own_fields import write_value
from tickets.conditions.properties import get_positive, get_property, is_negated
from tickets.selectors import search_accounts

MAX_SUGGESTED = 20
MAX_TYPED = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter with one value, and its text, such as "Status: Waiting"."""

    name: str
    value: str
    text: str


def suggest(
    parameters: ListParameters, sidebar: Sidebar, desk: Desk, typed: str
) -> list[Suggestion]:
    """Return up to MAX_SUGGESTED filters whose text has all words that were typed.

    The sidebar was read with choices.
    """
    words = typed[:MAX_TYPED].casefold().split()
    found: list[Suggestion] = []
    for suggestion in _list_all(parameters, sidebar, desk, typed[:MAX_TYPED]):
        text = suggestion.text.casefold()
        if all(word in text for word in words):
            found.append(suggestion)
        if len(found) == MAX_SUGGESTED:
            break
    return found


def add_filter(
    parameters: ListParameters, sidebar: Sidebar, desk: Desk, typed: str
) -> ListParameters:
    """Return the list with the filter that was typed.

    A further value of the same filter widens it. "sso" means the tag; who doesn't want it types
    "not". Raises ValidationError if the text means no filter or several.
    """
    found = suggest(parameters, sidebar, desk, typed)
    same = [one for one in found if one.text.casefold() == typed.strip().casefold()]
    likely = same or [one for one in found if not is_negated(one.name)] or found
    if len(likely) != 1:
        raise ValidationError(_describe_failure(typed, likely))
    (chosen,) = likely
    values = split_values(parameters.filters.get(chosen.name, ""))
    is_single = get_property(chosen.name).is_single
    kept = () if is_single else tuple(value for value in values if value != chosen.value)
    value = SEPARATOR.join((*kept, chosen.value)[-MAX_VALUES:])
    return replace(parameters, filters={**parameters.filters, chosen.name: value})


def _list_all(
    parameters: ListParameters, sidebar: Sidebar, desk: Desk, typed: str
) -> Iterator[Suggestion]:
    for name in (*parameters.names, *list_own_filters(desk)):
        label = get_label(name, desk)
        for value, shown in _list_values(name, sidebar, desk, label, typed):
            text = _("%(filter)s: %(value)s") % {"filter": label, "value": shown}
            yield Suggestion(name, value, text)


def _list_values(
    name: str, sidebar: Sidebar, desk: Desk, label: str, typed: str
) -> Iterator[tuple[str, str]]:
    """Yield the values of a filter. Accounts are searched by the typed words; a day is typed.

    So are the values of own fields without choices, behind the label and a colon.
    """
    words, name = _remove_label(typed, label), get_positive(name)
    if name == "account":
        accounts = search_accounts(desk=desk, words=words, limit=MAX_SUGGESTED) if words else []
        yield from ((str(account.pk), account.name) for account in accounts)
    elif name in DATES:
        day = words.split()[-1] if words else ""
        if _is_day(day):
            yield day, day
    elif name != "requester":
        yield from list_options(name, sidebar, desk)
        if words and words != typed and takes_text(name, desk):
            yield write_value(words) if not get_property(name).is_single else words, words


def _remove_label(typed: str, label: str) -> str:
    before, colon, after = typed.partition(":")
    return after.strip() if colon and before.strip().casefold() == label.casefold() else typed


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _describe_failure(typed: str, found: list[Suggestion]) -> str:
    if not found:
        return _(
            "No filter matches “%(typed)s”. Choose one from the list as you type, such as"
            " “Status: Open”."
        ) % {"typed": typed[:MAX_TYPED]}
    return _(
        "Several filters match “%(typed)s”, such as “%(first)s”. Type more to narrow it down."
    ) % {
        "typed": typed[:MAX_TYPED],
        "first": found[0].text,
    }
