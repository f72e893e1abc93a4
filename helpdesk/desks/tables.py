"""Tables that belong to desks, and the order in which their rows can be deleted."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model


def list_desk_models() -> list[type[Model]]:
    """Return every model whose rows belong to a desk."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and any(field.column == "desk_id" for field in model._meta.concrete_fields)
    ]


def order_children_first() -> list[type[Model]]:
    """Return the same models, each before those it refers to. A cycle is cut where it is found."""
    ordered: list[type[Model]] = []
    remaining = list_desk_models()
    while remaining:
        free = [model for model in remaining if not _list_referrers(model, remaining)]
        free = free or remaining[:1]
        ordered += free
        remaining = [model for model in remaining if model not in free]
    return ordered


def list_cleared_first(model: type[Model]) -> tuple[str, ...]:
    """Return the foreign keys that are emptied before any row is deleted: they close a cycle."""
    names: tuple[str, ...] = getattr(model, "CLEARED_FIRST", ())
    return names


def _list_referrers(model: type[Model], candidates: list[type[Model]]) -> list[type[Model]]:
    return [
        other
        for other in candidates
        if other is not model
        and any(
            field.related_model is model and field.name not in list_cleared_first(other)
            for field in other._meta.concrete_fields
        )
    ]
