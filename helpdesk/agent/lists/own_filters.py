"""Filters of ticket lists by the desk's own fields: labels, options, and fields of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from accounts.models import Desk
from helpdesk.agent.components.lists import FilterField, Pairs
from helpdesk.shared.components import Option
from tickets.conditions.conditions import split_values
from tickets.conditions.own_fields import (
    ANY,
    FROM,
    TO,
    TYPED,
    OwnName,
    find_field,
    list_names,
    parse_name,
    read_value,
    write_value,
)
from tickets.conditions.properties import NOT, get_positive, is_negated
from tickets.fields.definitions import list_fields
from tickets.fields.values import NO, YES, describe_value
from tickets.models import FieldKind, FormField

CHOSEN = (FieldKind.SELECT, FieldKind.CHECKBOX)
WORDS = (FieldKind.TEXT, FieldKind.LINK)
# Sides that name a bound, by whether the field holds days.
_BOUNDS: dict[tuple[str, bool], Callable[[], str]] = {
    (FROM, True): lambda: _("%(field)s on or after"),
    (TO, True): lambda: _("%(field)s on or before"),
    (FROM, False): lambda: _("%(field)s at least"),
    (TO, False): lambda: _("%(field)s at most"),
}


def list_own_columns(columns: Iterable[str], desk: Desk) -> list[FormField]:
    """Return the fields among a view's columns, without those that were deleted."""
    names = [own for name in columns if (own := parse_name(name))]
    return [field for own in names if (field := find_field(desk, own))]


def list_column_choices(columns: Iterable[str], desk: Desk) -> Pairs:
    """Return the fields that a view can show as columns: those in use, and those it shows."""
    shown = {field.pk for field in list_own_columns(columns, desk)}
    return tuple(
        (f"field_{field.pk}", field.label)
        for field in list_fields(desk)
        if field.kind != FieldKind.LONG and (field.pk in shown or not field.is_retired)
    )


def is_own(name: str) -> bool:
    """Return True for a filter by one of the desk's own fields."""
    return parse_name(get_positive(name)) is not None


def list_own_filters(desk: Desk) -> list[str]:
    """Return the names of the filters by fields that are in use, in the order of the fields."""
    fields = [field for field in list_fields(desk) if not field.is_retired]
    return [name for field in fields for name in (*list_names(field), f"{NOT}field_{field.pk}")]


def get_own_label(name: str, desk: Desk) -> str:
    """Return the label of such a filter, such as "Edition is not" or "Seats at least"."""
    own, field = _find(name, desk)
    if field is None:
        return _("Ticket field")
    pattern = "%(field)s"
    if own.side:
        pattern = _BOUNDS[own.side, field.kind == FieldKind.DATE]()
    elif field.kind in WORDS:
        pattern = _("%(field)s doesn't contain") if is_negated(name) else _("%(field)s contains")
    elif is_negated(name):
        pattern = _("%(field)s is not")
    return pattern % {"field": field.label}


def list_own_options(name: str, desk: Desk) -> Pairs:
    """Return the values that such a filter offers, each with its label. Others can be typed."""
    own, field = _find(name, desk)
    if field is None or own.side:
        return ()
    found: list[tuple[str, str]] = []
    if field.kind == FieldKind.SELECT:
        found = [(write_value(str(choice)), str(choice)) for choice in field.choices]
    elif field.kind == FieldKind.CHECKBOX:
        return ((YES, describe_value(field.kind, YES)), (NO, describe_value(field.kind, NO)))
    return (*found, (ANY, _("Any value")))


def takes_text(name: str, desk: Desk) -> bool:
    """Return True for a filter by an own field whose value is typed."""
    if not is_own(name):
        return False
    _own, field = _find(name, desk)
    return field is not None and field.kind not in (*CHOSEN, FieldKind.LONG)


def describe_own_values(name: str, values: str, desk: Desk) -> str:
    """Return the values of such a filter as people read them."""
    own, field = _find(name, desk)
    if field is None:
        return _("unknown")
    parts = (values,) if own.side else split_values(values)
    read = [_("Any value") if part == ANY else read_value(part) for part in parts]
    return ", ".join(describe_value(field.kind, value) for value in read)


def build_own_fields(filters: Mapping[str, str], desk: Desk) -> list[FilterField]:
    """Return the fields of the form. What a ticket must not have is added by typing."""
    return [
        _build_field(name, filters.get(name, ""), desk)
        for name in list_own_filters(desk)
        if has_own_field(name, desk)
    ]


def has_own_field(name: str, desk: Desk) -> bool:
    """Return True for a filter that the form has: the bounds of a range, or the values."""
    own, field = _find(name, desk)
    if field is None or field.is_retired or is_negated(name) or field.kind == FieldKind.LONG:
        return False
    return bool(own.side) or len(list_names(field)) == 1


def _build_field(name: str, value: str, desk: Desk) -> FilterField:
    _own, field = _find(name, desk)
    label = get_own_label(name, desk)
    is_typed = field is None or field.kind in WORDS
    if is_typed and len(split_values(value)) < 2:
        return FilterField(name + TYPED, label, is_text=True, text=read_value(value))
    if field is None or field.kind not in (*CHOSEN, *WORDS):
        is_date = field is not None and field.kind == FieldKind.DATE
        return FilterField(name, label, is_date=is_date, is_text=not is_date, text=value)
    options = list_own_options(name, desk)
    if value and value not in dict(options):  # several at once, or one that isn't offered
        options = (*options, (value, describe_own_values(name, value, desk)))
    marked = [Option(key, text, selected=key == value) for key, text in options]
    return FilterField(name, label, (Option("", _("Anything"), selected=not value), *marked))


def _find(name: str, desk: Desk) -> tuple[OwnName, FormField | None]:
    own = parse_name(get_positive(name))
    if own is None:
        raise KeyError(name)
    return own, find_field(desk, own)
