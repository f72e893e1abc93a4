"""Which tables belong to desks, and in which order their rows may be taken away."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model


def desk_models() -> list[type[Model]]:
    """Every table whose rows belong to a desk."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and any(field.column == "desk_id" for field in model._meta.concrete_fields)
    ]


def children_first() -> list[type[Model]]:
    """The same, each table before those that it refers to; a circle is broken where it is met."""
    ordered: list[type[Model]] = []
    waiting = desk_models()
    while waiting:
        free = [model for model in waiting if not _referrers(model, waiting)] or waiting[:1]
        ordered += free
        waiting = [model for model in waiting if model not in free]
    return ordered


def _referrers(model: type[Model], among: list[type[Model]]) -> list[type[Model]]:
    return [
        other
        for other in among
        if other is not model
        and any(field.related_model is model for field in other._meta.concrete_fields)
    ]
