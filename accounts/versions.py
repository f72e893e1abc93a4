"""Versions of a desk's configuration, and caches keyed by version.

A desk gets a new random ``config_version`` with every change of its row or of a table with a
``NewVersionOnChange``, in the transaction of that change. A value that is cached under the version
that a transaction reads is current for that transaction. A rolled back version never recurs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

from django.db.migrations.operations import RunSQL

from accounts.tenancy import is_entered

T = TypeVar("T")

MAX_DESKS = 1_000  # kept per process

CREATE_FUNCTIONS = """
CREATE FUNCTION renew_desk_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.config_version := gen_random_uuid();
  RETURN NEW;
END $$;
CREATE TRIGGER renew_version BEFORE UPDATE ON accounts_desk
  FOR EACH ROW EXECUTE FUNCTION renew_desk_version();
CREATE FUNCTION renew_version_of_desks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_desk SET config_version = config_version
    WHERE id IN (SELECT desk_id FROM changed);
  RETURN NULL;
END $$;
CREATE FUNCTION renew_version_of_desk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_desk SET config_version = config_version WHERE id = NEW.desk_id;
  RETURN NULL;
END $$
"""
DROP_FUNCTIONS = """
DROP TRIGGER renew_version ON accounts_desk;
DROP FUNCTION renew_desk_version();
DROP FUNCTION renew_version_of_desks();
DROP FUNCTION renew_version_of_desk()
"""


class CreateVersionFunctions(RunSQL):
    """Create the trigger functions, and the trigger of the desks' own rows."""

    def __init__(self) -> None:
        super().__init__(CREATE_FUNCTIONS, DROP_FUNCTIONS)


class NewVersionOnChange(RunSQL):
    """Give desks a new version when rows of a table are inserted, updated or deleted.

    column: count only updates of this column, for a table that is updated all the time.
    """

    def __init__(self, table: str, column: str = "") -> None:
        self.args = (table, column)
        changes = [("insert", "NEW"), ("delete", "OLD"), *([] if column else [("update", "NEW")])]
        statements = [
            f"CREATE TRIGGER new_version_on_{kind} AFTER {kind.upper()} ON {table}"
            f" REFERENCING {rows} TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION renew_version_of_desks()"
            for kind, rows in changes
        ]
        if column:
            statements.append(
                f"CREATE TRIGGER new_version_on_update AFTER UPDATE OF {column} ON {table}"
                f" FOR EACH ROW WHEN (OLD.{column} IS DISTINCT FROM NEW.{column})"
                " EXECUTE FUNCTION renew_version_of_desk()"
            )
        kinds = ("insert", "delete", "update")
        undo = [f"DROP TRIGGER new_version_on_{kind} ON {table}" for kind in kinds]
        super().__init__(";\n".join(statements), ";\n".join(undo))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__qualname__, list(self.args), {})


class DeskCache(Generic[T]):
    """Results of ``load`` for each desk, cached per process for the desk's latest version.

    Threads share the values, so never modify them.
    """

    def __init__(self, load: Callable[[int], T]) -> None:
        self._load = load
        self._found: OrderedDict[int, tuple[UUID, T]] = OrderedDict()

    def get(self, desk_id: int, version: UUID) -> T:
        """Return the value of a desk. version: the one read in the current transaction."""
        if not is_entered(desk_id):  # row-level security may hide some of its rows
            return self._load(desk_id)
        found = self._found.get(desk_id)
        if found is None or found[0] != version:
            found = (version, self._load(desk_id))
            self._found[desk_id] = found
            while len(self._found) > MAX_DESKS:
                self._found.popitem(last=False)
        return found[1]
