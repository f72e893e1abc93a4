"""Migration operations that build the wall: roles, row-level security, keys within a desk.

Every migration that creates a table with a desk ends in ``WallOff(...)`` and
``KeysWithinDesk(...)`` for it, and one that adds a foreign key in ``KeysWithinDesk(...)``;
tests/wall checks that none is missing.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.backends.utils import truncate_name
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey, Model
from psycopg.sql import SQL, Identifier

from accounts.tenancy import APP_ROLE, DESK_SETTING, SYSTEM_ROLE

SchemaEditor = Any  # BaseDatabaseSchemaEditor, whose stubs lack its helpers for constraints

MAX_NAME = 63  # bytes, PostgreSQL's limit for the name of an index or a constraint

FIND_KEY = "SELECT 1 FROM pg_constraint WHERE conname = %s AND convalidated"
FIND_INDEX = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid"
COUNT_ROWS_ACROSS_DESKS = """
SELECT count(*), min(child.{own}) FROM {mine} child JOIN {theirs} parent ON parent.id = child.{key}
WHERE parent.desk_id IS DISTINCT FROM child.desk_id
"""

CREATE_LOGIN_ROLES = f"""
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['{APP_ROLE}', '{SYSTEM_ROLE}'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    IF NOT pg_has_role(current_user, wanted, 'USAGE') THEN
      EXECUTE format('GRANT %I TO %I', wanted, current_user);
    END IF;
  END LOOP;
END $$;
"""
CREATE_ROLES = f"""{CREATE_LOGIN_ROLES}
GRANT USAGE ON SCHEMA public TO {APP_ROLE}, {SYSTEM_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}, {SYSTEM_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}, {SYSTEM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}, {SYSTEM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE}, {SYSTEM_ROLE};
"""


class CreateRoles(RunSQL):
    """Create the application's and the system role, and grant them all present and future tables.

    The database login needs CREATEROLE, or the two roles must already exist and be granted to it.
    """

    def __init__(self) -> None:
        super().__init__(CREATE_ROLES, RunSQL.noop)


class WallOff(RunSQL):
    """Force row-level security: the application's role sees only the entered desk's rows.

    column: the column with the desk's ID. append_only: the application's role can add rows but not
    change or delete them (events, audit entries).
    """

    reversible = True

    def __init__(self, table: str, column: str = "desk_id", append_only: bool = False) -> None:
        self.args = (table, column, append_only)
        mine = f"{column} = NULLIF(current_setting('{DESK_SETTING}', true), '')::bigint"
        statements = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY desk_wall ON "{table}" TO {APP_ROLE}'
            f" USING ({mine}) WITH CHECK ({mine})",
            f'CREATE POLICY system_sweep ON "{table}" TO {SYSTEM_ROLE}'
            " USING (true) WITH CHECK (true)",
        ]
        if append_only:
            statements.append(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}')
        undo = [
            f'DROP POLICY desk_wall ON "{table}"',
            f'DROP POLICY system_sweep ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ]
        super().__init__(";\n".join(statements), ";\n".join(undo))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__qualname__, list(self.args), {})


class KeysWithinDesk(Operation):
    """Let the foreign keys of models refer to rows of the same desk only.

    Each of Django's constraints (x_id) -> (id) between two tables of desks is replaced by
    (desk_id, x_id) -> (desk_id, id), which is checked with the statement and not at commit. The
    key of the desk itself goes if one of these can't be empty: it would be checked twice. List
    every model that gets a new foreign key, after its ``WallOff``; those that are done already are
    left as they are. In Django, ``id`` stays the primary key, and fields stay what they are.

    A migration of tables that may be big is ``atomic = False``: indexes are then built
    concurrently, and rows validated without blocking writers. It can be run again after a failure.
    Undoing it keeps the unique indexes on (desk_id, id).
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, *models: str) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return (type(self).__qualname__, list(self.models), {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: Django's state knows of no composite keys."""

    def database_forwards(
        self, app_label: str, editor: SchemaEditor, before: Any, after: Any
    ) -> None:
        for model in self._get_models(app_label, editor, after):
            for field in list_keys_within_desk(model):
                _put_key_within_desk(editor, model, field)
            if desk := find_redundant_desk_key(model):
                _drop_single_key(editor, model, desk)

    def database_backwards(
        self, app_label: str, editor: SchemaEditor, before: Any, after: Any
    ) -> None:
        for model in self._get_models(app_label, editor, before):
            if desk := find_redundant_desk_key(model):
                _restore_single_key(editor, model, desk)
            for field in list_keys_within_desk(model):
                name = get_key_name(model, field)
                _restore_single_key(editor, model, field)
                editor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{name}"')

    def describe(self) -> str:
        return f"Keep the foreign keys of {', '.join(self.models)} within their desk"

    def _get_models(self, app_label: str, editor: SchemaEditor, state: Any) -> list[type[Model]]:
        found = [state.apps.get_model(app_label, name) for name in self.models]
        alias = editor.connection.alias
        return [model for model in found if self.allow_migrate_model(alias, model)]


def list_keys_within_desk(model: type[Model]) -> list[ForeignKey]:
    """Return a model's foreign keys to models that belong to desks too."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and _has_desk(model) and _has_desk(field.related_model)
    ]


def find_redundant_desk_key(model: type[Model]) -> ForeignKey | None:
    """Return the foreign key to the desk if another foreign key already ensures that it exists.

    A key that can't be empty does: the row it refers to has the same desk.
    """
    desk = next((field for field in model._meta.concrete_fields if field.column == "desk_id"), None)
    if not isinstance(desk, ForeignKey) or desk.null or desk.primary_key:
        return None
    return desk if any(not field.null for field in list_keys_within_desk(model)) else None


def get_key_name(model: type[Model], field: ForeignKey) -> str:
    """Return the name of the composite constraint of a foreign key."""
    return truncate_name(f"{model._meta.db_table}_{field.column}_same_desk", MAX_NAME)


def _has_desk(model: Any) -> bool:
    return any(field.column == "desk_id" for field in model._meta.concrete_fields)


def _put_key_within_desk(editor: SchemaEditor, model: type[Model], field: ForeignKey) -> None:
    table, target = model._meta.db_table, field.related_model._meta.db_table
    name = get_key_name(model, field)
    if not _finds(editor, FIND_KEY, name):
        _make_target_unique(editor, target)
        editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
        editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (desk_id, "{field.column}")'
            f' REFERENCES "{target}" (desk_id, id) NOT VALID'
        )
        _refuse_rows_across_desks(editor, model, field.column, target)
        editor.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
    _drop_single_key(editor, model, field)


def _make_target_unique(editor: SchemaEditor, target: str) -> None:
    name = truncate_name(f"{target}_desk_id_id_uniq", MAX_NAME)
    if _finds(editor, FIND_INDEX, name):
        return
    how = "" if editor.connection.in_atomic_block else "CONCURRENTLY"
    editor.execute(f'DROP INDEX IF EXISTS "{name}"')  # an invalid one, of a build that failed
    editor.execute(f'CREATE UNIQUE INDEX {how} "{name}" ON "{target}" (desk_id, id)')


def _refuse_rows_across_desks(
    editor: SchemaEditor, model: type[Model], column: str, target: str
) -> None:
    """Raise IntegrityError if rows refer to another desk.

    VALIDATE alone would pass them: forced row-level security hides all rows from the owner.
    """
    table, own = model._meta.db_table, str(model._meta.pk.column)
    names = {"mine": table, "own": own, "theirs": target, "key": column}
    quoted = {key: Identifier(value) for key, value in names.items()}
    with editor.connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {SYSTEM_ROLE}")
        cursor.execute(SQL(COUNT_ROWS_ACROSS_DESKS).format(**quoted))
        [(rows, first)] = cursor.fetchall()
        cursor.execute("SET ROLE NONE")
    if rows:
        raise IntegrityError(
            f"{table}.{column} refers to another desk in {rows} rows, first in the one with ID"
            f" {first}. Correct them, then run the migration again."
        )


def _drop_single_key(editor: SchemaEditor, model: type[Model], field: ForeignKey) -> None:
    """Drop Django's own constraint, or take it back if it was to be created by this migration."""
    table = model._meta.db_table
    editor.deferred_sql = [
        statement
        for statement in editor.deferred_sql
        if getattr(statement, "template", "") != editor.sql_create_fk
        or not statement.references_column(table, field.column)
    ]
    for name in editor._constraint_names(model, [field.column], foreign_key=True):
        editor.execute(editor._delete_fk_sql(model, name))


def _restore_single_key(editor: SchemaEditor, model: type[Model], field: ForeignKey) -> None:
    editor.execute(editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s"))


def _finds(editor: SchemaEditor, query: str, name: str) -> bool:
    with editor.connection.cursor() as cursor:
        cursor.execute(query, [name])
        return cursor.fetchone() is not None
