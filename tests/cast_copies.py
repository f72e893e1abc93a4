"""Copies of the standing cast. Thousands of tests need one, and the services take 40 queries.

The rows of the first cast are kept as the text of their inserts, with places for IDs. A copy takes
its IDs from the sequences, as the rows of other tests do, so that no cache ever meets an ID again.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Field, Model
from django.utils import timezone

from accounts.models import (
    Account,
    AccountDomain,
    Agent,
    AgentDepartment,
    Contact,
    Department,
    Desk,
    Plan,
    User,
)
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from routing.models import Shift
from sla.models import Calendar, CalendarVersion, CalendarWindow, Target
from tickets.models import Priority

Key = tuple[type[Model], int]  # a model and the ID of its row in the first cast

# In the order of their inserts.
MODELS: tuple[type[Model], ...] = (
    Desk, Department, Priority, Calendar, CalendarWindow, CalendarVersion, Plan, Target, Account,
    AccountDomain, Mailbox, User, EmailAddress, Agent, AgentDepartment, Shift, Contact,
)  # fmt: skip


@dataclass
class Original:
    """The first cast of its kind.

    pickled: the cast with all instances it holds. inserts: SQL with one "{}" for each of `places`:
    the ID of a row, or its value of a field that no two rows share. ids: the rows by model.
    """

    pickled: bytes
    inserts: str
    places: list[tuple[Key, Field | None]]
    ids: dict[type[Model], list[int]]

    def copy(self) -> Any:
        """Write the rows with new IDs. Return a cast that holds their instances."""
        ids, own = self._take_ids(), OwnValues(self.ids)
        values = [f"'{own.get(field, key)}'" if field else ids[key] for key, field in self.places]
        cast = pickle.loads(self.pickled)
        for row in _list_rows(cast):
            for field in filter(_is_own, row._meta.concrete_fields):
                setattr(row, field.attname, own.get(field, (type(row), row.pk)))
            _renumber(row, ids)
        with desk_scope(cast.desk), connection.cursor() as cursor:
            cursor.execute(self.inserts.format(*values))
        return cast

    def _take_ids(self) -> dict[Key, int]:
        """Return a new ID for each row, in the order of the first ones."""
        arrays = ", ".join(
            f"ARRAY(SELECT nextval('{model._meta.db_table}_id_seq')"
            f" FROM generate_series(1, {len(old)}))"
            for model, old in self.ids.items()
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {arrays}")
            found = cursor.fetchone()
        return {
            (model, before): after
            for (model, old), new in zip(self.ids.items(), found, strict=True)
            for before, after in zip(old, new, strict=True)
        }


class OwnValues:
    """Values of one copy that no other has: its version, and times of creation in order."""

    def __init__(self, ids: Mapping[type[Model], list[int]]) -> None:
        self.now, self.version = timezone.now(), uuid4()
        self.ranks = {(model, pk): rank for model in ids for rank, pk in enumerate(ids[model])}

    def get(self, field: Field, key: Key) -> Any:
        if field.default is uuid4:
            return self.version
        return self.now - timedelta(microseconds=len(self.ranks) - self.ranks[key])


def record(cast: Any) -> Original:
    """Keep a cast that was just made, for copies."""
    with desk_scope(cast.desk):
        rows = {model: list(_find_rows(model, cast)) for model in MODELS}
        ids = {model: [row.pk for row in found] for model, found in rows.items()}
        places: list[tuple[Key, Field | None]] = []
        inserts = "; ".join(_write_insert(found, places, ids) for found in rows.values())
    return Original(pickle.dumps(cast), inserts, places, ids)


def _find_rows(model: type[Model], cast: Any) -> Iterable[Model]:
    people = [row.pk for row in _list_rows(cast) if isinstance(row, User)]
    by = {Desk: {"pk": cast.desk.pk}, User: {"pk__in": people}, EmailAddress: {"user__in": people}}
    return model._base_manager.filter(**by.get(model, {"desk": cast.desk.pk})).order_by("pk")


def _write_insert(
    rows: list[Model],
    places: list[tuple[Key, Field | None]],
    ids: Mapping[type[Model], list[int]],
) -> str:
    stored = [field for field in rows[0]._meta.concrete_fields if not field.generated]
    lines = []
    for row in rows:
        values = []
        for field in stored:
            key = _find_key(field, getattr(row, field.attname))
            if _is_own(field):
                places.append(((type(row), row.pk), field))
                values.append("{}")
            elif key and key[1] in ids.get(key[0], ()):
                places.append((key, None))
                values.append("{}")
            else:
                values.append(_write_value(field, row))
        lines.append(f"({', '.join(values)})")
    columns = ", ".join(f'"{field.column}"' for field in stored)
    return f"INSERT INTO {rows[0]._meta.db_table} ({columns}) VALUES {', '.join(lines)}"


def _write_value(field: Field, row: Model) -> str:
    """Return a value as SQL, ready for str.format."""
    saved = field.get_db_prep_save(getattr(row, field.attname), connection)
    text: str = connection.ops.compose_sql("%s", [saved])
    return text.replace("{", "{{").replace("}", "}}")


def _find_key(field: Field, value: Any) -> Key | None:
    if value is None or not (field.primary_key or field.remote_field):
        return None
    return (field.related_model if field.remote_field else field.model), value


def _is_own(field: Field) -> bool:
    """Return True for times of creation and versions, which no two rows share."""
    return getattr(field, "auto_now_add", False) or field.default is uuid4


def _renumber(row: Model, ids: Mapping[Key, int]) -> None:
    for field in row._meta.concrete_fields:
        key = _find_key(field, getattr(row, field.attname))
        if key in ids:
            row.__dict__[field.attname] = ids[key]


def _list_rows(cast: Any) -> Iterator[Model]:
    """Yield each instance that a cast holds, and those that they hold, once."""
    seen: set[int] = set()
    waiting = [getattr(cast, field.name) for field in fields(cast)]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, Model) and id(found) not in seen:
            seen.add(id(found))
            waiting.extend(found._state.fields_cache.values())
            yield found
