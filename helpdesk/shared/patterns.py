"""Patterns: partials that are rendered once per shape and then filled with values, for speed.

Django's templates take about four microseconds per value, and a list shows thousands of values
(performance.md, P1). The partial stays an ordinary template. It is rendered once with a slot in
place of each value, and the result is kept as a pattern for all contexts of the same shape: the
same components, with the same values missing. From then on, values are only escaped and inserted
into the slots, at a tenth of the cost.

So such a partial may show values and test whether they are present, but not change or compare them.
A component names the few fields that its partial compares (``Component.compared``); their values
are part of the shape. Anything else raises TypeError when the pattern is created.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.shared.components import Component

MAX_PATTERNS = 1024
# Characters of the private use area: in no template. Values are never searched for them.
_SLOT = re.compile("\ue000(\\d+)\ue001")
_SPECIAL = re.compile("[&<>\"']").search  # the characters that html.escape replaces


def fill(path: str, context: Mapping[str, Any]) -> SafeString:
    """Render a partial by its pattern. context: components, tuples of them, texts and numbers.

    The partial has access to nothing else. With DEBUG, it is rendered each time.
    """
    if settings.DEBUG:
        return render_to_string(path, dict(context))
    return _fill(path, context.items(), get_language())


def fill_each(path: str, name: str, items: Iterable[Component], /, **common: Any) -> SafeString:
    """Render a partial for each of several components, under this name in its context.

    common: the rest of the context.
    """
    if settings.DEBUG:
        filled = [render_to_string(path, {name: item, **common}) for item in items]
    else:
        language, others = get_language(), tuple(common.items())
        filled = [_fill(path, ((name, item), *others), language) for item in items]
    return mark_safe("".join(filled))  # noqa: S308 (each is safe)


def _fill(path: str, context: Iterable[tuple[str, Any]], language: str | None) -> SafeString:
    values: list[str] = []
    shapes = tuple([(name, _take(value, values)) for name, value in context])
    filled = _make_pattern(path, shapes, language).format(*values)
    return mark_safe(filled)  # noqa: S308 (each value is escaped)


class _Part:
    """The shape of a component or a tuple: its class, and the shapes of what is in it."""

    __slots__ = ("_hash", "kind", "shapes")

    def __init__(self, kind: type, shapes: tuple[Hashable, ...]) -> None:
        self.kind, self.shapes = kind, shapes
        self._hash = hash((kind, shapes))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and (self.kind, self.shapes) == (other.kind, other.shapes)


_FILLED = object()  # the shape of a value that is present
_ZERO = object()  # the shape of the number 0, which is not that of False


def _take(value: Any, values: list[str]) -> Hashable:
    """Return the shape of a value, and append its escaped texts to the values."""
    kind = type(value)
    if kind is str or kind is SafeString:
        return _take_text(value, values) if value else ""
    if value is None or kind is bool:
        return value
    if kind is int:
        return _take_text(str(value), values) if value else _ZERO
    if isinstance(value, Component):
        return _take_component(value, values)
    if kind is tuple or kind is list:
        return _Part(tuple, tuple([_take(each, values) for each in value]))
    if isinstance(value, str | Promise):
        return _take(str(value), values)
    raise TypeError(f"A pattern can't show a {kind.__name__}.")


def _take_text(text: str, values: list[str]) -> Hashable:
    values.append(text if type(text) is SafeString else html.escape(text))
    return _FILLED


def _take_component(component: Component, values: list[str]) -> _Part:
    kind: Any = type(component)
    read, compared = _get_reader(kind)
    shapes: list[Hashable] = []
    for value, is_compared in zip(read(component), compared, strict=True):
        if is_compared or value is None or value is False:
            shapes.append(value)
        elif type(value) is str and value:  # by far the most; few need escaping
            values.append(html.escape(value) if _SPECIAL(value) else value)
            shapes.append(_FILLED)
        else:
            shapes.append(_take(value, values))
    return _Part(kind, tuple(shapes))


@cache
def _get_reader(kind: Any) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[bool, ...]]:
    """Return a function that reads all values of a component, and which of them are compared."""
    names = [name for name, _ in _list_fields(kind)]
    compared = tuple([is_compared for _, is_compared in _list_fields(kind)])
    if len(names) > 1:
        return attrgetter(*names), compared
    return (lambda component: tuple([getattr(component, name) for name in names])), compared


@cache
def _list_fields(kind: Any) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a component, and for each whether its partial compares it."""
    return tuple((field.name, field.name in kind.compared) for field in fields(kind))


@lru_cache(maxsize=MAX_PATTERNS)
def _make_pattern(path: str, shapes: tuple[tuple[str, Hashable], ...], language: str | None) -> str:
    """Render the partial with slots. Return the result as a format string."""
    slots = _Slots()
    context = {name: slots.build(shape) for name, shape in shapes}
    text = render_to_string(path, context)
    if slots.are_compared:
        raise TypeError(f"{path} compares a value that isn't in Component.compared.")
    return _SLOT.sub(r"{\1}", text.replace("{", "{{").replace("}", "}}"))


class _Slots:
    """The slots of a pattern, numbered like the values that _take finds."""

    def __init__(self) -> None:
        self.amount = 0
        self.are_compared = False

    def build(self, shape: Hashable) -> Any:
        """Return a value of this shape with slots in place of its texts."""
        if shape is _FILLED:
            self.amount += 1
            return _Slot(self, self.amount - 1)
        if shape is _ZERO:
            return 0
        if not isinstance(shape, _Part):
            return shape
        if shape.kind is tuple:
            return tuple([self.build(each) for each in shape.shapes])
        component: Any = object.__new__(shape.kind)
        for (name, _), each in zip(_list_fields(shape.kind), shape.shapes, strict=True):
            object.__setattr__(component, name, self.build(each))
        return component


class _Slot(SafeString):
    """The place of a value. Marked as safe, because the value is escaped when inserted."""

    slots: _Slots

    def __new__(cls, slots: _Slots, number: int) -> _Slot:
        slot = super().__new__(cls, f"\ue000{number}\ue001")
        slot.slots = slots
        return slot

    def __eq__(self, other: object) -> bool:
        # Django's csrf_token tag asks whether there is a token.
        self.slots.are_compared |= other != "NOTPROVIDED"
        return False

    def __hash__(self) -> int:
        return super().__hash__()

    def __str__(self) -> str:
        return self
