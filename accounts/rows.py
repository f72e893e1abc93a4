"""Model instances from the columns of a raw statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def load_row(model: type[M], columns: Sequence[str], values: Sequence[Any]) -> M | None:
    """The row of a model, of which these columns were read, the key first; None where an outer join found none.

    A column that was not read is fetched when somebody asks for it.
    """
    return None if values[0] is None else model.from_db(connection.alias, columns, values)
