"""Times of the last change, kept by the database, for programs that copy a table.

``changed_at`` is the clock's time at the write, no matter who writes or how: bulk updates, COPY
and long-running jobs are included. The transaction gets its ID before the time is read, so
settled.py can tell up to which time all changes are visible.
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

# Locking the rows in order first keeps two bulk statements from deadlocking.
TOUCH = """
CREATE FUNCTION touch_{parent}s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts_{parent}
    WHERE id IN (SELECT {parent}_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE accounts_{parent} SET changed_at = clock_timestamp()
    WHERE id IN (SELECT {parent}_id FROM changed);
  RETURN NULL;
END $$;
CREATE FUNCTION touch_{parent}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_{parent} SET changed_at = clock_timestamp()
    WHERE id IN (OLD.{parent}_id, NEW.{parent}_id);
  RETURN NULL;
END $$
"""
DROP_TOUCH = "DROP FUNCTION touch_{parent}s();\nDROP FUNCTION touch_{parent}()"
SET_TIME = """
CREATE FUNCTION set_change_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_current_xact_id();
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$
"""
PARENTS = ("account", "contact")


class CreateChangeTimeFunctions(RunSQL):
    """Create the trigger functions."""

    def __init__(self) -> None:
        created = [SET_TIME, *(TOUCH.format(parent=parent) for parent in PARENTS)]
        dropped = [
            "DROP FUNCTION set_change_time()",
            *(DROP_TOUCH.format(parent=parent) for parent in PARENTS),
        ]
        super().__init__(";\n".join(created), ";\n".join(dropped))


class KeepChangeTime(RunSQL):
    """Set ``changed_at`` with each write that changes a row of the table."""

    def __init__(self, table: str) -> None:
        self.args = (table,)
        statements = [
            f"CREATE TRIGGER change_time_of_new BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION set_change_time()",
            f"CREATE TRIGGER change_time BEFORE UPDATE ON {table} FOR EACH ROW"
            " WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_change_time()",
        ]
        undo = [
            f"DROP TRIGGER change_time_of_new ON {table}",
            f"DROP TRIGGER change_time ON {table}",
        ]
        super().__init__(";\n".join(statements), ";\n".join(undo))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__qualname__, list(self.args), {})


class ChangeParent(RunSQL):
    """Count changes of a table's rows as changes of the account or contact that they belong to.

    columns: those whose changes count, because the API shows them with the parent.
    """

    def __init__(self, table: str, parent: str, *columns: str) -> None:
        self.args = (table, parent, *columns)
        new, old = (
            f"CREATE TRIGGER touch_{parent}_on_{kind} AFTER {kind.upper()} ON {table}"
            f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT"
            f" EXECUTE FUNCTION touch_{parent}s()"
            for kind, rows in (("insert", "NEW"), ("delete", "OLD"))
        )
        watched = [f"{parent}_id", *columns]
        was, now = (", ".join(f"{row}.{name}" for name in watched) for row in ("OLD", "NEW"))
        changed = (
            f"CREATE TRIGGER touch_{parent}_on_update AFTER UPDATE OF {', '.join(watched)}"
            f" ON {table} FOR EACH ROW WHEN (({was}) IS DISTINCT FROM ({now}))"
            f" EXECUTE FUNCTION touch_{parent}()"
        )
        kinds = ("insert", "delete", "update")
        undo = [f"DROP TRIGGER touch_{parent}_on_{kind} ON {table}" for kind in kinds]
        super().__init__(";\n".join([new, old, changed]), ";\n".join(undo))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__qualname__, list(self.args), {})
