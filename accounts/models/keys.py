"""Nullable foreign keys whose rows are deleted before the row they refer to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.deletion import Collector


def _cascade_first(collector: Collector, field: Any, sub_objs: Any, using: str) -> None:
    """Delete the referring rows before the row itself, even if the key is nullable.

    Django leaves the order open for such keys, as its own constraints are checked at commit. Those
    within a desk are checked with the statement (accounts/wall.py).
    """
    collector.collect(
        sub_objs, source=field.remote_field.model, source_attr=field.name, nullable=False
    )


class OptionalParentKey(models.ForeignKey):
    """A nullable foreign key that cascades: its rows are deleted before the row they refer to."""

    def __init__(self, to: Any, **kwargs: Any) -> None:
        super().__init__(to, **{"on_delete": models.CASCADE, "null": True, **kwargs})
        self.remote_field.on_delete = _cascade_first

    def deconstruct(self) -> Any:
        """Return Django's own field: the order of deletion needs no migration."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, {**kwargs, "on_delete": models.CASCADE}
